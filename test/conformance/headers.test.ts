import { ANSWERS, type Exchange, type SeenRequest } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { HOSTS } from './hosts.js';
import { type Session, withSession } from './session.js';

const CANARY = 'canary-5e1f';
/** Of credentials: whatever equals one is taken out of the record. */
const SECRET = `secret-${CANARY}`;

/** Headers of a request that no provider may see. */
const STOPPED: Record<string, string> = {
  'helicone-auth': `Bearer ${SECRET}`,
  'helicone-user-id': CANARY,
  'helicone-session-id': CANARY,
  'helicone-session-path': `/${CANARY}`,
  'helicone-session-name': CANARY,
  'helicone-property-app': CANARY,
  'helicone-prompt-id': CANARY,
  'helicone-model-override': CANARY,
  'helicone-request-id': '9c8f1c4e-0000-4000-8000-000000000001',
  'helicone-not-yet-invented': CANARY,
  cookie: `session=${SECRET}`,
  origin: `https://${CANARY}.example`,
  forwarded: `for=${CANARY}`,
  'x-forwarded-for': CANARY,
  'x-forwarded-host': CANARY,
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '8443',
  'x-real-ip': CANARY,
  'proxy-authorization': `Basic ${SECRET}`,
  'proxy-connection': 'keep-alive',
  'keep-alive': 'timeout=7',
  te: 'trailers',
  trailer: 'x-checksum',
  'x-nominated': CANARY,
  'x-nominated-too': CANARY,
};
const CONNECTION = 'close, X-Nominated ,x-nominated-too';

/** Headers that belong to the provider. */
const PASSED: Record<string, string> = {
  authorization: 'Bearer sk-provider',
  'x-api-key': 'sk-ant-provider',
  'anthropic-version': '2023-06-01',
  'anthropic-beta': 'a-1, b-2',
  'openai-organization': 'org-1',
  'content-type': 'application/json',
  accept: 'application/json',
  'accept-encoding': 'gzip, deflate',
  'user-agent': 'OpenAI/JS 7.55.0',
  'x-stainless-retry-count': '0',
  'x-custom': 'a  b;c="d"',
};

const ROUTES = [
  { name: 'openai', path: '/openai/v1/chat/completions' },
  { name: 'anthropic', path: '/anthropic/v1/messages' },
  { name: 'a provider of the options', path: '/acme/v1/anything' },
  { name: 'gateway', path: '/gateway/v1/chat/completions' },
];

function targetHeader(path: string, origin: string): Record<string, string> {
  return path.startsWith('/gateway') ? { 'helicone-target-url': origin } : {};
}

const withGateway = ({ origin }: { origin: string }) => ({
  targets: { allow: [origin], privateNetworks: true },
});

function expectClean(seen: SeenRequest, origin: string): void {
  expect(seen.rawHead).not.toContain(CANARY);
  expect(seen.headerNames.filter((name) => name in STOPPED || name.startsWith('helicone-'))).toEqual([]);
  expect(
    seen.headerNames.filter((name) => seen.headerNames.indexOf(name) !== seen.headerNames.lastIndexOf(name)),
  ).toEqual([]);
  expect(seen.header('host')).toBe(new URL(origin).host);
  for (const [name, value] of Object.entries(PASSED)) expect(seen.header(name), name).toBe(value);
}

describe.concurrent.each(HOSTS)('$name: headers of the request', (host) => {
  test.each(ROUTES)('H1 H2 L1 $name: what is not for the provider stops here', async ({ path }) => {
    const { headers, body } = ANSWERS.chat;
    await withSession(
      host,
      { script: (exchange) => exchange.respond({ headers }, [body]), options: withGateway },
      async (session) => {
        const { provider } = session;
        const sent = { ...STOPPED, ...PASSED, connection: CONNECTION, ...targetHeader(path, provider.origin) };
        const answer = await within(
          10_000,
          'the answer',
          session.get(path, { headers: sent, body: ANSWERS.chat.request }),
        );
        expect(answer.status).toBe(200);
        expect(answer.header('helicone-id')).toBe(STOPPED['helicone-request-id']);
        const seen = await provider.request(0);
        expectClean(seen, provider.origin);
        expect(seen.body.equals(ANSWERS.chat.request)).toBe(true);
        const [record] = await session.records();
        expect(record).toMatchObject({ request_user_id: CANARY, properties: { app: CANARY } });
      },
    );
  });

  test('H1 L1 nominated headers stop where several Connection headers come', async () => {
    await withSession(host, { script: (exchange) => exchange.respond({}) }, async (session) => {
      const connection = ['close', 'x-nominated', 'x-nominated-too'];
      const headers = { connection, 'x-nominated': CANARY, 'x-nominated-too': CANARY, 'x-kept': '1' };
      await within(10_000, 'the answer', session.get('/acme/x', { headers }));
      const seen = await session.provider.request(0);
      expect(seen.rawHead).not.toContain(CANARY);
      expect(seen.header('x-kept')).toBe('1');
    });
  });

  test('H1 L1 expect: 100-continue is answered here and does not go on', async () => {
    const { headers, body } = ANSWERS.chat;
    await withSession(host, { script: (exchange) => exchange.respond({ headers }, [body]) }, async (session) => {
      const call = session.call('/openai/v1/chat/completions', {
        headers: { expect: '100-continue' },
        body: ANSWERS.chat.request,
      });
      expect((await within(10_000, 'the answer', call.whole)).status).toBe(200);
      const seen = await session.provider.request(0);
      expect(seen.header('expect')).toBe(undefined);
      expect(seen.body.equals(ANSWERS.chat.request)).toBe(true);
    });
  });
});

