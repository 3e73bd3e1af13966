import { type Received, startScriptedProvider } from '@helicone-proxy/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CHAT_PATH, type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';

const GATEWAY = '/gateway/v1/chat/completions';
const ANY = { allow: [/https?:\/\/.*/] };

function to(origin: string): Record<string, string> {
  return { 'Helicone-Target-Url': origin };
}

function codeOf({ status, header }: Received): [number, string | undefined] {
  return [status, header('x-helicone-error')];
}

function messageOf({ body }: Received): string {
  return JSON.parse(body.toString()).error.message;
}

const open: ProxyRig[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function rigWith(...setup: Parameters<typeof startProxyRig>): Promise<ProxyRig> {
  const rig = await startProxyRig(...setup);
  open.push(rig);
  return rig;
}

describe('with the default list', () => {
  let rig: ProxyRig;
  beforeAll(async () => {
    rig = await startProxyRig();
  });
  afterAll(() => rig.close());

  test.each([
    ['a host that is not on it', 'https://evil.example'],
    ['http to a host that is on it', 'http://api.openai.com'],
    ['another port of a host that is on it', 'https://api.openai.com:8443'],
    ['a name that goes on behind a host of the list', 'https://api.openai.com.evil.example'],
    ['a name that ends like a host of the list', 'https://notapi.openai.com'],
    ['a name that ends like a family, without its dot', 'https://evilopenai.azure.com'],
    ['a family named in the path', 'https://evil.example/x.openai.azure.com'],
    ['a family named in the fragment', 'https://evil.example#.openai.azure.com'],
    ['a family named in the query', 'https://evil.example?.openai.azure.com'],
    ['a family named behind a backslash', 'https://evil.example\\.openai.azure.com'],
  ])('%s: 403', async (_title, origin) => {
    const answer = await rig.chat(to(origin), GATEWAY);
    expect(codeOf(answer)).toEqual([403, 'target_forbidden']);
    expect(messageOf(answer)).toMatch(/^helicone-target-url: /);
  });

  test.each([
    ['no target', {}, 'invalid_target'],
    ['an empty one', to(''), 'invalid_header'],
    ['no URL', to('api.openai.com'), 'invalid_header'],
    ['another scheme', to('ftp://api.openai.com'), 'invalid_header'],
    ['a file', to('file:///etc/passwd'), 'invalid_header'],
    ['a user and a password', to('https://user:secret@api.openai.com'), 'invalid_header'],
    ['a user', to('https://user@api.openai.com'), 'invalid_header'],
    ['a password', to('https://:secret@api.openai.com'), 'invalid_header'],
    ['a host that is a user name in truth', to('https://api.openai.com%23@evil.example'), 'invalid_header'],
  ] as [string, Record<string, string>, string][])('%s: 400', async (_title, headers, code) => {
    const answer = await rig.chat(headers, GATEWAY);
    expect(codeOf(answer)).toEqual([400, code]);
    expect(messageOf(answer)).toMatch(/^helicone-target-url: /);
    expect(answer.body.toString()).not.toContain('secret');
  });

  test('the same rules bind Helicone-OpenAI-Api-Base', async () => {
    const base = (origin: string) => rig.chat({ 'Helicone-OpenAI-Api-Base': origin });
    expect(codeOf(await base('https://evil.example'))).toEqual([403, 'target_forbidden']);
    expect(codeOf(await base('http://x.openai.azure.com'))).toEqual([403, 'target_forbidden']);
    expect(codeOf(await base('https://user@x.openai.azure.com'))).toEqual([400, 'invalid_header']);
    expect(codeOf(await base(rig.provider.origin))).toEqual([403, 'target_forbidden']);
    expect(messageOf(await base('https://evil.example'))).toMatch(/^helicone-openai-api-base: /);
    expect(rig.provider.requests).toHaveLength(0);
  });
});

describe('private addresses', () => {
  let any: ProxyRig;
  beforeAll(async () => {
    any = await startProxyRig({ targets: ANY });
  });
  afterAll(() => any.close());

  test.each([
    'http://127.0.0.1:9',
    'https://127.8.8.8',
    'https://2130706433',
    'https://0x7f.1',
    'https://0177.0.0.1',
    'https://0.0.0.0',
    'https://10.0.0.1',
    'https://172.16.0.1',
    'https://192.168.1.1',
    'https://100.64.0.1',
    'https://169.254.169.254',
    'https://224.0.0.1',
    'https://255.255.255.255',
    'https://[::1]',
    'https://[::]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:a00:1]',
    'https://[::127.0.0.1]',
    'https://[64:ff9b::7f00:1]',
    'https://[2002:7f00:1::]',
    'https://[fe80::1]',
    'https://[fd00::1]',
    'https://[fec0::1]',
  ])('%s is refused, though the list allows it', async (origin) => {
    const answer = await any.chat(to(origin), GATEWAY);
    expect(codeOf(answer)).toEqual([403, 'target_forbidden']);
    expect(messageOf(answer)).toContain('private address');
  });

  test.each(['localhost', 'LOCALHOST', 'localhost.', 'anything.localhost'])(
    'the name %s, which resolves to loopback, is refused and nobody is connected to',
    async (name) => {
      const { port } = new URL(any.provider.origin);
      const answer = await any.chat(to(`http://${name}:${port}`), GATEWAY);
      // Not every system resolves the last two; then nobody is reached either.
      const expected = name.endsWith('.') || name.includes('.') ? [403, 502] : [403];
      expect(expected).toContain(answer.status);
      if (answer.status === 403) expect(codeOf(answer)).toEqual([403, 'target_forbidden']);
      expect(answer.body.toString()).not.toContain('127.0.0.1');
      expect(any.provider.connections).toHaveLength(0);
    },
  );

  test('a refusal is recorded as blocked, like every other answer of ours', async () => {
    const rig = await rigWith({ targets: ANY });
    await rig.chat(to('https://169.254.169.254'), GATEWAY);
    const { port } = new URL(rig.provider.origin);
    await rig.chat(to(`http://localhost:${port}`), GATEWAY);
    expect(await rig.records()).toMatchObject([
      { response_status: 403, outcome: 'blocked', error: 'target_forbidden', attempts: [] },
      { response_status: 403, outcome: 'blocked', error: 'target_forbidden' },
    ]);
  });

  test('a provider’s own address in the options is trusted as it is', async () => {
    const rig = await rigWith();
    expect((await rig.chat()).status).toBe(200);
  });

  test('but a caller may not choose that address', async () => {
    const rig = await rigWith();
    expect(codeOf(await rig.chat(to(rig.provider.origin), GATEWAY))).toEqual([403, 'target_forbidden']);
    expect(rig.provider.connections).toHaveLength(0);
  });
});

describe('targets.allow', () => {
  test.each<[string, (port: string) => (string | RegExp)[]]>([
    ['an origin', (port) => [`http://127.0.0.1:${port}`]],
    ['an origin with a path', (port) => [`http://127.0.0.1:${port}/ignored`]],
    ['a RegExp', (port) => [new RegExp(`http://127\\.0\\.0\\.\\d:${port}`)]],
  ])('%s, with privateNetworks: the call arrives there', async (_title, allow) => {
    const there = await startScriptedProvider((exchange) => exchange.respond({ framing: 'length' }, ['there']));
    try {
      const { port } = new URL(there.origin);
      const rig = await rigWith({ targets: { allow: allow(port), privateNetworks: true } });
      const answer = await rig.chat(to(`${there.origin}/not/used?x=1`), `${GATEWAY}?a=b`);
      expect([answer.status, answer.body.toString()]).toEqual([200, 'there']);
      expect(there.requests[0]?.target).toBe('/v1/chat/completions?a=b');
      expect(there.requests[0]?.header('host')).toBe(`127.0.0.1:${port}`);
      expect(rig.provider.requests).toHaveLength(0);
    } finally {
      await there.close();
    }
  });

  test.each<[string, (string | RegExp)[], string]>([
    ['a host means https', ['127.0.0.1:9'], 'http://127.0.0.1:9'],
    ['a family does not hold its own root', ['*.acme.example'], 'https://acme.example'],
    ['a family begins at a dot', ['*.acme.example'], 'https://notacme.example'],
    ['a RegExp must match the whole origin', [/https:\/\/acme\.example/], 'https://acme.example.evil.example'],
    ['also where it has alternatives', [/https:\/\/a\.example|https:\/\/b\.example/], 'https://a.example.evil.example'],
    ['and at its beginning', [/acme\.example/], 'https://acme.example'],
  ])('%s', async (_title, allow, origin) => {
    const rig = await rigWith({ targets: { allow, privateNetworks: true } });
    expect(codeOf(await rig.chat(to(origin), GATEWAY))).toEqual([403, 'target_forbidden']);
  });

  test('a RegExp that remembers where it stopped decides the same each time', async () => {
    const rig = await rigWith(({ origin }) => ({
      targets: { allow: [new RegExp(origin, 'g')], privateNetworks: true },
    }));
    for (let i = 0; i < 3; i++) expect((await rig.chat(to(rig.provider.origin), GATEWAY)).status).toBe(200);
  });

  test.each(['not a host', 'https://', 'a/b', ''])('%j is no entry: the proxy is not made', async (entry) => {
    await expect(startProxyRig({ targets: { allow: [entry] } })).rejects.toThrow(/targets\.allow\[/);
  });
});

describe('where a call does not go', () => {
  test.each([301, 302, 303, 307, 308])('a redirect %i is passed on, not followed', async (status) => {
    const trap = await startScriptedProvider();
    try {
      const location = `${trap.origin}/v1/elsewhere`;
      const rig = await rigWith(
        {},
        { script: (exchange) => exchange.respond({ status, headers: [['location', location]], framing: 'length' }) },
      );
      const answer = await rig.chat({ authorization: 'Bearer sk-mine' });
      expect([answer.status, answer.header('location')]).toEqual([status, location]);
      expect(trap.connections).toHaveLength(0);
      expect(rig.provider.requests).toHaveLength(1);
    } finally {
      await trap.close();
    }
  });

  test('Helicone-Target-Url means nothing on a provider’s route, Helicone-OpenAI-Api-Base only on OpenAI’s', async () => {
    const trap = await startScriptedProvider();
    try {
      const rig = await rigWith({ targets: { allow: [trap.origin], privateNetworks: true } });
      expect((await rig.chat(to(trap.origin))).status).toBe(200);
      const headers = { 'Helicone-OpenAI-Api-Base': trap.origin };
      expect((await rig.chat(headers, '/anthropic/v1/messages')).status).toBe(200);
      expect(codeOf(await rig.chat(headers, GATEWAY))).toEqual([400, 'invalid_target']);
      expect(trap.connections).toHaveLength(0);
    } finally {
      await trap.close();
    }
  });

  test('a chosen target may not set cookies, a configured one may', async () => {
    const cookie: [string, string][] = [['set-cookie', 'sid=1']];
    const rig = await rigWith(({ origin }) => ({ targets: { allow: [origin], privateNetworks: true } }), {
      script: (exchange) => exchange.respond({ headers: cookie, framing: 'length' }, ['ok']),
    });
    expect((await rig.chat(to(rig.provider.origin), GATEWAY)).header('set-cookie')).toBeUndefined();
    expect((await rig.chat({}, CHAT_PATH)).header('set-cookie')).toBe('sid=1');
  });
});
