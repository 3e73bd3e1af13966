// Cohere's own SDK through the proxy: its answers come through, and the records know what they cost.
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { rejection } from './rejection.js';
import { type ScriptedAnswer, type ScriptedUpstream, startScriptedUpstream } from './scripted-upstream.js';

const USAGE = {
  billed_units: { input_tokens: 40, output_tokens: 20 },
  tokens: { input_tokens: 106, output_tokens: 24 },
};
const MESSAGE = {
  role: 'assistant',
  tool_plan: 'I will look.',
  content: [{ type: 'text', text: 'Zoë 🦊' }],
  tool_calls: [{ id: 'get_1', type: 'function', function: { name: 'get', arguments: '{"city":"Köln"}' } }],
};
const PLAIN = { id: 'a1', finish_reason: 'TOOL_CALL', message: MESSAGE, usage: USAGE };
const V1 = { text: 'Zoë 🦊', generation_id: 'g1', finish_reason: 'COMPLETE', meta: USAGE };
const EMBEDDED = {
  id: 'e1',
  embeddings: { float: [[0.5, -0.25]] },
  texts: ['hello'],
  meta: { billed_units: { input_tokens: 1000 } },
  response_type: 'embeddings_by_type',
};
const RANKED = {
  id: 'r1',
  results: [{ index: 1, relevance_score: 0.75 }],
  meta: { billed_units: { search_units: 1 } },
};

