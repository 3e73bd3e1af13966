import { describe, expect, test } from 'vitest';
import { createPricer } from '../../cost/price.js';
import type { CallFacts, CapturedBytes, Outcome } from '../facts.js';
import type { RecordRow } from '../store.js';
import { digest } from './digest.js';

const pricer = createPricer([{ model: 'm-1', inputUsdPerMTok: 1, outputUsdPerMTok: 2 }]);

interface Given {
  facts?: Partial<CallFacts>;
  request?: string;
  response?: string;
  type?: string;
  maxBytes?: number;
}

/** The row of a chat call with these bodies. */
function row({
  facts = {},
  request = '',
  response = '',
  type = 'application/json',
  maxBytes = 10_000,
}: Given): RecordRow {
  const bytes = Buffer.from(request + response);
  const at = (body: string, offset: number, of: string): CapturedBytes | null => {
    const length = Buffer.byteLength(body);
    return length === 0 ? null : { offset, length, headLength: length, total: length, type: of, encoding: '' };
  };
  const all: CallFacts = {
    id: 'id-1',
    requestId: 'request-1',
    tenant: 'acme',
    createdAt: 1_767_323_045_678,
    method: 'POST',
    path: '/v1/chat/completions',
    provider: 'openai',
    wire: 'openai-chat',
    targetUrl: 'https://api.openai.com/v1/chat/completions',
    userId: null,
    properties: { team: 'a' },
    promptId: 'p1',
    modelOverride: null,
    status: 200,
    outcome: 'success',
    error: null,
    delayMs: 12.5,
    firstByteMs: null,
    arrivals: null,
    attempts: [{ provider: 'openai', target: 'https://api.openai.com', status: 200, startedAt: 1, durationMs: 2 }],
    cacheEnabled: false,
    cacheReferenceId: null,
    leftEarly: false,
    settles: false,
    session: null,
    trace: null,
    webhooks: true,
    secrets: [],
    omitRequest: false,
    omitResponse: false,
    request: at(request, 0, 'application/json'),
    response: at(response, Buffer.byteLength(request), type),
    ...facts,
  };
  return digest(all, bytes, { pricer, recordBodyBytes: maxBytes });
}

const ASKED = '{"model":"m-1","user":"ada","messages":[]}';
const ANSWER = JSON.stringify({
  model: 'm-1',
  choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
  usage: {
    prompt_tokens: 1000,
    completion_tokens: 500,
    prompt_tokens_details: { cached_tokens: 100, audio_tokens: 5 },
    completion_tokens_details: { reasoning_tokens: 200, audio_tokens: 6 },
  },
});

describe('what was asked for', () => {
  const usage = '"usage":{"prompt_tokens":1000,"completion_tokens":500}';

  test('of a body that was not captured, as the request thread has read it', () => {
    const asked = { model: 'm-1', user: 'ada', stream: true };
    const at = { offset: 0, length: 0, headLength: 0, total: 42, type: 'application/json', encoding: '' };
    const { requestBody, ...rest } = row({ facts: { asked, omitRequest: true, request: at }, response: `{${usage}}` });
    expect(rest).toMatchObject({ model: 'm-1', requestModel: 'm-1', userId: 'ada', stream: true, requestBytes: 42 });
    expect(rest.costNanoUsd).toBe(2_000_000);
    expect(requestBody).toBe(null);
  });

  test('of Google, by the path', () => {
    const google = (path: string, request = '{"contents":[]}') =>
      row({ facts: { wire: 'google-generate-content', provider: 'google', path }, request });
    expect(google('/v1beta/models/m-1:generateContent')).toMatchObject({
      requestModel: 'm-1',
      model: 'm-1',
      stream: false,
    });
    expect(google('/v1beta/models/m-1:streamGenerateContent')).toMatchObject({ requestModel: 'm-1', stream: true });
    expect(google('/v1/publishers/google/models/m%2D1%3AstreamGenerateContent')).toMatchObject({
      requestModel: 'm-1',
      stream: true,
    });
    expect(google('/v1beta/embed', '{"model":"models/m-1"}')).toMatchObject({ requestModel: 'm-1' });
    expect(google('/v1beta/embed', '{}').requestModel).toBe(null);
  });
});

