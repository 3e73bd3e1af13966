import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { ClientSignal, EngineRequest, Headers } from '@helicone-proxy/core';
import { clientSignal } from './client-signal.js';
import { listenForUpgrades } from './listen-for-upgrades.js';
import { mayBeLast, OpenAnswers } from './open-answers.js';
import { type HeliconeProxyOptions, prefixBelow } from './options.js';
import { pathBelow } from './path-below.js';
import { createProxy, type HeliconeProxy } from './proxy.js';
import { takeBody } from './read-body.js';
import { createRoutes } from './routes.js';
import { type HostReply, send } from './send.js';

/** Hands control back to the host: for a request that is not ours, or with a fault of ours before the head was written. */
export type Next = (error?: unknown) => void;

/** What a framework knows of a request that Node does not. */
export interface Mounted extends HostReply {
  /** Path that the framework has taken off `url` already; empty when there is none. */
  mountPath: string;
  /** Path and query below the mount path. */
  url: string;
  /** The framework's own request or context, for `auth`. */
  host: unknown;
  /** Where the framework's body parsers leave what they have read, as `rawBody` or `body`. Default: Node's request. */
  parsed?: object;
  /** Called for requests that are not ours. */
  next: Next;
}

/** The front desk that every adapter wraps. */
export interface FrontDesk {
  proxy: HeliconeProxy;
  /** Answers a request below the prefix, else calls `next`. */
  handle(req: IncomingMessage, res: ServerResponse, mounted: Mounted): void;
  /** Relays the WebSockets of a server; for `webSockets: true`. */
  listenForUpgrades(server: Server): void;
}

/** Builds the front desk. Throws a `TypeError` or `RangeError` that names the option that is wrong. */
export function createFrontDesk(options: HeliconeProxyOptions = {}): FrontDesk {
  if (options.webSockets === true) {
    throw new TypeError(
      "webSockets: only Fastify and Nest know their server; elsewhere call proxy.handleUpgrade on the server's 'upgrade' event",
    );
  }
  const { proxy: inside, engine } = createProxy(options);
  const answers = new OpenAnswers();
  const proxy = { ...inside, close: () => answers.close(inside.close) };
  const answer = createRoutes(engine, options.logger);
  const alone = prefixBelow('', options.basePath);
  const below = prefixBelow('/mounted', options.basePath);
  return {
    proxy,
    listenForUpgrades: (server) => listenForUpgrades(server, alone, proxy),
    handle(req, res, mounted) {
      const { mountPath, url, host, parsed, next } = mounted;
      const prefix = mountPath === '' ? alone : below;
      const found = pathBelow(prefix, url);
      // A CORS preflight is the host's to answer; no provider gives OPTIONS a meaning.
      if (found === null || req.method === 'OPTIONS') return next();
      let request: EngineRequest;
      try {
        const { path, query } = found;
        const signal = clientSignal(res, answers);
        request = toEngineRequest(req, { path, query, prefix: mountPath + prefix, host, parsed, signal });
      } catch (fault) {
        // A body that some parser has left in a shape that cannot be encoded again.
        return next(fault);
      }
      answer(request)
        .then((response) => {
          if (answers.closing && mayBeLast(req)) response.headers.connection = 'close';
          send(res, response, mounted);
        })
        .catch(next);
    },
  };
}

/** What is known of a request besides Node's own object. */
interface Known extends Pick<Mounted, 'host' | 'parsed'> {
  path: string;
  query: string;
  prefix: string;
  signal: ClientSignal;
}

function toEngineRequest(req: IncomingMessage, known: Known): EngineRequest {
  const { body, headers, warnings } = takeBody(req, known.parsed);
  return {
    method: req.method as string,
    prefix: known.prefix,
    secure: isSecure(req),
    path: known.path,
    query: known.query,
    headers: req.httpVersionMajor === 1 ? headers : withoutPseudo(headers),
    body,
    signal: known.signal,
    remoteAddress: req.socket.remoteAddress,
    warnings,
    raw: req,
    host: known.host,
  };
}

/** What HTTP/2 says of a request among its headers is told elsewhere; the host alone is a header everywhere else. */
function withoutPseudo(given: Headers): Headers {
  const headers: Headers = {};
  for (const name in given) if (!name.startsWith(':')) headers[name] = given[name];
  headers.host ??= given[':authority'];
  return headers;
}

function isSecure({ socket }: IncomingMessage): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true;
}
