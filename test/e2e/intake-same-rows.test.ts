// The same call, proxied and logged, gives the same row: whatever is read out of a call is read in one place.
import type { CallRecord } from '@helicone-proxy/core';
import { ANSWERS, get } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparableRow } from '../rig/comparable-row.js';
import { type ExpressHost, startExpressHost } from './express-host.js';
import {
  streamedChat,
  streamedMessage,
  streamedResponse,
  wholeChat,
  wholeMessage,
  wholeResponse,
} from './fixed-answers.js';
import { type FixedAnswer, type FixedUpstream, startFixedUpstream } from './fixed-upstream.js';

let upstream: FixedUpstream;
let host: ExpressHost;
beforeAll(async () => {
  upstream = await startFixedUpstream();
  const place = { baseUrl: upstream.url };
  host = await startExpressHost({ providers: { openai: place, anthropic: place, google: place } });
});
afterAll(async () => {
  await host.close();
  await upstream.close();
});

interface Call {
  name: string;
  provider: 'openai' | 'anthropic' | 'google';
  path: string;
  request: Record<string, unknown>;
  answer: FixedAnswer;
  /** What both rows must say. */
  row: Partial<CallRecord>;
}

const ask = { messages: [{ role: 'user', content: 'hi' }] };
const chatUsage = { prompt_tokens: 1000, completion_tokens: 50, prompt_tokens_details: { cached_tokens: 600 } };
const responseUsage = { input_tokens: 1000, output_tokens: 50, input_tokens_details: { cached_tokens: 600 } };
const messageUsage = { input_tokens: 100, output_tokens: 50, cache_read_input_tokens: 900 };
const read = { prompt_tokens: 1000, completion_tokens: 50, outcome: 'success', response_status: 200 } as const;

