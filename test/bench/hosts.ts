// Each framework twice: answering by itself, and with the proxy in it. The difference is what the proxy costs on top.
import 'reflect-metadata';
import type { RequestListener, ServerResponse } from 'node:http';
import { heliconeProxy as onExpress } from '@helicone-proxy/express';
import onFastify from '@helicone-proxy/fastify';
import { heliconeProxy as onKoa } from '@helicone-proxy/koa';
import { HeliconeProxyModule, HeliconeProxyService } from '@helicone-proxy/nestjs';
import { heliconeProxy as onNode } from '@helicone-proxy/node';
import { Controller, HttpCode, type INestApplication, Module, Post, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import express from 'express';
import fastify, { type FastifyInstance } from 'fastify';
import Koa from 'koa';
import { answers } from './payloads.ts';
import { type Compared, nothing, options, type Variant } from './variant.ts';

const PATH = '/helicone/openai/v1/chat/completions';
const ANSWER = answers[0] as Buffer;
const HEADERS = { 'content-type': 'application/json', 'content-length': String(ANSWER.length) };

/** Bare and with the proxy, by the names that are printed. */
export interface HostPair {
  name: string;
  bare: Compared;
  ours: Compared;
}

export const hostPairs: HostPair[] = [
  pair('node:http', bareNode, async (upstream) => {
    const handler = onNode(options(upstream));
    return { listener: handler, settle: () => handler.proxy.flush() };
  }),
  pair('express', bareExpress, async (upstream) => {
    const helicone = onExpress(options(upstream));
    return { listener: express().use(helicone), settle: () => helicone.proxy.flush() };
  }),
  pair('koa', bareKoa, async (upstream) => {
    const helicone = onKoa(options(upstream));
    return { listener: new Koa().use(helicone).callback() as RequestListener, settle: () => helicone.proxy.flush() };
  }),
  pair('fastify', bareFastify, async (upstream) => {
    const app = fastify();
    await app.register(onFastify, options(upstream));
    return { listener: await routing(app), settle: () => app.heliconeProxy.flush() };
  }),
  pair(
    'nest on express',
    () => bareNest(new ExpressAdapter()),
    (upstream) => nest(upstream, new ExpressAdapter()),
  ),
  pair(
    'nest on fastify',
    () => bareNest(new FastifyAdapter()),
    (upstream) => nest(upstream, new FastifyAdapter()),
  ),
];

function pair(name: string, bare: () => Promise<Variant>, ours: Compared['start']): HostPair {
  return { name, bare: { start: bare }, ours: { start: ours } };
}

async function bareNode(): Promise<Variant> {
  return { settle: nothing, listener: (_req, res) => void res.writeHead(200, HEADERS).end(ANSWER) };
}

async function bareExpress(): Promise<Variant> {
  const app = express();
  app.post(PATH, (_req, res) => void res.set(HEADERS).send(ANSWER));
  return { settle: nothing, listener: app };
}

async function bareKoa(): Promise<Variant> {
  const app = new Koa();
  app.use((ctx) => {
    if (ctx.path !== PATH) return;
    ctx.set(HEADERS);
    ctx.body = ANSWER;
  });
  return { settle: nothing, listener: app.callback() as RequestListener };
}

async function bareFastify(): Promise<Variant> {
  const app = fastify();
  app.post(PATH, (_request, reply) => reply.headers(HEADERS).send(ANSWER));
  return { settle: nothing, listener: await routing(app) };
}

async function routing(app: FastifyInstance): Promise<RequestListener> {
  await app.ready();
  return (req, res) => app.routing(req, res);
}

type Adapter = ExpressAdapter | FastifyAdapter;

interface NestReply {
  raw?: ServerResponse;
  send(body: Buffer): unknown;
}

async function bareNest(adapter: Adapter): Promise<Variant> {
  // Decorators are called by hand: Node runs this file without compiling it.
  class Bare {
    answer(reply: NestReply): void {
      const response = adapter.setHeader.bind(adapter) as (to: NestReply, name: string, value: string) => void;
      for (const [name, value] of Object.entries(HEADERS)) response(reply, name, value);
      reply.send(ANSWER);
    }
  }
  const method = Object.getOwnPropertyDescriptor(Bare.prototype, 'answer') as PropertyDescriptor;
  for (const decorate of [Post(PATH), HttpCode(200)]) decorate(Bare.prototype, 'answer', method);
  Res()(Bare.prototype, 'answer', 0);
  Controller()(Bare);
  class BareModule {}
  Module({ controllers: [Bare] })(BareModule);
  return { settle: nothing, listener: await started(BareModule, adapter).then(listenerOf) };
}

async function nest(upstream: string, adapter: Adapter): Promise<Variant> {
  class AppModule {}
  Module({ imports: [HeliconeProxyModule.forRoot(options(upstream))] })(AppModule);
  const app = await started(AppModule, adapter);
  const proxy = app.get(HeliconeProxyService);
  return { settle: () => proxy.flush(), listener: await listenerOf(app) };
}

async function started(module: new () => object, adapter: Adapter): Promise<INestApplication> {
  const app = await NestFactory.create(module, adapter, { logger: false, bodyParser: false });
  return app.init();
}

async function listenerOf(app: INestApplication): Promise<RequestListener> {
  const instance: unknown = app.getHttpAdapter().getInstance();
  return typeof instance === 'function' ? (instance as RequestListener) : routing(instance as FastifyInstance);
}
