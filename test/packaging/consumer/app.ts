// An application as users write it, once per adapter. The tests copy it into empty projects, compile it there to ES modules and
// to CommonJS, and run both.
import 'reflect-metadata';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runCli } from '@helicone-proxy/cli';
import { heliconeProxy as forExpress } from '@helicone-proxy/express';
import forFastify, { heliconeProxy as forFastifyByName } from '@helicone-proxy/fastify';
import { heliconeProxy as forKoa } from '@helicone-proxy/koa';
import { HeliconeAsyncLogger } from '@helicone-proxy/logger';
import { HeliconeProxyModule, HeliconeProxyService } from '@helicone-proxy/nestjs';
import { type HeliconeProxy, type HeliconeProxyOptions, heliconeProxy } from '@helicone-proxy/node';
import { type INestApplication, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import express from 'express';
import { fastify } from 'fastify';
import Koa from 'koa';
import { drive, type Running } from './drive.js';

async function onNode(options: HeliconeProxyOptions): Promise<Running> {
  const helicone = heliconeProxy(options);
  const running = await served(createServer(helicone), helicone.proxy);
  return { ...running, stop: () => logged(helicone.proxy).then(running.stop) };
}

/** Logs an answer that no SDK gave, straight into the proxy. */
async function logged(proxy: HeliconeProxy): Promise<void> {
  const logger = new HeliconeAsyncLogger({ proxy });
  const answer = { object: 'chat.completion', model: 'logged', choices: [] };
  const { requestId } = await logger.log(answer, { userId: 'somebody' });
  await logger.close();
  const record = await proxy.records.get('default', requestId ?? '');
  if (record?.request_user_id !== 'somebody') throw new Error('the log is not there');
}

async function onExpress(options: HeliconeProxyOptions): Promise<Running> {
  const app = express();
  const helicone = forExpress(options);
  app.use(helicone);
  return served(createServer(app), helicone.proxy);
}

async function onKoa(options: HeliconeProxyOptions): Promise<Running> {
  const app = new Koa();
  const helicone = forKoa(options);
  app.use(helicone);
  return served(createServer(app.callback()), helicone.proxy);
}

async function served(server: Server, proxy: HeliconeProxy): Promise<Running> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: originOf(server),
    proxy,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      await proxy.close();
      await closed;
    },
  };
}

async function onFastify(options: HeliconeProxyOptions): Promise<Running> {
  const app = fastify();
  if (forFastify !== forFastifyByName) throw new Error('the default export is another plugin');
  await app.register(forFastify, options);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { origin: originOf(app.server), proxy: app.heliconeProxy, stop: () => app.close() };
}

@Injectable()
class ProxyHolder {
  readonly proxy: HeliconeProxyService;

  constructor(helicone: HeliconeProxyService) {
    this.proxy = helicone;
  }
}

function moduleWith(options: HeliconeProxyOptions) {
  @Module({ imports: [HeliconeProxyModule.forRoot(options)], providers: [ProxyHolder] })
  class AppModule {}
  return AppModule;
}

function moduleLater(options: HeliconeProxyOptions) {
  @Module({ imports: [HeliconeProxyModule.forRootAsync({ useFactory: () => options })], providers: [ProxyHolder] })
  class AppModule {}
  return AppModule;
}

const QUIET = { logger: false, bodyParser: false } as const;

async function onNestExpress(options: HeliconeProxyOptions): Promise<Running> {
  return listening(await NestFactory.create(moduleWith(options), new ExpressAdapter(), QUIET));
}

async function onNestFastify(options: HeliconeProxyOptions): Promise<Running> {
  const adapter = new FastifyAdapter();
  return listening(await NestFactory.create<NestFastifyApplication>(moduleLater(options), adapter, QUIET));
}

async function listening(app: INestApplication): Promise<Running> {
  await app.listen(0, '127.0.0.1');
  const { proxy } = app.get(ProxyHolder);
  if (proxy !== app.get(HeliconeProxyService)) throw new Error('another proxy was injected');
  return { origin: originOf(app.getHttpServer() as Server), proxy, stop: () => app.close() };
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The command line, over records that are not there. */
async function onCommandLine(): Promise<void> {
  const said: string[] = [];
  const io = { out: (text: string) => said.push(text), err: (text: string) => said.push(text), cwd: '/', env: {} };
  const code = await runCli(['prices', 'recompute', '--store', 'sqlite:none.db'], io);
  if (code !== 2 || !said.join('').includes('no records at sqlite:none.db')) throw new Error(said.join(''));
}

async function main(): Promise<void> {
  await onCommandLine();
  for (const start of [onNode, onExpress, onKoa, onFastify, onNestExpress, onNestFastify]) await drive(start);
}

void main();
