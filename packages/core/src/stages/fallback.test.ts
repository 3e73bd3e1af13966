import { describe, expect, test, vi } from 'vitest';
import { type Call, createCall } from '../call.js';
import type { ByteStream, EngineResponse, Headers } from '../contract.js';
import { type ErrorCode, ProxyError } from '../errors.js';
import type { Caller } from '../identity.js';
import type { Fallback, Policy } from '../policy/policy.js';
import type { Target } from '../policy/target.js';
import { createRegistry, type ProviderOptions } from '../providers/registry.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { ABANDONED, clientClosed } from '../upstream/failure.js';
import { createFallback } from './fallback.js';

const A = 'https://api.openai.com';
const B = 'https://api.groq.com';
const C = 'https://api.mistral.ai';

function entry(origin: string, changes: Partial<Fallback> = {}): Fallback {
  return { origin, basePath: '', headers: {}, onCodes: [], bodyKeyOverride: null, trusted: false, ...changes };
}

type Ending = number | ErrorCode | EngineResponse | ((call: Call) => Ending);

interface Setup {
  entries: Fallback[];
  endings?: Ending[];
  /** Origin of the route's own target; null on the gateway without one. */
  own?: string | null;
  headers?: Headers;
  query?: string;
  body?: Call['body'];
  providers?: Record<string, ProviderOptions>;
  callerProviders?: string[];
  totalMs?: number;
}

/** What an attempt was sent with. */
interface Sent {
  target: Target;
  headers: Headers;
  query: string;
  body: string | null;
  hasOtherOrigin: boolean;
}

async function run(setup: Setup): Promise<{ call: Call; sent: Sent[]; outcome: EngineResponse | ProxyError }> {
  const { entries, endings = [200], own = A, headers = {}, query = '', body = Buffer.from('{}') } = setup;
  const signal = new AbortController().signal;
  const request = { method: 'POST', path: '/openai/v1/chat/completions', query, headers, body: null, signal };
  const call = createCall(request, createByteBudget(0));
  const registry = createRegistry(setup.providers ?? {});
  const only = setup.callerProviders;
  call.caller = { providers: only === undefined ? null : new Set(only) } as Caller;
  call.policy = { fallbacks: entries } as unknown as Policy;
  call.route = { provider: null, rest: '/v1/chat/completions' };
  call.target = own === null ? null : ({ origin: own } as Target);
  call.body = body;
  const sent: Sent[] = [];
  const next = async (): Promise<EngineResponse> => {
    let ending = endings[sent.length] ?? 200;
    const text = call.body instanceof Uint8Array ? Buffer.from(call.body).toString() : null;
    const { target, hasOtherOrigin } = call;
    sent.push({ target: target as Target, headers: call.headers, query: call.query, body: text, hasOtherOrigin });
    if (typeof ending === 'function') ending = ending(call);
    if (typeof ending === 'string') throw new ProxyError(ending, 'x');
    return typeof ending === 'number' ? { status: ending, headers: {}, body: null } : (ending as EngineResponse);
  };
  const stage = createFallback({ registry, totalMs: setup.totalMs ?? Number.POSITIVE_INFINITY });
  const outcome = await (async () => stage(call, next))().catch((error: ProxyError) => error);
  return { call, sent, outcome };
}

const ALL = [{ from: 400, to: 599 }];

test('what the options send to a target that is left behind is remembered for the record', async () => {
  const providers = {
    openai: { headers: { 'x-team-token': 'first-secret' } },
    groq: { headers: { 'x-b': 'no-secret' } },
  };
  const entries = [entry(A, { trusted: true, onCodes: ALL }), entry(B, { trusted: true })];
  const { call } = await run({ entries: entries, endings: [500, 200], providers });
  expect(call.target?.origin).toBe(B);
  expect(call.serverKeys).toEqual(['first-secret']);
});

