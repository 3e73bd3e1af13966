import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Engine, type Headers, ProxyError, renderError } from '@helicone-proxy/core';
import { prefixBelow } from './options.js';
import { pathBelow } from './path-below.js';
import { UpgradeSocket } from './upgrade-socket.js';

/** What a server knows of an upgrade that its request does not tell. */
export interface UpgradeOptions {
  /** Path that the proxy is mounted at in its framework, as `/llm` for `app.use('/llm', …)`. Default: none. */
  mountPath?: string;
}

/** Takes over the socket of an upgrade below the prefix; see `HeliconeProxy.handleUpgrade`. */
export type HandleUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer, options?: UpgradeOptions) => boolean;

export function createHandleUpgrade(engine: Engine, basePath: string | undefined): HandleUpgrade {
  return function handleUpgrade(req, socket, head, { mountPath = '' } = {}) {
    const mount = withoutEndSlash(mountPath);
    const below = pathBelow(mount + prefixBelow(mount, basePath), req.url as string);
    if (below === null) return false;
    relay(engine, new UpgradeSocket(socket, head), { req, ...below });
    return true;
  };
}

/** A request to become a WebSocket, below the prefix. */
interface UpgradeRequest {
  req: IncomingMessage;
  path: string;
  query: string;
}

function relay(engine: Engine, client: UpgradeSocket, { req, path, query }: UpgradeRequest): void {
  if (req.method !== 'GET' || req.headers.upgrade?.toLowerCase() !== 'websocket') {
    const error = new ProxyError('invalid_header', 'upgrade: only a GET request for a WebSocket can be upgraded here');
    client.answer(renderError(error, randomUUID()));
    return;
  }
  engine
    .handle({
      method: 'GET',
      path,
      query,
      headers: req.headers as Headers,
      body: client.stream,
      upgrade: 'websocket',
      signal: client.signal,
      remoteAddress: req.socket.remoteAddress,
      raw: req,
      host: req,
    })
    .then((response) => client.answer(response))
    // Only a fault in writing the answer comes here.
    .catch(() => client.destroy());
}

function withoutEndSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
