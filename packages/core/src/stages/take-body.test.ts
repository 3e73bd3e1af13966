import { describe, expect, test } from 'vitest';
import { type Call, createCall } from '../call.js';
import type { EngineRequest, EngineResponse, Headers } from '../contract.js';
import type { Policy } from '../policy/policy.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { createTakeBody } from './take-body.js';

const ANSWER: EngineResponse = { status: 200, headers: {}, body: null };
const LIMITS = { requestBytes: 1000, bufferedBytes: 100, recordBodyBytes: 1000, inFlightBytes: 1000 };
const RETRY = { retries: 1, factor: 2, minMs: 1, maxMs: 1 };

function policyWith(changes: Partial<Policy>): Policy {
  return {
    userId: null,
    properties: {},
    promptId: null,
    modelOverride: null,
    omitRequest: false,
    omitResponse: false,
    webhooks: true,
    cache: null,
    rateLimits: [],
    retry: null,
    fallbacks: null,
    streamUsage: false,
    moderations: false,
    security: 'off',
    tokenLimit: null,
    ...changes,
  };
}

interface Setup {
  body: EngineRequest['body'];
  headers?: Headers;
  policy?: Partial<Policy>;
  budgetBytes?: number;
}

async function take({ body, headers = {}, policy = {}, budgetBytes = 10_000 }: Setup): Promise<Call> {
  const budget = createByteBudget(budgetBytes);
  const signal = new AbortController().signal;
  const request: EngineRequest = { method: 'POST', path: '/', query: '', headers, body, signal };
  const call = createCall(request, createByteBudget(10_000));
  call.policy = policyWith(policy);
  await createTakeBody(LIMITS, budget)(call, async () => ANSWER);
  return call;
}

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function read(body: Call['body']): Promise<string> {
  if (body === null) return '';
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a body of unknown length', () => {
  test('streams through when no policy needs it', async () => {
    const { body } = await take({ body: pieces('ab', 'cd') });
    expect(body).not.toBeInstanceOf(Uint8Array);
    expect(await read(body)).toBe('abcd');
  });

  test('is held whole when a policy needs it and it is short', async () => {
    const call = await take({ body: pieces('ab', 'cd'), policy: { retry: RETRY } });
    expect(call.body).toEqual(Buffer.from('abcd'));
    expect(call.heldBytes).toBe(4);
    expect(call.requestCapture.total).toBe(4);
  });

  test('streams through, complete and recorded once, when it turns out longer than may be held', async () => {
    const long = ['x'.repeat(60), 'y'.repeat(60), 'z'.repeat(60)];
    const call = await take({ body: pieces(...long), policy: { retry: RETRY } });
    expect(call.body).not.toBeInstanceOf(Uint8Array);
    expect(await read(call.body)).toBe(long.join(''));
    expect(call.requestCapture.total).toBe(180);
  });

  test('longer than requestBytes is refused while it is being held', async () => {
    const limits = { ...LIMITS, bufferedBytes: 5000 };
    const request: EngineRequest = {
      method: 'POST',
      path: '/',
      query: '',
      headers: {},
      body: pieces('x'.repeat(600), 'x'.repeat(600)),
      signal: new AbortController().signal,
    };
    const call = createCall(request, createByteBudget(10_000));
    call.policy = policyWith({ retry: RETRY });
    const taken = createTakeBody(limits, createByteBudget(10_000))(call, async () => ANSWER);
    await expect(taken).rejects.toMatchObject({ code: 'request_too_large' });
  });
});

describe('a body of declared length', () => {
  test('over bufferedBytes streams through whatever the policy', async () => {
    const text = 'x'.repeat(101);
    const { body } = await take({ body: pieces(text), headers: { 'content-length': '101' }, policy: { retry: RETRY } });
    expect(body).not.toBeInstanceOf(Uint8Array);
    expect(await read(body)).toBe(text);
  });

  test('takes its room before it is read', async () => {
    let begun = false;
    const body = (async function* () {
      begun = true;
      yield Buffer.from('abcd');
    })();
    const taken = take({ body, headers: { 'content-length': '4' }, policy: { retry: RETRY }, budgetBytes: 3 });
    await expect(taken).rejects.toMatchObject({ code: 'overloaded' });
    expect(begun).toBe(false);
  });
});

test.each<[string, Partial<Policy>, boolean]>([
  ['no policy', {}, false],
  ['a limit of requests by property', { rateLimits: [limit('request', 'team')] }, false],
  ['a limit of requests by user, whom the body may name', { rateLimits: [limit('request', 'user')] }, true],
  ['a limit of cents', { rateLimits: [limit('cents', null)] }, true],
  ['fallbacks', { fallbacks: [] }, true],
  ['the usage of streams', { streamUsage: true }, true],
  ['moderation', { moderations: true }, true],
  ['security', { security: 'on' }, true],
  ['a token limit handler', { tokenLimit: 'truncate' }, true],
])('%s: whether the body is held', async (_name, policy, held) => {
  const { body } = await take({ body: pieces('{}'), policy });
  expect(body instanceof Uint8Array).toBe(held);
});

function limit(unit: 'request' | 'cents', segment: string | null): Policy['rateLimits'][number] {
  return { quota: 1, windowSeconds: 60, unit, segment, text: '1;w=60' };
}

describe('a body that must not be kept', () => {
  const asked = '{"model":"m-1","user":"ada","stream":true,"messages":["private"]}';

  test('is sent, and nothing of it is captured but how long it was and what it asked for', async () => {
    for (const body of [Buffer.from(asked), pieces(asked.slice(0, 20), asked.slice(20))]) {
      const headers = { 'content-length': String(asked.length) };
      const call = await take({ body, headers, policy: { omitRequest: true } });
      expect(await read(call.body)).toBe(asked);
      expect(call.asked).toEqual({ model: 'm-1', user: 'ada', stream: true });
      expect(call.requestCapture).toMatchObject({ total: asked.length, kept: 0, chunks: [] });
    }
  });

  test('that streams through: how long it was', async () => {
    const call = await take({ body: pieces(asked, asked), policy: { omitRequest: true } });
    expect(await read(call.body)).toBe(asked + asked);
    expect(call.asked).toBe(null);
    expect(call.requestCapture).toMatchObject({ total: 2 * asked.length, kept: 0 });
  });

  test('that is no JSON object', async () => {
    const call = await take({ body: Buffer.from('model=m-1'), policy: { omitRequest: true } });
    expect(call.asked).toBe(null);
  });

  test('that is longer than allowed is refused all the same', async () => {
    const call = await take({ body: pieces('x'.repeat(600), 'x'.repeat(600)), policy: { omitRequest: true } });
    await expect(read(call.body)).rejects.toMatchObject({ code: 'request_too_large' });
  });

  test('one that may be kept is not looked into', async () => {
    const call = await take({ body: Buffer.from(asked) });
    expect(call).toMatchObject({ asked: null, json: null });
    expect(call.requestCapture.kept).toBe(asked.length);
  });
});