const event = (type: string, rest: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
const said = (type: string, message: object): string => event(type, { index: 0, delta: { message } });
const EVENTS = [
  event('message-start', {
    id: 'a1',
    delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
  }),
  said('tool-plan-delta', { tool_plan: 'I will look.' }),
  said('content-start', { content: { type: 'text', text: '' } }),
  said('content-delta', { content: { text: 'Zoë' } }),
  said('content-delta', { content: { text: ' 🦊' } }),
  event('content-end', { index: 0 }),
  said('tool-call-start', { tool_calls: { id: 'get_1', type: 'function', function: { name: 'get', arguments: '' } } }),
  said('tool-call-delta', { tool_calls: { function: { arguments: '{"city":"Köln"}' } } }),
  event('tool-call-end', { index: 0 }),
  event('message-end', { delta: { finish_reason: 'TOOL_CALL', usage: USAGE } }),
];
const LINES = [
  { is_finished: false, event_type: 'stream-start', generation_id: 'g1' },
  { is_finished: false, event_type: 'text-generation', text: 'Zoë 🦊' },
  { is_finished: true, event_type: 'stream-end', finish_reason: 'COMPLETE', response: V1 },
].map((line) => `${JSON.stringify(line)}\n`);

function answer(path: string, { model, stream }: Record<string, unknown>): ScriptedAnswer {
  if (model === 'unknown') return { status: 404, pieces: ['{"id":"x","message":"model \'unknown\' not found"}'] };
  if (model === 'broken') return { type: 'text/event-stream', pieces: EVENTS.slice(0, 4), breaks: true };
  if (path === '/v2/embed') return { pieces: [JSON.stringify(EMBEDDED)] };
  if (path === '/v2/rerank') return { pieces: [JSON.stringify(RANKED)] };
  if (path === '/v1/chat')
    return stream ? { type: 'application/stream+json', pieces: LINES } : { pieces: [JSON.stringify(V1)] };
  return stream ? { type: 'text/event-stream', pieces: EVENTS } : { pieces: [JSON.stringify(PLAIN)] };
}

let upstream: ScriptedUpstream;
let host: ExpressHost;
let cohere: CohereClientV2;
let v1: CohereClient;
beforeAll(async () => {
  upstream = await startScriptedUpstream(answer);
  host = await startExpressHost({ providers: { cohere: { baseUrl: upstream.url } } });
  const options = { token: 'key', environment: `${host.url}/helicone/cohere`, maxRetries: 0 };
  cohere = new CohereClientV2(options);
  v1 = new CohereClient(options);
});
afterAll(async () => {
  await host.close();
  await upstream.close();
});

const ASK = { model: 'command-a-03-2025', messages: [{ role: 'user' as const, content: 'hello' }] };
const PAID = {
  provider: 'cohere',
  model: 'command-a-03-2025',
  outcome: 'success',
  truncated: false,
  prompt_tokens: 40,
  completion_tokens: 20,
  // 40 x 2.50 + 20 x 10 = 300 USD per million
  cost_usd: 0.0003,
};

test('chat, plain and streamed: the same answer, and the same record', async () => {
  const plain = await cohere.chat(ASK).withRawResponse();
  expect(plain.data).toMatchObject({
    finishReason: 'TOOL_CALL',
    message: { content: [{ type: 'text', text: 'Zoë 🦊' }], toolPlan: 'I will look.' },
    usage: { billedUnits: { inputTokens: 40, outputTokens: 20 } },
  });

  const streamed = await cohere.chatStream(ASK).withRawResponse();
  let text = '';
  const types: string[] = [];
  for await (const event of streamed.data) {
    types.push(event.type);
    if (event.type === 'content-delta') text += event.delta?.message?.content?.text ?? '';
  }
  expect(types).toEqual(EVENTS.map((one) => /^event: (.*)/.exec(one)?.[1]));
  expect(text).toBe('Zoë 🦊');

  const [first, second] = await Promise.all(
    [plain, streamed].map((one) => host.record(one.rawResponse.headers.get('helicone-id'))),
  );
  expect(first).toMatchObject({ ...PAID, stream: false, finish_reason: 'TOOL_CALL', response_body: PLAIN });
  expect(second).toMatchObject({ ...PAID, stream: true, finish_reason: 'TOOL_CALL' });
  expect(second?.response_body).toEqual(first?.response_body);
  expect(second?.time_to_first_token).toBeGreaterThan(0);
});

test('chat of v1: a document a line', async () => {
  const ask = { model: 'command-a-03-2025', message: 'hello' };
  const plain = await v1.chat(ask).withRawResponse();
  expect(plain.data.text).toBe('Zoë 🦊');
  const streamed = await v1.chatStream(ask).withRawResponse();
  const events: string[] = [];
  for await (const event of streamed.data) events.push(event.eventType);
  expect(events).toEqual(['stream-start', 'text-generation', 'stream-end']);

  const [first, second] = await Promise.all(
    [plain, streamed].map((one) => host.record(one.rawResponse.headers.get('helicone-id'))),
  );
  expect(first).toMatchObject({ ...PAID, stream: false, response_body: V1 });
  expect(second).toMatchObject({ ...PAID, stream: true, response_body: V1 });
});

test('embed and rerank', async () => {
  const embedded = await cohere
    .embed({ model: 'embed-v4.0', texts: ['hello'], inputType: 'classification', embeddingTypes: ['float'] })
    .withRawResponse();
  expect(embedded.data.embeddings.float).toEqual([[0.5, -0.25]]);
  expect(await host.record(embedded.rawResponse.headers.get('helicone-id'))).toMatchObject({
    model: 'embed-v4.0',
    prompt_tokens: 1000,
    completion_tokens: 0,
    // 1000 x 0.12 = 120 USD per million
    cost_usd: 0.00012,
    response_body: EMBEDDED,
  });

  const ranked = await cohere.rerank({ model: 'rerank-v3.5', query: 'q', documents: ['a', 'b'] }).withRawResponse();
  expect(ranked.data.results).toEqual([{ index: 1, relevanceScore: 0.75 }]);
  expect(await host.record(ranked.rawResponse.headers.get('helicone-id'))).toMatchObject({
    model: 'rerank-v3.5',
    completion_tokens: 0,
    usage_details: { search_units: 1 },
    // A search at 2 USD per thousand
    cost_usd: 0.002,
    response_body: RANKED,
  });
});

test('an error of the provider’s is the SDK’s own', async () => {
  const error = await rejection(cohere.chat({ ...ASK, model: 'unknown' }));
  expect(error).toBeInstanceOf(CohereError);
  expect(error).toMatchObject({ statusCode: 404, body: { message: "model 'unknown' not found" } });
  const records = await host.records();
  expect(records.find(({ model }) => model === 'unknown')).toMatchObject({
    outcome: 'upstream_error',
    error: "model 'unknown' not found",
    cost_usd: null,
  });
});

test('a stream that breaks tells of it in an event that the SDK hands out', async () => {
  const { data, rawResponse } = await cohere.chatStream({ ...ASK, model: 'broken' }).withRawResponse();
  const seen: unknown[] = [];
  await rejection(
    (async () => {
      for await (const event of data) seen.push(event);
    })(),
  );
  expect(seen).toHaveLength(5);
  expect(seen[4]).toMatchObject({ type: 'message-end', delta: { finishReason: 'ERROR' } });
  const record = await host.record(rawResponse.headers.get('helicone-id'));
  expect(record).toMatchObject({ outcome: 'truncated', truncated: true });
  expect(record.response_body).toEqual({
    id: 'a1',
    message: { role: 'assistant', tool_plan: 'I will look.', content: [{ type: 'text', text: 'Zoë' }] },
  });
});
