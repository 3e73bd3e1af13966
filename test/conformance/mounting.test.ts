import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ANSWERS, type Exchange, get } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { HOSTS, type HostSetup, NEWEST_HOSTS, NO_SUCH_PAGE } from './hosts.js';
import { PATHS } from './paths.js';
import { withSession } from './session.js';

const { headers, body } = ANSWERS.chat;
const OWN = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":[1]}' };

const answer = (exchange: Exchange): Promise<void> => exchange.respond({ headers }, [body]);

interface Mounting {
  name: string;
  setup: HostSetup;
  basePath?: string;
  prefix: string;
}

const MOUNTINGS: readonly Mounting[] = [
  { name: 'nowhere', setup: {}, prefix: '/helicone' },
  { name: 'at a path', setup: { mount: '/llm' }, prefix: '/llm' },
  { name: 'at a deep path', setup: { mount: '/deep/er/mount' }, prefix: '/deep/er/mount' },
  { name: 'inside of another mount', setup: { mount: ['/outer', '/in-ner'] }, prefix: '/outer/in-ner' },
  { name: 'nowhere, with a base path', setup: {}, basePath: '/llm', prefix: '/llm' },
  {
    name: 'at a path, with a base path',
    setup: { mount: '/outer' },
    basePath: '/base/path/',
    prefix: '/outer/base/path',
  },
  { name: 'inside, with a base path', setup: { mount: ['/a', '/b'] }, basePath: 'c', prefix: '/a/b/c' },
  { name: 'at a path that holds a provider’s name', setup: { mount: '/openai' }, prefix: '/openai' },
];

describe.concurrent.each(HOSTS)('$name: mounted', (host) => {
  test.each(MOUNTINGS)(
    'A3 E4 L1 $name: answers below $prefix, and nowhere else',
    async ({ setup, basePath, prefix }) => {
      const options = ({ origin }: { origin: string }) => ({
        providers: { openai: { baseUrl: `${origin}/base` } },
        ...(basePath === undefined ? {} : { basePath }),
      });
      await withSession(host, { script: answer, setup, options }, async (session) => {
        expect(new URL(session.url).pathname).toBe(prefix);
        for (const [index, [path]] of PATHS.entries()) {
          expect((await within(10_000, path, session.get(`/openai${path}`))).status, path).toBe(200);
          const { target } = await session.provider.request(index);
          expect(target).toBe(`/base${path === '' ? '/' : path}`);
        }
        const { origin } = new URL(session.url);
        for (const path of ['/', '/v1/models', `${prefix}x/openai/v1/models`, `/x${prefix}/openai/v1/models`]) {
          const foreign = await within(10_000, path, get(origin + path));
          expect([foreign.status, foreign.body.toString()], path).toEqual([404, NO_SUCH_PAGE]);
        }
        const own = await within(10_000, 'the host’s own route', get(session.ownUrl, OWN));
        expect([own.status, own.body.toString()]).toEqual([200, '{"own":{"a":[1]}}']);
        expect(session.provider.requests).toHaveLength(PATHS.length);
      });
    },
  );

  test('A3 L1 at the root: what no route of the host takes is the proxy’s', async () => {
    const options = ({ origin }: { origin: string }) => ({ providers: { openai: { baseUrl: origin } }, basePath: '/' });
    await withSession(host, { script: answer, options }, async (session) => {
      expect(new URL(session.url).pathname).toBe('/');
      const root = session.url.replace(/\/$/, '');
      for (const [index, [path]] of PATHS.entries()) {
        expect((await within(10_000, path, get(`${root}/openai${path}`))).status, path).toBe(200);
        expect((await session.provider.request(index)).target).toBe(path === '' ? '/' : path);
      }
      session.sentBesides(PATHS.length);
      expect((await get(`${root}/healthz`)).body.toString()).toBe('{"status":"ok"}');
      const unknown = await get(`${root}/no/such/page`);
      expect([unknown.status, unknown.header('x-helicone-error')]).toEqual([404, 'unknown_route']);
    });
  });

  test('A3 L1 two in one application, each with its own options and records', async () => {
    const options = ({ origin }: { origin: string }) => ({ providers: { openai: { baseUrl: `${origin}/first` } } });
    const setup: HostSetup = {
      mount: '/one',
      second: {
        mount: '/two',
        // Only the first one's records are looked at; this one may reach nobody.
        options: { providers: { acme: { baseUrl: 'http://127.0.0.1:9' } }, records: { store: 'sqlite::memory:' } },
      },
    };
    await withSession(host, { script: answer, options, setup }, async (session) => {
      expect((await within(10_000, 'the first', session.get('/openai/v1/models'))).status).toBe(200);
      expect((await session.provider.request(0)).target).toBe('/first/v1/models');
      const { origin } = new URL(session.url);
      const other = await within(10_000, 'the second', get(`${origin}/two/acme/v1/models`));
      expect([other.status, other.header('x-helicone-error')]).toEqual([502, 'upstream_unreachable']);
      expect((await get(`${origin}/one/acme/v1/models`)).status).toBe(404);
      const own = await get(session.ownUrl, OWN);
      expect(own.body.toString()).toBe('{"own":{"a":[1]}}');
    });
  });
});

