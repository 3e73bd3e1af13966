import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HeliconeProxy, HeliconeProxyOptions } from '@helicone-proxy/node';
import type { Load } from './load.ts';
import { onNest } from './nest.ts';

export interface RunningHost {
  /** Origin of the server; the proxy is at `/helicone`. */
  origin: string;
  proxy: HeliconeProxy;
  /** Ends as the application would on SIGTERM: running calls may finish. */
  close(): Promise<unknown>;
}

/** A framework before the proxy is there, and how the proxy comes into it. */
export interface Host {
  /** Packages of the framework. */
  framework: readonly string[];
  adapter: string;
  start(load: Load, options: HeliconeProxyOptions): Promise<RunningHost>;
}

/** A header that the host sets on every answer, and what it answers to what is not the proxy's. */
export const HOST_HEADER = { name: 'x-host', value: 'was here' };
export const NO_SUCH_PAGE = 'the host has no such page';

export const HOSTS: Readonly<Record<string, Host>> = {
  'node:http': { framework: [], adapter: '@helicone-proxy/node', start: onNode },
  express: { framework: ['express'], adapter: '@helicone-proxy/express', start: onExpress },
  koa: { framework: ['koa'], adapter: '@helicone-proxy/koa', start: onKoa },
  fastify: { framework: ['fastify'], adapter: '@helicone-proxy/fastify', start: onFastify },
  'nest-express': {
    framework: ['reflect-metadata', '@nestjs/common', '@nestjs/core', '@nestjs/platform-express'],
    adapter: '@helicone-proxy/nestjs',
    start: onNest('express'),
  },
  'nest-fastify': {
    framework: ['reflect-metadata', '@nestjs/common', '@nestjs/core', '@nestjs/platform-fastify'],
    adapter: '@helicone-proxy/nestjs',
    start: onNest('fastify'),
  },
};

async function onNode(load: Load, options: HeliconeProxyOptions): Promise<RunningHost> {
  const { heliconeProxy } = await load<typeof import('@helicone-proxy/node')>('@helicone-proxy/node');
  const helicone = heliconeProxy(options);
  return served((req, res) => {
    res.setHeader(HOST_HEADER.name, HOST_HEADER.value);
    helicone(req, res, () => res.writeHead(404).end(NO_SUCH_PAGE));
  }, helicone.proxy);
}

async function onExpress(load: Load, options: HeliconeProxyOptions): Promise<RunningHost> {
  const { default: express } = await load<{ default: typeof import('express') }>('express');
  const { heliconeProxy } = await load<typeof import('@helicone-proxy/express')>('@helicone-proxy/express');
  const app = express();
  const helicone = heliconeProxy(options);
  app.use((_req, res, next) => {
    res.setHeader(HOST_HEADER.name, HOST_HEADER.value);
    next();
  });
  app.use(helicone);
  app.use((_req, res) => {
    res.status(404).send(NO_SUCH_PAGE);
  });
  return served(app as RequestListener, helicone.proxy);
}

async function onKoa(load: Load, options: HeliconeProxyOptions): Promise<RunningHost> {
  const { default: Koa } = await load<{ default: typeof import('koa') }>('koa');
  const { heliconeProxy } = await load<typeof import('@helicone-proxy/koa')>('@helicone-proxy/koa');
  const app = new Koa();
  const helicone = heliconeProxy(options);
  app.use((ctx, next) => {
    ctx.set(HOST_HEADER.name, HOST_HEADER.value);
    return next();
  });
  app.use(helicone);
  app.use((ctx) => {
    ctx.status = 404;
    ctx.body = NO_SUCH_PAGE;
  });
  return served(app.callback() as RequestListener, helicone.proxy);
}

async function onFastify(load: Load, options: HeliconeProxyOptions): Promise<RunningHost> {
  const { default: fastify } = await load<typeof import('fastify')>('fastify');
  const { default: plugin } = await load<typeof import('@helicone-proxy/fastify')>('@helicone-proxy/fastify');
  const app = fastify();
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header(HOST_HEADER.name, HOST_HEADER.value);
    done();
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(NO_SUCH_PAGE));
  await app.register(plugin, options);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { origin: originOf(app.server), proxy: app.heliconeProxy, close: () => app.close() };
}

async function served(listener: RequestListener, proxy: HeliconeProxy): Promise<RunningHost> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: originOf(server),
    proxy,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await proxy.close();
      await closed;
    },
  };
}

/** Where a server listens. */
export function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