const CALLS: Call[] = [
  {
    name: 'chat',
    provider: 'openai',
    path: '/v1/chat/completions',
    request: { model: 'gpt-4o-mini', user: 'body-user', ...ask },
    answer: wholeChat('gpt-4o-mini-2024-07-18', chatUsage),
    // 400 x 0.15 + 600 x 0.075 + 50 x 0.60 USD per million
    row: { ...read, cost_usd: 0.000135, finish_reason: 'stop', stream: false, request_user_id: 'body-user' },
  },
  {
    name: 'chat, streamed',
    provider: 'openai',
    path: '/v1/chat/completions',
    request: { model: 'gpt-4o-mini', stream: true, ...ask },
    answer: streamedChat('gpt-4o-mini-2024-07-18', chatUsage),
    row: { ...read, cost_usd: 0.000135, finish_reason: 'stop', stream: true, truncated: false },
  },
  {
    name: 'Responses',
    provider: 'openai',
    path: '/v1/responses',
    request: { model: 'gpt-4o-mini', input: 'hi' },
    answer: wholeResponse('gpt-4o-mini-2024-07-18', responseUsage),
    row: { ...read, cost_usd: 0.000135, finish_reason: 'completed' },
  },
  {
    name: 'Responses, streamed',
    provider: 'openai',
    path: '/v1/responses',
    request: { model: 'gpt-4o-mini', input: 'hi', stream: true },
    answer: streamedResponse('gpt-4o-mini-2024-07-18', responseUsage),
    row: { ...read, cost_usd: 0.000135, finish_reason: 'completed', stream: true },
  },
  {
    name: 'embeddings',
    provider: 'openai',
    path: '/v1/embeddings',
    request: { model: 'text-embedding-3-small', input: 'hi' },
    answer: {
      json: {
        object: 'list',
        model: 'text-embedding-3-small',
        data: [{ object: 'embedding', index: 0, embedding: [0.25, -0.5] }],
        usage: { prompt_tokens: 1000, total_tokens: 1000 },
      },
    },
    row: { ...read, completion_tokens: 0, cost_usd: 0.00002 },
  },
  {
    name: 'Messages',
    provider: 'anthropic',
    path: '/v1/messages',
    request: { model: 'claude-sonnet-4-20250514', max_tokens: 99, ...ask },
    answer: wholeMessage('claude-sonnet-4-20250514', messageUsage),
    // 100 x 3 + 900 x 0.30 + 50 x 15 = 1320 USD per million
    row: { ...read, cost_usd: 0.00132, finish_reason: 'end_turn', prompt_cache_read_tokens: 900 },
  },
  {
    name: 'Messages, streamed',
    provider: 'anthropic',
    path: '/v1/messages',
    request: { model: 'claude-sonnet-4-20250514', max_tokens: 99, stream: true, ...ask },
    answer: streamedMessage('claude-sonnet-4-20250514', messageUsage),
    row: { ...read, cost_usd: 0.00132, finish_reason: 'end_turn', stream: true, truncated: false },
  },
  {
    name: 'an error',
    provider: 'openai',
    path: '/v1/chat/completions',
    request: { model: 'gpt-4o-mini', ...ask },
    answer: { status: 429, json: { error: { message: 'Rate limit reached', type: 'tokens', code: 'rate_limit' } } },
    row: { response_status: 429, outcome: 'upstream_error', error: 'Rate limit reached', cost_usd: null },
  },
  {
    name: 'an error inside a stream',
    provider: 'anthropic',
    path: '/v1/messages',
    request: { model: 'claude-sonnet-4-20250514', max_tokens: 99, stream: true, ...ask },
    answer: {
      named: true,
      events: [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }],
    },
    row: { response_status: 200, outcome: 'upstream_error', error: 'Overloaded' },
  },
  {
    name: 'a stream without its end',
    provider: 'openai',
    path: '/v1/chat/completions',
    request: { model: 'gpt-4o-mini', stream: true, ...ask },
    answer: {
      events: [
        { object: 'chat.completion.chunk', model: 'gpt-4o-mini', choices: [{ index: 0, delta: { content: 'H' } }] },
      ],
    },
    row: { response_status: 200, outcome: 'truncated', truncated: true },
  },
  {
    name: 'generateContent',
    provider: 'google',
    path: '/v1beta/models/gemini-2.0-flash:generateContent',
    request: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
    answer: {
      json: {
        candidates: [{ content: { role: 'model', parts: [{ text: 'Hi.' }] }, finishReason: 'STOP', index: 0 }],
        usageMetadata: { promptTokenCount: 1000, candidatesTokenCount: 50, totalTokenCount: 1050 },
        modelVersion: 'gemini-2.0-flash',
      },
    },
    row: { ...read, finish_reason: 'STOP', model: 'gemini-2.0-flash' },
  },
];

const HEADERS = {
  'helicone-property-Feature': 'chat',
  'helicone-session-id': 's-1',
  'helicone-prompt-id': 'p-1',
};

async function proxied({ provider, path, request, answer }: Call): Promise<CallRecord> {
  upstream.answer = answer;
  const { header } = await get(`${host.url}/helicone/${provider}${path}`, {
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk', ...HEADERS },
    body: JSON.stringify(request),
  });
  return bodied(header('helicone-id'));
}

/** Logs a call through a path of the intake; resolves with its record. */
async function logged(path: string, log: object): Promise<CallRecord> {
  const { status, body, header } = await get(`${host.url}/helicone/api${path}`, {
    headers: { 'content-type': 'application/json', ...HEADERS },
    body: JSON.stringify(log),
  });
  expect([status, body.toString()]).toEqual([200, 'ok']);
  return bodied(header('helicone-id'));
}

async function bodied(id: string | undefined): Promise<CallRecord> {
  await host.proxy.flush();
  const record = await host.proxy.records.get('default', id as string, { bodies: true });
  return record as CallRecord;
}

