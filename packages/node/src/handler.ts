import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EngineRequest } from '@helicone-proxy/core';
import { clientSignal } from './client-signal.js';
import { type HeliconeProxyOptions, prefixBelow } from './options.js';
import { createProxy, type HeliconeProxy } from './proxy.js';
import { type HostRequest, takeBody } from './read-body.js';
import { createRoutes } from './routes.js';
import { send } from './send.js';

/** Hands control back to the host: for a request that is not ours, or with a fault of ours before the head was written. */
export type Next = (error?: unknown) => void;

/** What a framework knows of a request that Node does not. */
export interface Mounted {
  /** Path that the framework has taken off `url` already; empty when there is none. */
  mountPath: string;
  /** Path and query below the mount path. */
  url: string;
  /** The framework's own request or context, for `auth`. */
  host: unknown;
  /** Called for requests that are not ours. */
  next: Next;
}

/** The front desk that every adapter wraps. */
export interface FrontDesk {
  proxy: HeliconeProxy;
  /** Answers a request below the prefix, else calls `next`. */
  handle(req: IncomingMessage, res: ServerResponse, mounted: Mounted): void;
}

/** Builds the front desk. Throws a `TypeError` or `RangeError` that names the option that is wrong. */
export function createFrontDesk(options: HeliconeProxyOptions = {}): FrontDesk {
  const { proxy, engine } = createProxy(options);
  const answer = createRoutes(engine, options.logger);
  const prefix = { alone: prefixBelow('', options.basePath), mounted: prefixBelow('/mounted', options.basePath) };
  return {
    proxy,
    handle(req, res, { mountPath, url, host, next }) {
      const below = pathBelow(mountPath === '' ? prefix.alone : prefix.mounted, url);
      // A CORS preflight is the host's to answer; no provider gives OPTIONS a meaning.
      if (below === null || req.method === 'OPTIONS') return next();
      let request: EngineRequest;
      try {
        request = toEngineRequest(req, res, { ...below, host });
      } catch (fault) {
        // A body that some parser has left in a shape that cannot be encoded again.
        return next(fault);
      }
      answer(request)
        .then((response) => send(res, response))
        .catch(next);
    },
  };
}

function toEngineRequest(
  req: HostRequest,
  res: ServerResponse,
  { path, query, host }: { path: string; query: string; host: unknown },
): EngineRequest {
  const { body, headers, warnings } = takeBody(req);
  return {
    method: req.method as string,
    path,
    query,
    headers,
    body,
    signal: clientSignal(res),
    remoteAddress: req.socket.remoteAddress,
    warnings,
    raw: req,
    host,
  };
}

/** Path below `prefix` and query of a request target; null when it is not below it. `/helicone` itself is `/`. */
function pathBelow(prefix: string, url: string): { path: string; query: string } | null {
  if (!url.startsWith(prefix)) return null;
  const mark = url.indexOf('?', prefix.length);
  const path = mark < 0 ? url.slice(prefix.length) : url.slice(prefix.length, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (path === '') return { path: '/', query };
  return path.charCodeAt(0) === SLASH ? { path, query } : null;
}

const SLASH = 47;