test('a whole call', () => {
  const { requestBody, responseBody, ...rest } = row({ request: ASKED, response: ANSWER });
  expect(rest).toEqual({
    id: 'id-1',
    requestId: 'request-1',
    tenant: 'acme',
    createdAt: 1_767_323_045_678,
    method: 'POST',
    path: '/v1/chat/completions',
    provider: 'openai',
    targetUrl: 'https://api.openai.com/v1/chat/completions',
    userId: 'ada',
    properties: { team: 'a' },
    promptId: 'p1',
    model: 'm-1',
    requestModel: 'm-1',
    responseModel: 'm-1',
    modelOverride: null,
    status: 200,
    outcome: 'success',
    error: null,
    attempts: [{ provider: 'openai', target: 'https://api.openai.com', status: 200, startedAt: 1, durationMs: 2 }],
    stream: false,
    truncated: false,
    finishReason: 'stop',
    delayMs: 12.5,
    timeToFirstTokenMs: null,
    promptTokens: 1000,
    completionTokens: 500,
    cacheReadTokens: 100,
    cacheWriteTokens: null,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens: 200,
    promptAudioTokens: 5,
    completionAudioTokens: 6,
    usageSource: 'provider',
    // 1000 input and 500 output tokens at 1 and 2 USD a million.
    costNanoUsd: 2_000_000,
    savedCostNanoUsd: null,
    priceSource: 'override',
    usageDetails: null,
    providerUsage: JSON.stringify(JSON.parse(ANSWER).usage),
    serviceTier: null,
    requestBytes: ASKED.length,
    responseBytes: ANSWER.length,
    cacheEnabled: false,
    cacheReferenceId: null,
    traceId: null,
    spanId: null,
    parentSpanId: null,
  });
  expect(Buffer.from(requestBody as Uint8Array).toString()).toBe(ASKED);
  expect(Buffer.from(responseBody as Uint8Array).toString()).toBe(ANSWER);
});

test('what is not known is null, never 0', () => {
  expect(row({ request: '{"model":"m-1"}', response: '{"model":"m-1"}' })).toMatchObject({
    promptTokens: null,
    completionTokens: null,
    usageSource: 'none',
    costNanoUsd: null,
    priceSource: null,
  });
  const priceless = row({ response: ANSWER.replace('m-1', 'a-model-nobody-knows') });
  expect(priceless).toMatchObject({
    promptTokens: 1000,
    usageSource: 'provider',
    costNanoUsd: null,
    priceSource: null,
  });
  expect(row({})).toMatchObject({
    model: null,
    requestBytes: null,
    responseBytes: null,
    requestBody: null,
    responseBody: null,
  });
});

describe('an answer out of the cache', () => {
  const hit = { cacheEnabled: true, cacheReferenceId: 'request-0', attempts: [] };

  test('used nothing and saved what it would have cost', () => {
    expect(row({ request: ASKED, response: ANSWER, facts: hit })).toMatchObject({
      cacheEnabled: true,
      cacheReferenceId: 'request-0',
      model: 'm-1',
      promptTokens: 0,
      completionTokens: 0,
      cacheReadTokens: null,
      cacheWriteTokens: null,
      cacheWrite5mTokens: null,
      cacheWrite1hTokens: null,
      reasoningTokens: null,
      promptAudioTokens: null,
      completionAudioTokens: null,
      usageSource: 'none',
      costNanoUsd: 0,
      savedCostNanoUsd: 2_000_000,
      priceSource: 'override',
    });
  });

  test('of unknown price costs nothing all the same, and saved an unknown amount', () => {
    const unpriced = {
      promptTokens: 0,
      completionTokens: 0,
      costNanoUsd: 0,
      savedCostNanoUsd: null,
      priceSource: null,
    };
    const response = ANSWER.replace('m-1', 'a-model-nobody-knows');
    expect(row({ response, facts: hit })).toMatchObject(unpriced);
    expect(row({ response: '{"model":"m-1"}', facts: hit })).toMatchObject(unpriced);
  });

  test('is told from a call that asked for the cache and got nothing out of it', () => {
    expect(row({ request: ASKED, response: ANSWER, facts: { cacheEnabled: true } })).toMatchObject({
      cacheEnabled: true,
      cacheReferenceId: null,
      promptTokens: 1000,
      costNanoUsd: 2_000_000,
      savedCostNanoUsd: null,
    });
  });
});

test('the model: override, else the answer’s, else the request’s', () => {
  const response = ANSWER.replace('"m-1"', '"deployment-7"');
  expect(row({ request: ASKED, response })).toMatchObject({
    model: 'deployment-7',
    requestModel: 'm-1',
    responseModel: 'deployment-7',
    costNanoUsd: null,
  });
  expect(row({ request: ASKED, response, facts: { modelOverride: 'm-1' } })).toMatchObject({
    model: 'm-1',
    modelOverride: 'm-1',
    costNanoUsd: 2_000_000,
  });
  expect(row({ request: ASKED })).toMatchObject({ model: 'm-1', responseModel: null });
});

test('a user that a header or the key names wins over the body’s', () => {
  expect(row({ request: ASKED, facts: { userId: 'grace' } }).userId).toBe('grace');
});

test('bodies that were to be left out are read all the same', () => {
  const omitted = row({ request: ASKED, response: ANSWER, facts: { omitRequest: true, omitResponse: true } });
  expect(omitted).toMatchObject({
    requestBody: null,
    responseBody: null,
    model: 'm-1',
    promptTokens: 1000,
    requestBytes: 42,
  });
});

