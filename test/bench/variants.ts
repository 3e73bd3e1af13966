// The compared servers. All forward /helicone/openai/* to the same upstream.
import type { IncomingMessage, ServerResponse } from 'node:http';
import replyFrom from '@fastify/reply-from';
import { heliconeProxy as nodeProxy } from '@helicone-proxy/node';
import fastify from 'fastify';
import { Pool } from 'undici';
import { hostPairs } from './hosts.ts';
import { type Compared, nothing, options, type Variant } from './variant.ts';

const PREFIX = '/helicone/openai';

interface Forwarded {
  pool: Pool;
  req: IncomingMessage;
  res: ServerResponse;
  body: IncomingMessage | Buffer;
}

function forward({ pool, req, res, body }: Forwarded): void {
  const { host: _host, connection: _connection, 'keep-alive': _keepAlive, ...headers } = req.headers;
  const path = (req.url as string).slice(PREFIX.length);
  pool.dispatch(
    { method: req.method as 'POST', path, headers, body },
    {
      onRequestStart() {},
      onResponseStart(_controller, status, answered) {
        const { connection: _c, 'keep-alive': _k, 'transfer-encoding': _t, ...kept } = answered;
        res.writeHead(status, kept);
      },
      onResponseData(_controller, chunk) {
        res.write(chunk);
      },
      onResponseEnd() {
        res.end();
      },
      onResponseError() {
        res.destroy();
      },
    },
  );
}

/** The least that a Node proxy can do: node:http in, undici out, nothing in between. What everything is compared to. */
async function passThrough(upstream: string): Promise<Variant> {
  const pool = new Pool(upstream, { allowH2: false });
  return { settle: nothing, listener: (req, res) => forward({ pool, req, res, body: req }) };
}

/** The same, but reading the request before it is sent on, which undici takes more cheaply than a stream. */
async function passThroughBodyFirst(upstream: string): Promise<Variant> {
  const pool = new Pool(upstream, { allowH2: false });
  return {
    settle: nothing,
    listener(req, res) {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => forward({ pool, req, res, body: Buffer.concat(chunks) }));
    },
  };
}

/** The proxy plugin of the Fastify project, without a body parser. */
async function fastifyReplyFrom(upstream: string): Promise<Variant> {
  const app = fastify();
  await app.register(replyFrom, { base: upstream });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.all(`${PREFIX}/*`, (request, reply) => reply.from((request.raw.url as string).slice(PREFIX.length)));
  await app.ready();
  return { settle: nothing, listener: (req, res) => app.routing(req, res) };
}

async function oursOnNode(upstream: string): Promise<Variant> {
  const listener = nodeProxy(options(upstream));
  return { listener, settle: () => listener.proxy.flush() };
}

/** What governs every call: a limit per user, retries armed, and a cache in which nothing is ever found. */
const governed = (call: number): Record<string, string> => ({
  'helicone-cache-enabled': 'true',
  'helicone-cache-seed': String(call),
  'helicone-ratelimit-policy': '100000000;w=3600;s=user',
  'helicone-retry-enabled': 'true',
  'helicone-user-id': `user-${call % 100}`,
});

/** All but the first call of each text come out of the cache. */
const cached = (): Record<string, string> => ({ 'helicone-cache-enabled': 'true' });

/** Proxies, by the names that are printed. */
export const proxies: Record<string, Compared> = {
  'pass-through': { start: passThrough },
  'pass-through, body first': { start: passThroughBodyFirst },
  'reply-from': { start: fastifyReplyFrom },
  'ours (node:http)': { start: oursOnNode },
  'ours (express)': hostPairs.find(({ name }) => name === 'express')?.ours as Compared,
  'ours, governed': { start: oursOnNode, headers: governed },
  'ours, cache hit': { start: oursOnNode, headers: cached },
};

/** Frameworks without the proxy and with it. */
export const hosts: Record<string, Compared> = Object.fromEntries(
  hostPairs.flatMap(({ name, bare, ours }) => [
    [`${name}, bare`, bare],
    [`${name}, ours`, ours],
  ]),
);
