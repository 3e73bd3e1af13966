import { expect, test } from 'vitest';
import { type Call, createCall } from '../call.js';
import type { EngineRequest, EngineResponse } from '../contract.js';
import { type ErrorCode, ProxyError } from '../errors.js';
import { createRegistry, type Provider } from '../providers/registry.js';
import { UpstreamBody } from '../stream/upstream-body.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import type { CallFacts } from './facts.js';
import { factsOfCall } from './facts-of-call.js';

function call(request: Partial<EngineRequest> = {}): Call {
  return createCall(
    {
      method: 'POST',
      path: '/openai/v1/chat/completions',
      query: 'secret=1',
      headers: {},
      body: null,
      signal: new AbortController().signal,
      ...request,
    },
    createByteBudget(1_000_000),
  );
}

const gone = AbortSignal.abort();

function whole(status: number): EngineResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') };
}

function streamed(status = 200): EngineResponse {
  const body = new UpstreamBody({ pause() {}, resume() {}, abort() {} }, () => null);
  return { status, headers: { 'content-type': 'text/event-stream' }, body };
}

test('a call that got as far as its answer', () => {
  const { caller, policy, target, route } = {
    caller: { tenant: 'acme' },
    policy: {
      userId: 'ada',
      properties: { team: 'a' },
      promptId: 'p1',
      modelOverride: 'gpt-4o',
      omitRequest: true,
      omitResponse: false,
      webhooks: false,
    },
    target: {
      provider: 'openai',
      origin: 'https://api.openai.com',
      path: '/v1/chat/completions',
      wire: 'openai-chat',
      headers: {},
    },
    route: { provider: createRegistry({}).get('openai') as Provider, rest: '/v1/chat/completions' },
  };
  const asked = Object.assign(call({ headers: { 'content-type': 'application/json' } }), {
    caller,
    policy,
    target,
    route,
  });
  asked.requestCapture.add(Buffer.from('{"a":1}'), 4);
  asked.responseCapture.add(Buffer.from('{}'), 100);
  const facts = factsOfCall(asked as unknown as Call, { response: whole(200) });
  expect(facts).toEqual({
    id: asked.id,
    requestId: asked.id,
    tenant: 'acme',
    createdAt: asked.createdAt,
    method: 'POST',
    path: '/v1/chat/completions',
    provider: 'openai',
    wire: 'openai-chat',
    targetUrl: 'https://api.openai.com/v1/chat/completions',
    userId: 'ada',
    properties: { team: 'a' },
    promptId: 'p1',
    modelOverride: 'gpt-4o',
    status: 200,
    outcome: 'success',
    error: null,
    delayMs: expect.any(Number),
    firstByteMs: null,
    arrivals: null,
    attempts: [],
    cacheEnabled: false,
    cacheReferenceId: null,
    leftEarly: false,
    settles: false,
    session: null,
    trace: null,
    observed: false,
    webhooks: false,
    secrets: [],
    asked: null,
    omitRequest: true,
    omitResponse: false,
    request: { offset: 0, length: 7, headLength: 4, total: 7, type: 'application/json', encoding: '' },
    response: { offset: 0, length: 2, headLength: 2, total: 2, type: 'application/json', encoding: '' },
  });
  expect(facts.delayMs).toBeGreaterThanOrEqual(0);
  expect(facts.delayMs * 1000).toBeCloseTo(Math.round(facts.delayMs * 1000), 6);
  expect(JSON.stringify({ ...facts, secrets: [] })).not.toMatch(/secret(?!s)/);
});

test('credentials: what the client showed, what a fallback and the server added', () => {
  const asked = Object.assign(call({ headers: { 'x-api-key': 'client-key', cookie: 'sid=client-cookie' } }), {
    headers: { 'x-api-key': 'entry-key-2' },
    policy: { fallbacks: [{ headers: { authorization: 'Bearer entry-key-1', 'x-team': 'team-of-ada' } }] },
    target: { headers: { 'x-server-token': 'server-token', 'x-region': 'eu-central-1' } },
    serverKeys: ['server-key-1', 'server-key-1'],
  });
  const { secrets } = factsOfCall(asked as unknown as Call, { response: whole(200) });
  expect([...secrets].sort()).toEqual(
    ['client-cookie', 'client-key', 'entry-key-1', 'entry-key-2', 'server-key-1', 'server-token'].sort(),
  );
});

test('how the cache took part', () => {
  const facts = (cached: Call['cached']): CallFacts =>
    factsOfCall(Object.assign(call(), { cached }), { response: whole(200) });
  expect(facts(null)).toMatchObject({ cacheEnabled: false, cacheReferenceId: null });
  const miss = { referenceId: null } as Call['cached'];
  expect(facts(miss)).toMatchObject({ cacheEnabled: true, cacheReferenceId: null });
  const hit = { referenceId: 'request-0' } as Call['cached'];
  expect(facts(hit)).toMatchObject({ cacheEnabled: true, cacheReferenceId: 'request-0' });
});