test('a document of which only a part arrived is truncated, however it ended', () => {
  const whole = '{"model":"m-1","choices":[{"message":{"content":"Hello"}}]}';
  for (const outcome of ['client_closed', 'timeout'] as const) {
    expect(row({ facts: { outcome }, response: whole.slice(0, -9) })).toMatchObject({ outcome, truncated: true });
    expect(row({ facts: { outcome }, response: whole })).toMatchObject({ outcome, truncated: false });
    expect(row({ facts: { outcome } })).toMatchObject({ outcome, truncated: false });
  }
});

test('an answer longer than what may be kept is truncated, and a success', () => {
  expect(row({ response: ANSWER, maxBytes: 20 })).toMatchObject({
    truncated: true,
    outcome: 'success',
    promptTokens: 1000,
  });
});

describe('what only a look into the answer shows', () => {
  const chunk = (content: string): string =>
    `data: ${JSON.stringify({ model: 'm-1', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
  const BROKEN = chunk('Hel');
  const WHOLE = `${chunk('Hel')}data: [DONE]\n\n`;
  const FAILED = `${chunk('Hel')}data: {"error":{"message":"overloaded"}}\n\n`;

  function streamed(response: string, outcome: Outcome = 'success', facts: Partial<CallFacts> = {}): RecordRow {
    return row({ response, type: 'text/event-stream', facts: { outcome, ...facts } });
  }

  test('a whole stream', () => {
    expect(streamed(WHOLE)).toMatchObject({
      outcome: 'success',
      status: 200,
      stream: true,
      truncated: false,
      error: null,
    });
  });

  test('a clean end without the terminal event is truncated', () => {
    expect(streamed(BROKEN)).toMatchObject({ outcome: 'truncated', status: 200, truncated: true, error: null });
  });

  test('an error inside a 200 is the upstream’s error', () => {
    expect(streamed(FAILED)).toMatchObject({ outcome: 'upstream_error', status: 200, error: 'overloaded' });
    expect(row({ response: '{"error":{"message":"no credit"}}' })).toMatchObject({
      outcome: 'upstream_error',
      status: 200,
      error: 'no credit',
    });
  });

  test('a client that hangs up behind the terminal event was answered in full', () => {
    const left = { status: -3, error: 'client_closed' };
    expect(streamed(WHOLE, 'client_closed', left)).toMatchObject({
      outcome: 'success',
      status: 200,
      error: null,
      truncated: false,
    });
    expect(streamed(BROKEN, 'client_closed', left)).toMatchObject({
      outcome: 'client_closed',
      status: -3,
      error: 'client_closed',
      truncated: true,
    });
  });

  test.each(['timeout', 'truncated', 'blocked', 'upstream_error'] as const)('%s stays what it is', (outcome) => {
    expect(streamed(BROKEN, outcome, { error: 'x' })).toMatchObject({ outcome, error: 'x', truncated: true });
  });

  test('an error that the provider answered is told where we have none of our own', () => {
    const response = '{"error":{"message":"no such model"}}';
    expect(row({ response, facts: { outcome: 'upstream_error', status: 404 } })).toMatchObject({
      outcome: 'upstream_error',
      status: 404,
      error: 'no such model',
    });
  });

  test('a request that asks for a stream is one, whatever came back', () => {
    expect(row({ request: '{"stream":true}', response: '{"error":{"message":"x"}}' }).stream).toBe(true);
  });
});

test('bodies are found at their offsets in the shared buffer', () => {
  const other = '{"model":"not-mine"}';
  const bytes = Buffer.from(other + ASKED + other + ANSWER);
  const at = (body: string, offset: number): CapturedBytes => ({
    offset,
    length: body.length,
    headLength: body.length,
    total: body.length,
    type: 'application/json',
    encoding: '',
  });
  const facts = {
    wire: 'openai-chat',
    outcome: 'success',
    attempts: [],
    modelOverride: null,
    cacheReferenceId: null,
    session: null,
    request: at(ASKED, other.length),
    response: at(ANSWER, other.length * 2 + ASKED.length),
  } as unknown as CallFacts;
  const { requestModel, responseModel } = digest(facts, bytes, { pricer, recordBodyBytes: 1000 });
  expect([requestModel, responseModel]).toEqual(['m-1', 'm-1']);
});

test.each([
  ['us-east5', 'regional', 8_250_000],
  ['eu', 'regional', 8_250_000],
  ['global', null, 7_500_000],
] as const)('Claude at Vertex AI in %s is of the tier %s', (place, serviceTier, nanoUsd) => {
  const model = 'claude-opus-4-8';
  const targetUrl = `https://aiplatform.googleapis.com/v1/projects/p/locations/${place}/publishers/anthropic/models/${model}:rawPredict`;
  const answer = { model, type: 'message', content: [], usage: { input_tokens: 1000, output_tokens: 100 } };
  const priced = row({
    facts: { provider: 'vertex', wire: 'anthropic-messages', targetUrl },
    response: JSON.stringify(answer),
  });
  // 1000 x 5 + 100 x 25 = 7500 USD per million, and a tenth of that
  expect([priced.serviceTier, priced.costNanoUsd]).toEqual([serviceTier, nanoUsd]);
});
