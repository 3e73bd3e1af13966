import { type StandIn, startStandIn } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { rejection } from './rejection.js';

let standIn: StandIn;
let host: ExpressHost;
let openai: OpenAI;
beforeAll(async () => {
  standIn = await startStandIn();
  host = await startExpressHost({ providers: { openai: { baseUrl: standIn.url } } });
  openai = host.openai();
});
afterAll(async () => {
  await host.close();
  await standIn.close();
});

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const HELLO = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hello there' }] };
const WEATHER = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

test('chat: the answer, and our id beside the provider’s', async () => {
  const { data, response, request_id } = await openai.chat.completions.create(HELLO).withResponse();
  expect(data.choices[0]?.message).toMatchObject({ role: 'assistant', content: 'You said: hello there' });
  expect(data.choices[0]?.finish_reason).toBe('stop');
  expect(data.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 });
  expect(response.headers.get('helicone-id')).toMatch(UUID_V7);
  expect(response.headers.get('helicone-status')).toBe('success');
  expect(request_id).toBe(response.headers.get('x-request-id'));
  expect(request_id).toMatch(/^req_\d+$/);
});

test('chat, streamed: every chunk, then the usage', async () => {
  const { data, response } = await openai.chat.completions
    .create({ ...HELLO, stream: true, stream_options: { include_usage: true } })
    .withResponse();
  const pieces: string[] = [];
  let usage: OpenAI.CompletionUsage | null | undefined = null;
  for await (const chunk of data) {
    const piece = chunk.choices[0]?.delta.content;
    if (piece) pieces.push(piece);
    usage = chunk.usage ?? usage;
  }
  expect(pieces).toEqual(['You ', 'said: ', 'hello ', 'there']);
  expect(usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 4 });
  expect(response.headers.get('helicone-id')).toMatch(UUID_V7);
  expect(response.headers.get('cache-control')).toContain('no-transform');
});

test('chat with tools: asked, answered, and asked again with the result, plain and streamed', async () => {
  const asked = {
    ...HELLO,
    tools: [{ type: 'function' as const, function: { name: 'get_weather', parameters: WEATHER } }],
  };
  const plain = await openai.chat.completions.create(asked);
  const message = plain.choices[0]?.message;
  expect(plain.choices[0]?.finish_reason).toBe('tool_calls');
  const call = message?.tool_calls?.[0];
  if (message === undefined || call?.type !== 'function') throw new Error('no tool call came');
  expect(call.function.name).toBe('get_weather');
  expect(JSON.parse(call.function.arguments)).toEqual({ city: 'Lisbon' });

  const again = await openai.chat.completions.create({
    ...asked,
    messages: [...asked.messages, message, { role: 'tool', tool_call_id: call.id, content: 'sunny' }],
  });
  expect(again.choices[0]?.message.content).toBe('You said: hello there');

  const streamed = await openai.chat.completions.stream(asked).finalChatCompletion();
  expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { name: 'get_weather' } });
});

test('Responses, plain and streamed', async () => {
  const { data, response } = await openai.responses.create({ model: 'o3', input: 'hello there' }).withResponse();
  expect(data.output_text).toBe('You said: hello there');
  expect(data.usage).toMatchObject({
    input_tokens: 2,
    output_tokens: 68,
    output_tokens_details: { reasoning_tokens: 64 },
  });
  expect(response.headers.get('helicone-id')).toMatch(UUID_V7);

  const stream = openai.responses.stream({ model: 'gpt-4o', input: 'hello there' });
  const deltas: string[] = [];
  stream.on('response.output_text.delta', ({ delta }) => deltas.push(delta));
  const final = await stream.finalResponse();
  expect(deltas).toEqual(['You ', 'said: ', 'hello ', 'there']);
  expect(final.output_text).toBe('You said: hello there');
  expect(final.usage).toMatchObject({ input_tokens: 2, output_tokens: 4 });
});

test('Responses with a tool, streamed', async () => {
  const tools = [{ type: 'function' as const, name: 'get_weather', parameters: WEATHER, strict: true }];
  const final = await openai.responses.stream({ model: 'gpt-4o', input: 'hello', tools }).finalResponse();
  expect(final.output[0]).toMatchObject({ type: 'function_call', name: 'get_weather' });
});

test('embeddings, as floats and as the base64 that the SDK asks for by itself', async () => {
  const asked = { model: 'text-embedding-3-small', input: ['one two', 'three'] };
  const decoded = await openai.embeddings.create(asked);
  const floats = await openai.embeddings.create({ ...asked, encoding_format: 'float' });
  expect(decoded.data.map(({ embedding }) => embedding)).toEqual(floats.data.map(({ embedding }) => embedding));
  expect(decoded.data).toHaveLength(2);
  expect(decoded.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
});

test.each([
  [400, OpenAI.BadRequestError],
  [401, OpenAI.AuthenticationError],
  [403, OpenAI.PermissionDeniedError],
  [404, OpenAI.NotFoundError],
  [409, OpenAI.ConflictError],
  [422, OpenAI.UnprocessableEntityError],
  [429, OpenAI.RateLimitError],
  [500, OpenAI.InternalServerError],
  [503, OpenAI.InternalServerError],
])('an upstream %i is the SDK’s own error, with the provider’s message and our headers', async (status, errorClass) => {
  const error = await rejection(openai.chat.completions.create({ ...HELLO, model: `error-${status}` }));
  expect(error).toBeInstanceOf(errorClass);
  expect(error).toMatchObject({ status });
  const { message, headers, requestID } = error as InstanceType<typeof OpenAI.BadRequestError>;
  expect(message).toContain(`The stand-in was asked for a ${status}.`);
  expect(headers.get('helicone-id')).toMatch(UUID_V7);
  expect(headers.get('x-helicone-error')).toBe(null);
  expect(headers.get('retry-after')).toBe(status === 429 ? '1' : null);
  expect(requestID).toMatch(/^req_\d+$/);
});

test('an error of a streamed call is raised before the first chunk', async () => {
  const error = await rejection(openai.chat.completions.create({ ...HELLO, model: 'gpt-no-such-model', stream: true }));
  expect(error).toBeInstanceOf(OpenAI.NotFoundError);
  expect(error).toMatchObject({ code: 'model_not_found' });
});

test('the provider sees the client’s own headers and body, and nothing of Helicone’s', async () => {
  const before = standIn.requests.length;
  await host.openai({ 'Helicone-User-Id': 'ada', 'X-Mine': 'kept' }).chat.completions.create(HELLO);
  const seen = standIn.requests[before];
  expect(seen?.url).toBe('/v1/chat/completions');
  expect(seen?.body).toEqual(HELLO);
  expect(seen?.headers.authorization).toBe('Bearer sk-test');
  expect(seen?.headers['x-mine']).toBe('kept');
  expect(seen?.headers['x-stainless-lang']).toBe('js');
  expect(Object.keys(seen?.headers ?? {}).filter((name) => name.startsWith('helicone-'))).toEqual([]);
});
