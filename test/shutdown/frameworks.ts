import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HeliconeProxy, HeliconeProxyOptions } from '@helicone-proxy/node';
import type { INestApplication } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type express from 'express';
import type Koa from 'koa';

/** An application that listens, shut down by the code that its adapter's documentation shows. */
export interface App {
  server: Server;
  proxy: HeliconeProxy;
  close(): Promise<unknown>;
  /** Has SIGTERM close it. */
  closeOnSigterm(): void;
}

/** By name. Each is started with its own defaults, as a user would, and nothing of the others is loaded. */
export const FRAMEWORKS = {
  async 'node:http'(options) {
    const { heliconeProxy } = await import('@helicone-proxy/node');
    const handler = heliconeProxy(options);
    return plain(createServer(handler), handler.proxy);
  },
  'express 5': async (options) => onExpress((await import('express')).default, options),
  'express 4': async (options) => onExpress((await import('express4')).default, options),
  'koa 3': async (options) => onKoa((await import('koa')).default, options),
  'koa 2': async (options) => onKoa((await import('koa2')).default, options),
  async fastify(options) {
    const { fastify } = await import('fastify');
    const { heliconeProxy } = await import('@helicone-proxy/fastify');
    const app = fastify();
    await app.register(heliconeProxy, options);
    await app.listen({ port: 0, host: '127.0.0.1' });
    return withSigterm({ server: app.server, proxy: app.heliconeProxy, close: () => app.close() });
  },
  async 'nest on express'(options) {
    const { ExpressAdapter } = await import('@nestjs/platform-express');
    return onNest(new ExpressAdapter(), options);
  },
  async 'nest on fastify'(options) {
    const { FastifyAdapter } = await import('@nestjs/platform-fastify');
    return onNest(new FastifyAdapter(), options);
  },
} satisfies Record<string, (options: HeliconeProxyOptions) => Promise<App>>;

export type Framework = keyof typeof FRAMEWORKS;

export const FRAMEWORK_NAMES = Object.keys(FRAMEWORKS) as Framework[];

async function onExpress(framework: typeof express, options: HeliconeProxyOptions): Promise<App> {
  const { heliconeProxy } = await import('@helicone-proxy/express');
  const app = framework();
  const helicone = heliconeProxy(options);
  app.use(helicone);
  return plain(createServer(app), helicone.proxy);
}

async function onKoa(Framework: typeof Koa, options: HeliconeProxyOptions): Promise<App> {
  const { heliconeProxy } = await import('@helicone-proxy/koa');
  const app = new Framework();
  const helicone = heliconeProxy(options);
  app.use(helicone);
  return plain(createServer(app.callback()), helicone.proxy);
}

async function onNest(adapter: AbstractHttpAdapter, options: HeliconeProxyOptions): Promise<App> {
  await import('reflect-metadata');
  const { Module } = await import('@nestjs/common');
  const { NestFactory } = await import('@nestjs/core');
  const { HeliconeProxyModule, HeliconeProxyService } = await import('@helicone-proxy/nestjs');
  class AppModule {}
  Module({ imports: [HeliconeProxyModule.forRoot(options)] })(AppModule);
  // What is wrong is printed; by default Nest also tells what it does.
  const app: INestApplication = await NestFactory.create(AppModule, adapter, {
    logger: ['error', 'warn'],
    bodyParser: false,
  });
  await app.listen(0, '127.0.0.1');
  return {
    server: app.getHttpServer(),
    proxy: app.get(HeliconeProxyService),
    close: () => app.close(),
    closeOnSigterm: () => void app.enableShutdownHooks(),
  };
}

async function plain(server: Server, proxy: HeliconeProxy): Promise<App> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return withSigterm({
    server,
    proxy,
    close() {
      server.close();
      return proxy.close();
    },
  });
}

function withSigterm(app: Omit<App, 'closeOnSigterm'>): App {
  return { ...app, closeOnSigterm: () => void process.once('SIGTERM', () => app.close()) };
}

/** Where an application answers. */
export function urlOf({ server }: App): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone`;
}