const ANSWER_HEADERS = [
  ['content-type', 'application/json'],
  ['connection', 'keep-alive, x-nominated'],
  ['keep-alive', 'timeout=333'],
  ['x-nominated', CANARY],
  ['proxy-authenticate', `Basic realm="${CANARY}"`],
  ['proxy-connection', CANARY],
  ['te', CANARY],
  ['trailer', 'x-checksum'],
  ['upgrade', 'h2c'],
  ['set-cookie', '__cf_bm=1; Path=/'],
  ['set-cookie', '_cfuvid=2; Path=/'],
  ['access-control-allow-origin', '*'],
  ['vary', 'Accept-Encoding'],
  ['x-request-id', 'req_1'],
  ['x-powered-by', 'provider'],
] as const;

const HOP_BY_HOP = ['x-nominated', 'proxy-authenticate', 'proxy-connection', 'te', 'trailer', 'upgrade'];
const STREAM = {
  headers: [['content-type', 'text/event-stream'], ...ANSWER_HEADERS.slice(1)],
  body: ANSWERS.chatStream.body,
} as const;
const DOCUMENT = { headers: ANSWER_HEADERS, body: ANSWERS.chat.body } as const;
const SHAPES = [
  { name: 'a JSON answer', ...DOCUMENT },
  { name: 'a stream', ...STREAM },
];
const HOST_HEADERS = { 'access-control-allow-origin': 'https://app.example', vary: 'Origin', 'x-request-id': 'host-7' };

async function answerHeaders(session: Session, path: string) {
  const headers = targetHeader(path, session.provider.origin);
  return within(10_000, 'the answer', session.get(path, { headers, body: ANSWERS.chat.request }));
}

describe.concurrent.each(HOSTS)('$name: headers of the answer', (host) => {
  test.each(SHAPES)(
    'A2 H1 L1 $name: hop-by-hop headers stop, cookies pass except from a gateway',
    async ({ headers, body }) => {
      const script = (exchange: Exchange) => exchange.respond({ headers }, [body]);
      await withSession(host, { script, options: withGateway }, async (session) => {
        for (const { path } of ROUTES) {
          const answer = await answerHeaders(session, path);
          expect(JSON.stringify(answer.rawHeaders)).not.toContain(CANARY);
          for (const name of HOP_BY_HOP) expect(answer.header(name), name).toBe(undefined);
          expect(answer.header('keep-alive') ?? '').not.toContain('333');
          expect(answer.header('helicone-id')).toMatch(/^[0-9a-f-]{36}$/);
          expect(answer.header('x-request-id')).toBe('req_1');
          const cookies = path.startsWith('/gateway') ? [] : ['__cf_bm=1; Path=/', '_cfuvid=2; Path=/'];
          expect(answer.all('set-cookie')).toEqual(cookies);
        }
      });
    },
  );

  test.each(SHAPES)('H3 L1 $name: what the host has set stays', async ({ headers, body }) => {
    const script = (exchange: Exchange) => exchange.respond({ headers }, [body]);
    await withSession(host, { script, setup: { headers: HOST_HEADERS } }, async (session) => {
      const answer = await answerHeaders(session, '/openai/v1/chat/completions');
      expect(answer.all('access-control-allow-origin')).toEqual(['https://app.example']);
      expect(answer.all('x-request-id')).toEqual(['host-7']);
      expect(answer.header('vary')).toBe('Origin, Accept-Encoding');
    });
  });

  test('H3 E1 L1 errors of ours keep what the host has set, and have an id', async () => {
    const setup = { headers: HOST_HEADERS };
    await withSession(host, { script: (exchange) => exchange.reset(), setup }, async (session) => {
      session.unrecorded = 1;
      for (const path of ['/openai/v1/chat/completions', '/nobody/v1/x']) {
        const answer = await answerHeaders(session, path);
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.header('access-control-allow-origin')).toBe('https://app.example');
        expect(answer.header('helicone-id')).toMatch(/^[0-9a-f-]{36}$/);
      }
    });
  });
});
