import type { Server } from 'node:http';
import { createFrontDesk, type HeliconeProxy, type HeliconeProxyOptions } from '@helicone-proxy/node';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest, RegisterOptions } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

export type {
  Authenticate,
  CallRecord,
  HeliconeProxy,
  HeliconeProxyOptions,
  Identity,
  RecordStore,
} from '@helicone-proxy/node';
export { setupPrimary } from '@helicone-proxy/node';

declare module 'fastify' {
  interface FastifyInstance {
    /** The running proxy. */
    readonly heliconeProxy: HeliconeProxy;
  }
}

/**
 * The proxy as a plugin for Fastify 5. Answers under `/helicone`, or the `prefix` that it is registered with, below the prefix of
 * the instance that it is registered on. `app.close()` lets running calls finish and writes every record.
 *
 * Registering fails with a TypeError or RangeError that names the option that is wrong. Prefixes cannot have parameters.
 * @example
 * ```ts
 * import fastify from 'fastify';
 * import heliconeProxy from '@helicone-proxy/fastify';
 *
 * const app = fastify();
 * await app.register(heliconeProxy);
 * await app.listen({ port: 3000 });
 * // OpenAI's base URL is now http://localhost:3000/helicone/openai/v1
 * process.once('SIGTERM', () => app.close());
 * ```
 */
export const heliconeProxy: FastifyPluginAsync<HeliconeProxyOptions> = fastifyPlugin(mount, {
  fastify: '5.x',
  name: '@helicone-proxy/fastify',
});
export default heliconeProxy;

// Asynchronous, since Fastify lets what a plugin with a callback throws end the process.
async function mount(app: FastifyInstance, given: HeliconeProxyOptions & RegisterOptions): Promise<void> {
  if (Object.hasOwn(app, 'heliconeProxy')) {
    throw new Error(
      'helicone-proxy: this instance has a proxy already; register another one in an instance of its own',
    );
  }
  const { prefix, logLevel: _fastifys, logSerializers: _too, webSockets, ...options } = given;
  const below = `/${options.basePath ?? prefix ?? 'helicone'}`.replace(/\/+/g, '/').replace(/\/$/, '');
  const basePath = `${app.prefix}${below}`;
  if (/[:*]/.test(basePath))
    throw new TypeError(`prefix: ${basePath} has parameters; the proxy answers under one path`);
  const desk = createFrontDesk({ ...options, basePath });
  app.decorate('heliconeProxy', desk.proxy);
  // While the server still takes care of its connections: `forceCloseConnections` would cut running calls.
  app.addHook('preClose', () => inTime(desk.proxy.close(), app.initialConfig.pluginTimeout));
  app.addHook('onClose', () => desk.proxy.close());
  if (webSockets === true) desk.listenForUpgrades(app.server as Server);

  const handler = (request: FastifyRequest, reply: FastifyReply): void =>
    desk.handle(request.raw, reply.raw, {
      mountPath: '',
      url: request.raw.url as string,
      host: request,
      parsed: request,
      next: (error) => (error === undefined ? reply.callNotFound() : reply.send(error)),
      hostHeaders: () => reply.getHeaders(),
      reply: ({ status, headers, body }) => reply.code(status).headers(headers).send(body),
      takeOver: () => reply.hijack(),
    });

  app.register(
    async (inner) => {
      inner.removeAllContentTypeParsers();
      // Bodies stay unread, so that their bytes go on as they come and no limit of the host's applies.
      inner.addContentTypeParser('*', (request, _payload, parsed) => parsed(null, request.body));
      // Plugins that unpack or keep bodies (compress, raw-body) read them by a hook that they add to each route.
      inner.addHook('onRoute', (route) => {
        route.preParsing = [];
      });
      // CORS preflights are the host's.
      const method = inner.supportedMethods.filter((each) => each !== 'OPTIONS');
      // At the root the second is enough, and leaves `/` to a route of the host's.
      for (const url of basePath === '' ? ['/*'] : ['/', '/*']) inner.route({ method, url, handler });
    },
    { prefix: below },
  );
}

/** Resolves before Fastify gives a hook up and fails, which is after `pluginTimeout`; there is none in `onClose`. */
async function inTime(closing: Promise<void>, pluginTimeoutMs = 0): Promise<void> {
  if (pluginTimeoutMs === 0) return closing;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 0.9 * pluginTimeoutMs);
  });
  await Promise.race([closing, late]).finally(() => clearTimeout(timer));
}