const FORWARDED = {
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-host': 'api.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-prefix': '/public',
  'x-forwarded-port': '443',
  'x-real-ip': '203.0.113.7',
  forwarded: 'for=203.0.113.7;host=api.example;proto=https',
};

/** Any of these says that the peer is not the caller. */
const TELL_OF_A_PEER = ['for', 'host', 'proto', 'port', 'prefix', 'server']
  .map((what) => `x-forwarded-${what}`)
  .concat('x-real-ip', 'forwarded');

describe.concurrent.each(NEWEST_HOSTS)('$name: behind reverse proxies', (host) => {
  test('H1 H2 L1 that the host trusts: what they say reaches no provider', async () => {
    await withSession(host, { script: answer, setup: { trustsProxy: true } }, async (session) => {
      const call = session.get('/openai/v1/chat/completions', { headers: FORWARDED, body: ANSWERS.chat.request });
      expect((await within(10_000, 'the answer', call)).status).toBe(200);
      const seen = await session.provider.request(0);
      for (const name of Object.keys(FORWARDED)) expect(seen.header(name), name).toBe(undefined);
      expect(seen.header('host')).toBe(new URL(session.provider.origin).host);
      expect(seen.rawHead).not.toMatch(/203\.0\.113\.7|api\.example/);
    });
  });

  test('H2 that the host trusts: they open nothing that is for loopback', async () => {
    await withSession(host, { setup: { trustsProxy: true } }, async ({ url }) => {
      const query = `${url}/api/v1/request/query`;
      const statusFor = async (headers: Record<string, string>) =>
        (await get(query, { method: 'POST', headers })).status;
      expect(await statusFor({})).toBe(200);
      for (const name of TELL_OF_A_PEER) expect(await statusFor({ [name]: '127.0.0.1' }), name).toBe(401);
      expect(await statusFor({ host: 'api.example' })).toBe(401);
    });
  });

  test.each([{}, { mount: '/helicone' }])('A3 S1 L1 one that strips a path, mounted %o', async (setup) => {
    await withSession(host, { setup }, async (session) => {
      const stripping = await startStripping('/public/llm', session.url);
      const base = `http://127.0.0.1:${(stripping.address() as AddressInfo).port}/public/llm`;
      try {
        session.provider.script = answer;
        const whole = await within(10_000, 'the answer', get(`${base}/openai/v1/models?limit=1`));
        expect([whole.status, whole.body.equals(body)]).toEqual([200, true]);
        expect((await session.provider.request(0)).target).toBe('/v1/models?limit=1');
        session.provider.script = (exchange) =>
          exchange.respond({ headers: ANSWERS.chatStream.headers }, ANSWERS.chatStream.events);
        const options = { body: ANSWERS.chatStream.request };
        const stream = await within(10_000, 'the stream', get(`${base}/openai/v1/chat/completions`, options));
        expect(stream.body.equals(ANSWERS.chatStream.body)).toBe(true);
        session.sentBesides(2);
      } finally {
        stripping.closeAllConnections();
        stripping.close();
      }
    });
  });
});

/** A reverse proxy that answers below `prefix` with what is below `target`. */
async function startStripping(prefix: string, target: string): Promise<Server> {
  const server = createServer((req, res) => {
    const url = target + (req.url as string).slice(prefix.length);
    const upstream = httpRequest(url, { method: req.method, headers: req.headers }, (answered) => {
      res.writeHead(answered.statusCode as number, answered.headers);
      answered.pipe(res);
    });
    req.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
