import heliconeProxy from '@helicone-proxy/fastify';
import type { HeliconeProxy, HeliconeProxyOptions } from '@helicone-proxy/node';
import { type FastifyInstance, fastify } from 'fastify';
import rawBody from 'fastify-raw-body';
import { addFastifyHooks } from './fastify-hooks.js';
import { type Host, type HostSetup, NO_SUCH_PAGE, type Parser } from './host.js';
import { consume, dropBytes } from './node-steps.js';
import { CONSUMED, NEVER_ASKED } from './parser-facts.js';
import { mountPaths, runningHost } from './running-host.js';

export const FASTIFY: Host = {
  name: 'fastify',
  refusesUndecodablePaths: true,
  refusesInvalidContentTypes: true,
  logsOnlyWholeAnswers: true,
  showsBodies: true,
  parsers: {
    usual: NEVER_ASKED,
    'keeps bytes': NEVER_ASKED,
    'drops bytes': { reads: ['json'], leaves: 'meaning' },
    consumed: CONSUMED,
  },
  async start(options, setup = {}) {
    const app = fastify({ trustProxy: setup.trustsProxy === true });
    await addFastifyHooks(app, setup);
    await addParser(app, setup.parser);
    app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send(NO_SUCH_PAGE));
    const proxy = await registerProxy(app, options, setup);
    const { second } = setup;
    if (second !== undefined) {
      await app.register(async (child) => {
        await child.register(heliconeProxy, { ...second.options, prefix: second.mount });
      });
    }
    app.post('/own', ({ body }) => ({ own: body }));
    await app.listen({ port: 0, host: '127.0.0.1' });
    return runningHost({ server: app.server, proxy, options, setup, close: () => app.close() });
  },
};

/** The last path is the plugin's own prefix unless `basePath` says it; those before are prefixes of instances around it. */
async function registerProxy(app: FastifyInstance, options: HeliconeProxyOptions, setup: HostSetup) {
  const paths = [...mountPaths(setup)];
  const prefix = options.basePath === undefined ? paths.pop() : undefined;
  const given = { ...options, webSockets: setup.webSockets === true };
  let proxy: HeliconeProxy | null = null;
  const registerBelow = async (instance: FastifyInstance): Promise<void> => {
    const outer = paths.shift();
    if (outer !== undefined) {
      await instance.register(registerBelow, { prefix: outer });
      return;
    }
    await instance.register(heliconeProxy, prefix === undefined ? given : { ...given, prefix });
    proxy = instance.heliconeProxy;
  };
  await registerBelow(app);
  return proxy as unknown as HeliconeProxy;
}

async function addParser(app: FastifyInstance, parser: Parser | undefined): Promise<void> {
  if (parser === 'keeps bytes') await app.register(rawBody, { encoding: false });
  if (parser === 'drops bytes') {
    app.addHook('onRequest', async (request) => {
      if (/^application\/json/i.test(request.headers['content-type'] ?? '')) await dropBytes(request.raw, request);
    });
  }
  if (parser === 'consumed') {
    app.addHook('onRequest', (request, reply, done) => consume(request.raw, reply.raw, done));
  }
}