describe('sequences', () => {
  test.each<[string, Ending[], Fallback['onCodes'], number, Ending]>([
    ['the first answer stands', [200], ALL, 1, 200],
    ['a status that is named', [429, 200], [{ from: 429, to: 429 }], 2, 200],
    ['a status that is not', [429], [{ from: 500, to: 599 }], 1, 429],
    ['the lower end of a range', [500, 200], [{ from: 500, to: 502 }], 2, 200],
    ['the upper end of a range', [502, 200], [{ from: 500, to: 502 }], 2, 200],
    ['behind a range', [503], [{ from: 500, to: 502 }], 1, 503],
    [
      'the second of two ranges',
      [401, 200],
      [
        { from: 500, to: 599 },
        { from: 401, to: 401 },
      ],
      2,
      200,
    ],
    ['our 502', ['upstream_unreachable', 200], [{ from: 502, to: 502 }], 2, 200],
    ['our 502 of a reset', ['upstream_reset', 200], [{ from: 500, to: 599 }], 2, 200],
    ['our 504', ['upstream_timeout', 200], [{ from: 504, to: 504 }], 2, 200],
    ['our 502 where it is not named', ['upstream_reset'], [{ from: 504, to: 504 }], 1, 'upstream_reset'],
    ['an open circuit, whatever the codes', ['circuit_open', 200], [], 2, 200],
    ['an error of ours that is no target’s doing', ['auth_unavailable'], ALL, 1, 'auth_unavailable'],
    ['all of them fail: the last outcome', [500, 503, 'upstream_timeout'], ALL, 3, 'upstream_timeout'],
    ['the last answer is returned as it is', [500, 503, 529], ALL, 3, 529],
  ])('%s', async (_name, endings, onCodes, attempts, expected) => {
    const { call, sent, outcome } = await run({ entries: [A, B, C].map((to) => entry(to, { onCodes })), endings });
    expect(sent.map(({ target }) => target.origin)).toEqual([A, B, C].slice(0, attempts));
    expect(outcome instanceof ProxyError ? outcome.code : outcome.status).toBe(expected);
    expect(call.labels).toEqual({ 'helicone-fallback-index': String(attempts - 1) });
  });

  test('no list: the route’s own target', async () => {
    const { call, sent } = await run({ entries: [] });
    expect(sent.map(({ target }) => target.origin)).toEqual([A]);
    expect(call.labels).toBeNull();
  });

  test('the gateway needs no target of its own', async () => {
    const { sent } = await run({ entries: [entry(B)], own: null });
    expect(sent[0]?.target).toMatchObject({
      provider: 'groq',
      origin: B,
      path: '/v1/chat/completions',
      trusted: false,
    });
  });

  test('nothing is tried after the client left', async () => {
    const leaves = (call: Call): Ending => {
      call.life.end(clientClosed());
      return 500;
    };
    const { sent } = await run({ entries: [entry(A, { onCodes: ALL }), entry(B)], endings: [leaves] });
    expect(sent).toHaveLength(1);
  });

  test('nor when the time of the whole call is over', async () => {
    const entries = [entry(A, { onCodes: ALL }), entry(B)];
    const { sent, outcome } = await run({ entries, endings: ['upstream_timeout'], totalMs: 0 });
    expect([sent.length, outcome]).toEqual([1, expect.objectContaining({ code: 'upstream_timeout' })]);
  });

  test('an answer that another takes the place of is given up', async () => {
    const cancel = vi.fn();
    const streamed = { status: 500, headers: {}, body: { cancel } as unknown as ByteStream };
    const { outcome } = await run({ entries: [entry(A, { onCodes: ALL }), entry(B)], endings: [streamed, 200] });
    expect(cancel.mock.calls).toEqual([[ABANDONED]]);
    expect(outcome).toMatchObject({ status: 200 });
  });

  test('a body that streams through goes to the first target alone', async () => {
    const body = (async function* () {
      yield Buffer.from('x');
    })();
    const { call, sent } = await run({ entries: [entry(A, { onCodes: ALL }), entry(B)], endings: [500], body });
    expect(sent).toHaveLength(1);
    expect(call.warnings.join()).toContain('only the first target is tried');
  });

  test('breakers are on where another origin comes after', async () => {
    const { sent } = await run({
      entries: [A, A, B, B].map((to) => entry(to, { onCodes: ALL })),
      endings: [500, 500, 500],
    });
    expect(sent.map(({ hasOtherOrigin }) => hasOtherOrigin)).toEqual([true, true, false, false]);
  });
});

