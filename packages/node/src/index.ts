import type { IncomingMessage, ServerResponse } from 'node:http';
import { createFrontDesk, type Next } from './handler.js';
import type { HeliconeProxyOptions } from './options.js';
import type { HeliconeProxy } from './proxy.js';

export type {
  Authenticate,
  CallRecord,
  ClusterPrimary,
  Identity,
  KeyOptions,
  Logger,
  LogIntake,
  PriceOverrides,
  ProviderOptions,
  RecordStore,
  Repriced,
  RepriceQuery,
  WebhookOptions,
} from '@helicone-proxy/core';
export { openRecords, setupPrimary } from '@helicone-proxy/core';
export { createFrontDesk, type FrontDesk, type Mounted, type Next } from './handler.js';
export type { HeliconeProxyOptions } from './options.js';
export type { HeliconeProxy } from './proxy.js';
export type { HostHeaders, HostReply, WholeAnswer } from './send.js';
export type { HandleUpgrade, UpgradeOptions } from './upgrade.js';

/** A request listener for `node:http`, or middleware where a framework passes `next`. */
export interface HeliconeHandler {
  (req: IncomingMessage, res: ServerResponse, next?: Next): void;
  readonly proxy: HeliconeProxy;
}

/**
 * The proxy as a handler for `node:http`. Without `next`, requests outside its prefix get 404.
 *
 * @throws TypeError or RangeError that names the option that is wrong.
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { heliconeProxy } from '@helicone-proxy/node';
 *
 * const helicone = heliconeProxy();
 * const server = createServer(helicone).listen(3000);
 * // OpenAI's base URL is now http://localhost:3000/helicone/openai/v1
 * process.once('SIGTERM', () => {
 *   server.close(); // takes no new connections; answers that run go on
 *   helicone.proxy.close(); // lets them finish, writes every record
 * });
 * ```
 */
export function heliconeProxy(options: HeliconeProxyOptions = {}): HeliconeHandler {
  const desk = createFrontDesk(options);
  const handler = (req: IncomingMessage, res: ServerResponse, next?: Next): void => {
    desk.handle(req, res, {
      mountPath: '',
      url: req.url as string,
      host: req,
      next: next ?? ((error) => refuse(res, error)),
    });
  };
  return Object.assign(handler, { proxy: desk.proxy });
}

/** Nobody stands behind a bare `node:http` server: what is not ours is not found, and a fault of ours is a 500. */
function refuse(res: ServerResponse, error: unknown): void {
  if (res.headersSent) return void res.destroy();
  const [status, text] = error === undefined ? [404, 'Not found\n'] : [500, 'Internal server error\n'];
  res.writeHead(status as number, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
