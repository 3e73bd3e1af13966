import { describe, expect, test } from 'vitest';
import { type Call, createCall } from '../call.js';
import type { EngineRequest, EngineResponse, Headers } from '../contract.js';
import type { ContextWindows } from '../policy/context-window.js';
import { type Policy, resolvePolicy } from '../policy/policy.js';
import type { Target } from '../policy/target.js';
import { UpstreamBody } from '../stream/upstream-body.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { clientClosed } from '../upstream/failure.js';
import { createRewrite } from './rewrite.js';

const CONTENT = 'data: {"choices":[{"delta":{"content":"hi"}}],"usage":null}\n\n';
const USAGE = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';
const DONE = 'data: [DONE]\n\n';
const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };

/** A hundred tokens for every model that is not called `other`. */
const windows: ContextWindows = { ready: () => null, of: (_provider, model) => (model === 'other' ? null : 100) };

function callWith(policy: Partial<Policy>, body: object | string | null, target: Partial<Target> | null = {}): Call {
  const bytes = body === null ? null : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const request: EngineRequest = {
    method: 'POST',
    path: '/openai/v1/chat/completions',
    query: '',
    headers: {},
    body: bytes,
    signal: new AbortController().signal,
  };
  const call = createCall(request, createByteBudget(1000));
  call.policy = { ...resolvePolicy({ values: {}, properties: {} }, null), ...policy };
  call.body = bytes;
  call.route = { provider: { name: 'openai' } as never, rest: '/v1/chat/completions' };
  call.target = target === null ? null : ({ provider: 'openai', wire: 'openai-chat', ...target } as Target);
  return call;
}

function bodyOf(call: Call): string {
  return Buffer.from(call.body as Uint8Array).toString();
}

function stream(...events: string[]): UpstreamBody {
  const body = new UpstreamBody({ pause() {}, resume() {}, abort() {} }, () => null);
  for (const event of events) body.push(Buffer.from(event));
  body.finish();
  return body;
}

function answerOf(headers: Headers = SSE, status = 200): EngineResponse {
  return { status, headers: { ...headers }, body: stream(CONTENT, USAGE, DONE) };
}

async function read(body: EngineResponse['body']): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as UpstreamBody) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function run(call: Call, answer = answerOf()): Promise<EngineResponse> {
  return createRewrite(windows)(call, async () => answer);
}

test('a call without such a policy is passed on at once, its body unread', () => {
  const call = callWith({}, '{{{');
  const answer = Promise.resolve(answerOf());
  expect(createRewrite(windows)(call, () => answer)).toBe(answer);
  expect(call.json).toBeNull();
  expect(call.warnings).toEqual([]);
});

test('a call without a body is too', () => {
  const call = callWith({ streamUsage: true, tokenLimit: 'truncate' }, null);
  const answer = Promise.resolve(answerOf());
  expect(createRewrite(windows)(call, () => answer)).toBe(answer);
  expect(call.warnings).toEqual([]);
});

