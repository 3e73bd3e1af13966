import { createFrontDesk, type HeliconeProxy, type HeliconeProxyOptions } from '@helicone-proxy/node';
import type { Context, Middleware } from 'koa';

export type {
  Authenticate,
  CallRecord,
  HeliconeProxy,
  HeliconeProxyOptions,
  Identity,
  RecordStore,
} from '@helicone-proxy/node';
export { setupPrimary } from '@helicone-proxy/node';

/** Koa middleware with the running proxy at `proxy`. */
export type HeliconeMiddleware = Middleware & { readonly proxy: HeliconeProxy };

/**
 * The proxy as middleware for Koa 2 and 3. Answers under `/helicone`, or under the path that `koa-mount` mounts it at;
 * everything else goes on to the next middleware. What stands before it sees whole answers in `ctx.body`; with a streamed answer
 * it goes on when that has been sent.
 *
 * @throws TypeError or RangeError that names the option that is wrong.
 * @example
 * ```ts
 * import Koa from 'koa';
 * import { heliconeProxy } from '@helicone-proxy/koa';
 *
 * const app = new Koa();
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
  const middleware: Middleware = (ctx: Context, next) =>
    new Promise<void>((resolve, reject) => {
      desk.handle(ctx.req, ctx.res, {
        mountPath: mountPathOf(ctx),
        url: ctx.url,
        host: ctx,
        parsed: ctx.request,
        next: (error) => (error === undefined ? next().then(resolve, reject) : reject(error)),
        reply({ status, headers, body }) {
          ctx.status = status;
          ctx.set(headers as Record<string, string | string[]>);
          ctx.body = body;
          resolve();
        },
        takeOver() {
          ctx.respond = false;
        },
        sent: resolve,
      });
    });
  return Object.assign(middleware, { proxy: desk.proxy });
}

/** `koa-mount` sets `ctx.mountPath` to the innermost mount alone, and leaves it there for what comes behind that mount. */
function mountPathOf({ mountPath, originalUrl, path }: Context & { mountPath?: string }): string {
  if (mountPath === undefined) return '';
  const whole = originalUrl.split('?', 1)[0] as string;
  if (whole.endsWith(path)) return whole.slice(0, whole.length - path.length);
  // Of `/llm`, mounted at `/llm`, `/` is left.
  return path === '/' ? whole : mountPath;
}
