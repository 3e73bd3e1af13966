// What `koa-mount` leaves in `ctx.mountPath` is not what it has taken off the path.
import { heliconeProxy } from '@helicone-proxy/koa';
import { type Exchange, get } from '@helicone-proxy/testkit';
import Koa from 'koa';
import mount from 'koa-mount';
import { expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { listening } from './hosts/node-http.js';

const { running, provider } = startedHere();

async function answerLink(exchange: Exchange): Promise<void> {
  const address = `http://${exchange.request.header('host')}/upload/v1beta/files?upload_id=1`;
  await exchange.respond({ headers: [['x-goog-upload-url', address]], framing: 'length' }, ['{}']);
}

/** An application that has `mounted` around the proxy, or before it, and then a page for everything. */
async function start(mounted: (middleware: Koa.Middleware) => Koa.Middleware[]): Promise<string> {
  const { origin } = await provider(answerLink);
  const app = new Koa();
  const options = { providers: { google: { baseUrl: origin } }, records: { store: 'sqlite::memory:' } };
  const middleware = heliconeProxy(options);
  for (const step of mounted(middleware)) app.use(step);
  app.use((ctx) => {
    ctx.body = `page ${ctx.path}`;
  });
  const host = await listening(app.callback(), middleware.proxy, { options, setup: {} });
  running.push(host);
  return new URL(host.url).origin;
}

test('requests that went on from another mount are the host’s', async () => {
  const assets = mount('/assets', (_ctx, next) => next());
  const origin = await start((proxy) => [assets, proxy]);
  for (const path of ['/assets/logo.svg', '/assets', '/users']) {
    expect((await get(origin + path)).body.toString()).toBe(`page ${path}`);
  }
  expect((await get(`${origin}/helicone/healthz`)).status).toBe(200);
});

test('a link leads back through all mounts', async () => {
  const origin = await start((proxy) => [mount('/outer', mount('/inner', proxy))]);
  expect((await get(`${origin}/outer/inner/healthz?x=/healthz`)).status).toBe(200);
  const { status, header } = await get(`${origin}/outer/inner/google/upload/v1beta/files?x=/y`);
  const link = `${origin}/outer/inner/google/upload/v1beta/files?upload_id=1`;
  expect([status, header('x-goog-upload-url')]).toEqual([200, link]);
});

test('the mount itself is the root', async () => {
  const origin = await start((proxy) => [mount('/outer', mount('/inner', proxy))]);
  const { status, header } = await get(`${origin}/outer/inner?x`);
  expect([status, header('x-helicone-error')]).toEqual([404, 'unknown_route']);
});