test('a call that was refused before it had a policy', () => {
  const refused = call();
  refused.error = new ProxyError('invalid_header', 'no');
  expect(factsOfCall(refused, { response: whole(400) })).toMatchObject({
    tenant: 'default',
    path: '/openai/v1/chat/completions',
    provider: 'gateway',
    wire: null,
    targetUrl: '',
    userId: null,
    properties: {},
    outcome: 'blocked',
    status: 400,
    error: 'invalid_header',
    request: null,
    response: null,
  });
});

type Ended = Pick<CallFacts, 'outcome' | 'status' | 'error'>;

function ended(asked: Call, response: EngineResponse, error?: Error): Ended {
  const { outcome, status, error: code } = factsOfCall(asked, { response, error });
  return { outcome, status, error: code };
}

test('what the upstream answered', () => {
  expect(ended(call(), whole(200))).toEqual({ outcome: 'success', status: 200, error: null });
  expect(ended(call(), whole(302))).toEqual({ outcome: 'success', status: 302, error: null });
  expect(ended(call(), whole(400))).toEqual({ outcome: 'upstream_error', status: 400, error: null });
  expect(ended(call(), whole(529))).toEqual({ outcome: 'upstream_error', status: 529, error: null });
  expect(ended(call(), { status: 204, headers: {}, body: null })).toMatchObject({ outcome: 'success' });
  expect(ended(call(), streamed())).toEqual({ outcome: 'success', status: 200, error: null });
});

const WITH_STATUS: [ErrorCode, string, number][] = [
  ['invalid_target', 'blocked', 400],
  ['request_too_large', 'blocked', 413],
  ['overloaded', 'blocked', 503],
  ['shutting_down', 'blocked', 503],
  ['auth_unavailable', 'blocked', 503],
  ['internal_error', 'blocked', 500],
  ['upstream_unreachable', 'upstream_error', 502],
  ['upstream_reset', 'upstream_error', 502],
  ['upstream_timeout', 'timeout', -1],
  ['client_closed', 'client_closed', -3],
];

test.each(WITH_STATUS)('an error of ours: %s is %s, recorded as %i', (code, outcome, status) => {
  const asked = call();
  asked.error = new ProxyError(code, 'x');
  expect(ended(asked, whole(asked.error.status))).toEqual({ outcome, status, error: code });
});

test.each([
  ['upstream_reset', 'truncated', 200],
  ['upstream_unreachable', 'truncated', 200],
  ['shutting_down', 'truncated', 200],
  ['upstream_timeout', 'timeout', -1],
  ['client_closed', 'client_closed', -3],
] as const)('a stream that ended with %s is %s, recorded as %i', (code, outcome, status) => {
  expect(ended(call(), streamed(), new ProxyError(code, 'x'))).toEqual({ outcome, status, error: code });
});

test('a client that has left', () => {
  const closed = { outcome: 'client_closed', status: -3, error: 'client_closed' };
  expect(ended(call({ signal: gone }), whole(200))).toEqual(closed);
  expect(ended(call({ signal: gone }), streamed(), new Error('aborted'))).toEqual(closed);
  // What went wrong before it left is what ended the call.
  const reset = new ProxyError('upstream_reset', 'x');
  expect(ended(call({ signal: gone }), streamed(), reset)).toMatchObject({ outcome: 'truncated' });
});

test('an error that is none of ours cut a stream', () => {
  expect(ended(call(), streamed(), new Error('?'))).toEqual({
    outcome: 'truncated',
    status: 200,
    error: 'upstream_reset',
  });
});

test('the arrivals of a stream, and its first byte', () => {
  const asked = call();
  asked.responseCapture.addAt(Buffer.from('abc'), 100, 12.5);
  asked.responseCapture.addAt(Buffer.from('de'), 100, 20);
  expect(factsOfCall(asked, { response: streamed() })).toMatchObject({ firstByteMs: 12.5, arrivals: [3, 12.5, 5, 20] });
  expect(factsOfCall(call(), { response: streamed() })).toMatchObject({ firstByteMs: null, arrivals: null });
});

test('a body that was cut, and its coding', () => {
  const asked = call({ headers: { 'content-encoding': 'gzip' } });
  asked.requestCapture.add(Buffer.alloc(200_000), 1000);
  const { request } = factsOfCall(asked, { response: whole(200) });
  expect(request).toEqual({
    offset: 0,
    length: 1000 + 65_536,
    headLength: 1000,
    total: 200_000,
    type: '',
    encoding: 'gzip',
  });
});