describe('stream usage', () => {
  const policy = { streamUsage: true };
  const streaming = '{"model":"gpt-5", "stream":true}';

  test('is asked for and hidden; observers see it', async () => {
    const call = callWith(policy, streaming);
    const answer = answerOf({ ...SSE, 'content-length': '999' });
    const response = await run(call, answer);
    expect(bodyOf(call)).toBe('{"model":"gpt-5", "stream":true,"stream_options":{"include_usage":true}}');
    expect(call.identityEncoding).toBe(true);
    expect(response.headers).toEqual(SSE);
    const seen: Uint8Array[] = [];
    (response.body as UpstreamBody).observe({ chunk: (bytes) => seen.push(bytes), end() {} });
    expect(await read(response.body)).toBe(CONTENT + DONE);
    expect(Buffer.concat(seen).toString()).toBe(CONTENT + USAGE + DONE);
  });

  test.each([
    ['that asks itself', '{"stream":true,"stream_options":{"include_usage":true}}'],
    ['that says no', '{"stream":true,"stream_options":{"include_usage":false}}'],
    ['that wants no stream', '{"stream":false}'],
  ])('a client %s: nothing is changed', async (_what, body) => {
    const call = callWith(policy, body);
    const answer = answerOf();
    expect(await run(call, answer)).toBe(answer);
    expect(bodyOf(call)).toBe(body);
    expect(call.identityEncoding).toBe(false);
    expect(call.warnings).toEqual([]);
  });

  test('other wire formats are left alone', async () => {
    for (const wire of ['openai-responses', 'anthropic-messages', null] as const) {
      const call = callWith(policy, streaming, { wire });
      await run(call);
      expect(bodyOf(call)).toBe(streaming);
    }
  });

  test('with a list of targets the path tells the format', async () => {
    const call = callWith(policy, streaming, null);
    expect(await read((await run(call)).body)).toBe(CONTENT + DONE);
  });

  test.each<[string, EngineResponse]>([
    ['an error', answerOf(SSE, 429)],
    ['no event stream', answerOf({ 'content-type': 'application/x-ndjson' })],
    ['no type', answerOf({})],
    ['a whole body', { status: 200, headers: { ...SSE }, body: Buffer.from(USAGE) }],
    ['no body', { status: 200, headers: { ...SSE }, body: null }],
  ])('%s is not filtered', async (_what, answer) => {
    const { body } = answer;
    expect((await run(callWith(policy, streaming), answer)).body).toBe(body);
  });

  test('an encoded answer is not filtered, and a warning says so', async () => {
    const call = callWith(policy, streaming);
    const answer = answerOf({ ...SSE, 'content-encoding': 'gzip', 'content-length': '5' });
    expect(await run(call, answer)).toBe(answer);
    expect(answer.headers['content-length']).toBe('5');
    expect(call.warnings).toEqual(['helicone-stream-usage: the answer is encoded, so its usage is not hidden']);
  });

  test('a break in the middle of an event that was held: the error event of the format', async () => {
    const body = new UpstreamBody({ pause() {}, resume() {}, abort() {} }, () => null);
    const { body: filtered } = await run(callWith(policy, streaming), { status: 200, headers: { ...SSE }, body });
    const log: string[] = [];
    (filtered as UpstreamBody).attach({
      write: (bytes) => log.push(Buffer.from(bytes).toString()) > 0,
      end: () => log.push('end'),
      fail: (_error, last) => log.push(`last ${last === null ? null : Buffer.from(last)}`),
    });
    body.push(Buffer.from(`${CONTENT}data: {"cho`));
    await null;
    body.fail(clientClosed());
    expect(log[0]).toBe(CONTENT);
    expect(log[1]).toMatch(/^last data: \{.*client_closed/);
  });

  test.each([
    ['no JSON', '{"stream":'],
    ['too long', `{"stream":true,"x":"${'x'.repeat(4 * 1024 * 1024)}"}`],
  ])('a body that is %s is left alone, with a warning', async (_what, body) => {
    const call = callWith(policy, body);
    await run(call);
    expect(bodyOf(call) === body).toBe(true);
    expect(call.warnings).toEqual([
      'helicone-stream-usage: the body is not JSON, or too long to be looked into; usage is not asked for',
    ]);
  });

  test('what fails further in goes through', async () => {
    const failing = createRewrite(windows)(callWith(policy, streaming), () => Promise.reject(clientClosed()));
    await expect(failing).rejects.toMatchObject({ code: 'client_closed' });
  });
});

describe('the token limit', () => {
  const long = { model: 'gpt-5', max_tokens: 20, messages: [{ role: 'user', content: 'a'.repeat(400) }] };

  test('shortens the prompt, and says so', async () => {
    const call = callWith({ tokenLimit: 'truncate' }, long);
    await run(call);
    expect(JSON.parse(bodyOf(call)).messages[0].content).toHaveLength(320);
    expect(call.warnings).toEqual([
      'helicone-token-limit-exception-handler: the prompt was shortened by 80 characters',
    ]);
  });

  test('goes with stream usage', async () => {
    const call = callWith({ tokenLimit: 'fallback', streamUsage: true }, { ...long, model: 'a,b', stream: true });
    const response = await run(call);
    expect(JSON.parse(bodyOf(call))).toMatchObject({ model: 'b', stream_options: { include_usage: true } });
    expect(await read(response.body)).toBe(CONTENT + DONE);
  });

  test('a model that is not known, and a body that cannot be read, are left alone with a warning', async () => {
    const unknown = callWith({ tokenLimit: 'middle-out' }, { ...long, model: 'other' });
    await run(unknown);
    expect(JSON.parse(bodyOf(unknown))).toEqual({ ...long, model: 'other' });
    expect(unknown.warnings).toHaveLength(1);
    const unreadable = callWith({ tokenLimit: 'middle-out' }, 'text');
    await run(unreadable);
    expect(unreadable.warnings).toEqual([
      'helicone-token-limit-exception-handler: the body is not JSON, or too long to be looked into; it is left alone',
    ]);
  });

  test('the first call waits for the table of models', async () => {
    let loaded = (): void => {};
    const loading = new Promise<void>((resolve) => {
      loaded = resolve;
    });
    let calls = 0;
    const rewrite = createRewrite({ ready: () => loading, of: () => 100 });
    const next = async (): Promise<EngineResponse> => {
      calls += 1;
      return answerOf();
    };
    const call = callWith({ tokenLimit: 'truncate' }, long);
    const running = rewrite(call, next);
    const left = callWith({ tokenLimit: 'truncate' }, long);
    const leaving = rewrite(left, next);
    left.life.end(clientClosed());
    expect(calls).toBe(0);
    loaded();
    await running;
    expect(call.warnings).toHaveLength(1);
    await expect(leaving).rejects.toMatchObject({ code: 'client_closed' });
    expect(calls).toBe(1);
  });
});