describe('credentials', () => {
  const headers = {
    authorization: 'Bearer client',
    'x-api-key': 'client',
    'api-key': 'client',
    'x-goog-api-key': 'client',
    'x-amz-security-token': 'client',
    'openai-beta': 'x',
  };
  const query = 'a=%20b&key=client&%6bey=client&api_key=client&X-Amz-Signature=client&c';

  test('never cross to another origin', async () => {
    const { sent } = await run({ entries: [entry(B)], headers, query });
    expect(sent[0]?.headers).toEqual({ 'openai-beta': 'x' });
    expect(sent[0]?.query).toBe('a=%20b&c');
  });

  test.each([
    ['another port', 'https://api.openai.com:8443'],
    ['without TLS', 'http://api.openai.com'],
  ])('%s is another origin', async (_name, origin) => {
    const { sent } = await run({ entries: [entry(origin, { trusted: true })], headers, query });
    expect(JSON.stringify(sent)).not.toContain('client');
  });

  test('nor where the route leads nowhere', async () => {
    const { sent } = await run({ entries: [entry(A)], own: null, headers, query });
    expect(JSON.stringify(sent)).not.toContain('client');
  });

  test('stay at the origin that the caller meant, also behind one where they do not', async () => {
    const entries = [entry(B, { onCodes: ALL }), entry(A)];
    const { sent } = await run({ entries, endings: [500, 200], headers, query });
    expect(sent[1]).toMatchObject({ headers, query });
  });

  test('an entry’s own headers go over the client’s, for that entry', async () => {
    const entries = [entry(B, { headers: { authorization: 'Bearer b', 'openai-beta': 'y' }, onCodes: ALL }), entry(C)];
    const { sent } = await run({ entries, endings: [500, 200], headers });
    expect(sent[0]?.headers).toEqual({ authorization: 'Bearer b', 'openai-beta': 'y' });
    expect(sent[1]?.headers).toEqual({ 'openai-beta': 'x' });
  });

  const providers = { groq: { apiKey: 'held' }, gate: { baseUrl: 'https://gate.example/a', apiKey: 'gate-a' } };

  test('a server-held key goes to its provider’s own address, when the options say so', async () => {
    const { sent } = await run({ entries: [entry(B, { trusted: true })], providers });
    expect(sent[0]?.target).toMatchObject({
      provider: 'groq',
      apiKey: 'held',
      credential: 'authorization',
      headers: {},
    });
  });

  test('never where a caller points', async () => {
    const { sent } = await run({ entries: [entry(B)], providers });
    expect(sent[0]?.target).toMatchObject({ provider: 'groq', apiKey: null });
  });

  test.each([
    ['/a', 'gate-a', 'gate'],
    ['/b', null, 'gate.example'],
    ['/ab', null, 'gate.example'],
  ])('nor to another base path of its origin (%s)', async (basePath, apiKey, provider) => {
    const { sent } = await run({ entries: [entry('https://gate.example', { basePath, trusted: true })], providers });
    expect(sent[0]?.target).toMatchObject({ provider, apiKey, path: `${basePath}/v1/chat/completions` });
  });

  test('nor by way of a key that may not call its provider', async () => {
    const { sent } = await run({ entries: [entry(B, { trusted: true })], providers, callerProviders: ['openai'] });
    expect(sent[0]?.target.apiKey).toBeNull();
    const allowed = await run({ entries: [entry(B, { trusted: true })], providers, callerProviders: ['groq'] });
    expect(allowed.sent[0]?.target.apiKey).toBe('held');
  });

  test('the key of one of several targets', async () => {
    const several = {
      own: {
        targets: [
          { baseUrl: 'https://one.example', apiKey: '1' },
          { baseUrl: 'https://two.example/x', apiKey: '2' },
        ],
      },
    };
    const entries = [entry('https://two.example', { basePath: '/x', trusted: true })];
    const { sent } = await run({ entries, providers: several });
    expect(sent[0]?.target).toMatchObject({ provider: 'own', apiKey: '2' });
  });
});

describe('bodyKeyOverride', () => {
  test('starts from the client’s body for each entry', async () => {
    const entries = [
      entry(A, { bodyKeyOverride: { model: 'a', extra: 1 }, onCodes: ALL }),
      entry(B, { bodyKeyOverride: { n: 2 }, onCodes: ALL }),
      entry(C),
    ];
    const body = Buffer.from('{"model":"x"}');
    const { sent } = await run({ entries, endings: [500, 500, 200], body });
    expect(sent.map((each) => each.body)).toEqual(['{"model":"a","extra":1}', '{"model":"x","n":2}', '{"model":"x"}']);
  });

  test.each([
    ['[1]', Buffer.from('[1]')],
    ['text', Buffer.from('text')],
    [null, null],
  ])('a body that is no JSON object (%s) is sent unchanged, with one warning', async (text, body) => {
    const entries = [A, B].map((to) => entry(to, { bodyKeyOverride: { a: 1 }, onCodes: ALL }));
    const { call, sent } = await run({ entries, endings: [500, 200], body });
    expect(sent.map((each) => each.body)).toEqual([text, text]);
    expect(call.warnings).toEqual(['helicone-fallbacks: bodyKeyOverride needs a JSON object as body; sent unchanged']);
  });
});