function logOf({ path, request, answer, provider }: Call): { providerRequest: object; providerResponse: object } {
  const origin = { openai: 'https://api.openai.com', anthropic: 'https://api.anthropic.com' };
  const base = provider === 'google' ? 'https://generativelanguage.googleapis.com' : origin[provider];
  const status = 'json' in answer ? (answer.status ?? 200) : 200;
  const response = 'json' in answer ? { json: answer.json } : { json: {}, textBody: sse(answer) };
  return {
    providerRequest: { url: base + path, json: request },
    providerResponse: { status, headers: {}, ...response },
  };
}

function sse(answer: Extract<FixedAnswer, { events: unknown }>): string {
  return answer.events
    .map((event) => {
      const name = answer.named === true ? `event: ${(event as { type: string }).type}\n` : '';
      return `${name}data: ${event === '[DONE]' ? event : JSON.stringify(event)}\n\n`;
    })
    .join('');
}

describe.each(CALLS)('$name', (call) => {
  test('through the proxy, and logged', async () => {
    const through = await proxied(call);
    expect(through).toMatchObject(call.row);
    const beside = await logged('/custom/v1/log', logOf(call));
    expect(comparableRow(beside)).toEqual(comparableRow(through));
  });

  test('logged without a URL, by its provider and what it looks like', async () => {
    if (call.name === 'generateContent') return expect(await withoutUrl(call)).toMatchObject({ finish_reason: 'STOP' });
    const through = await proxied(call);
    const { request_path: _own, ...rest } = comparableRow(through);
    expect(await withoutUrl(call)).toEqual(expect.objectContaining({ ...rest, request_path: 'custom-model-nopath' }));
  });
});

async function withoutUrl(call: Call): Promise<Partial<CallRecord>> {
  const log = logOf(call);
  const route = { openai: 'oai', anthropic: 'anthropic', google: 'googleapis' }[call.provider];
  Object.assign(log.providerRequest, { url: 'custom-model-nopath' });
  return comparableRow(await logged(`/${route}/v1/log`, log));
}

describe('chunks of a stream in every form that loggers send', () => {
  // An error that stands alone is an answer in itself, not a chunk of one.
  const streamed = CALLS.filter(({ name, answer }) => 'events' in answer && !name.startsWith('an error'));
  test.each(streamed)('$name', async (call) => {
    const events = (call.answer as Extract<FixedAnswer, { events: unknown }>).events.filter(
      (each) => each !== '[DONE]',
    );
    const { providerRequest, providerResponse } = logOf(call);
    const texts = events.map((event) => JSON.stringify(event));
    const forms: object[] = [
      { textBody: texts.map((text) => `${text}\n`).join('') },
      { textBody: texts.join('\n') },
      { textBody: sse(call.answer as never).replaceAll('\n', '\r\n') },
      { textBody: sse(call.answer as never).trimEnd() },
      { json: { streamed_data: events } },
      { json: { streamed_data: texts } },
      { json: { streamed_data: sse(call.answer as never) } },
      { json: { streamed_data: [sse(call.answer as never).slice(0, 30), sse(call.answer as never).slice(30)] } },
    ];
    const expected = comparableRow(await logged('/custom/v1/log', { providerRequest, providerResponse }));
    for (const form of forms) {
      const { json: _json, textBody: _text, ...head } = providerResponse as Record<string, unknown>;
      const found = comparableRow(
        await logged('/custom/v1/log', { providerRequest, providerResponse: { ...head, ...form } }),
      );
      expect(found, JSON.stringify(form).slice(0, 60)).toEqual(expected);
    }
  });
});

test.each(Object.values(ANSWERS))('an answer of a provider as it is published: $name', async (answer) => {
  const providerRequest = { url: 'custom-model-nopath', json: JSON.parse(answer.request.toString()) };
  const providerResponse = { status: 200, headers: {}, textBody: answer.body.toString() };
  const { tokens, model, finishReason } = answer;
  expect(await logged('/v1/log', { providerRequest, providerResponse, provider: answer.provider })).toMatchObject({
    ...tokens,
    response_model: model,
    finish_reason: finishReason,
    outcome: 'success',
    truncated: false,
    stream: answer.events.length > 0,
  });
});
