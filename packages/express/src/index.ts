import { createFrontDesk, type HeliconeProxy, type HeliconeProxyOptions } from '@helicone-proxy/node';
import type { RequestHandler } from 'express';

export type {
  Authenticate,
  CallRecord,
  HeliconeProxy,
  HeliconeProxyOptions,
  Identity,
  RecordStore,
} from '@helicone-proxy/node';
export { setupPrimary } from '@helicone-proxy/node';

/** Express middleware with the running proxy at `proxy`. */
export type HeliconeMiddleware = RequestHandler & { readonly proxy: HeliconeProxy };

/**
 * The proxy as middleware for Express 4 and 5. Answers under `/helicone`, or under the path it is mounted at; everything else
 * goes on to the next handler.
 *
 * @throws TypeError or RangeError that names the option that is wrong.
 * @example
 * ```ts
 * import express from 'express';
 * import { heliconeProxy } from '@helicone-proxy/express';
 *
 * const app = express();
 * const helicone = heliconeProxy();
 * app.use(helicone);
 * const server = app.listen(3000);
 * // OpenAI's base URL is now http://localhost:3000/helicone/openai/v1
 * process.once('SIGTERM', () => {
 *   server.close(); // takes no new connections; answers that run go on
 *   helicone.proxy.close(); // lets them finish, writes every record
 * });
 * ```
 */
export function heliconeProxy(options: HeliconeProxyOptions = {}): HeliconeMiddleware {
  const desk = createFrontDesk(options);
  const middleware: RequestHandler = (req, res, next) => {
    desk.handle(req, res, { mountPath: req.baseUrl, url: req.url, host: req, next });
  };
  return Object.assign(middleware, { proxy: desk.proxy });
}
