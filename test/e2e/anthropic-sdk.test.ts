import Anthropic from '@anthropic-ai/sdk';
import { type StandIn, startStandIn } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { rejection } from './rejection.js';

let standIn: StandIn;
let host: ExpressHost;
let anthropic: Anthropic;
beforeAll(async () => {
  standIn = await startStandIn();
  host = await startExpressHost({ providers: { anthropic: { baseUrl: standIn.url } } });
  anthropic = host.anthropic();
});
afterAll(async () => {
  await host.close();
  await standIn.close();
});

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const HELLO = {
  model: 'claude-haiku-4-5',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'hello there' }],
};
const TOOLS = [
  { name: 'get_weather', input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } } },
];

test('messages: the answer, and our id beside the provider’s', async () => {
  const { data, response, request_id } = await anthropic.messages.create(HELLO).withResponse();
  expect(data.content).toMatchObject([{ type: 'text', text: 'You said: hello there' }]);
  expect(data.stop_reason).toBe('end_turn');
  expect(data.usage).toMatchObject({ input_tokens: 2, output_tokens: 4 });
  expect(response.headers.get('helicone-id')).toMatch(UUID_V7);
  expect(request_id).toBe(response.headers.get('request-id'));
});

test('messages, streamed: every event, and the whole message at the end', async () => {
  const { data, response } = await anthropic.messages.create({ ...HELLO, stream: true }).withResponse();
  const types: string[] = [];
  for await (const event of data) types.push(event.type);
  expect(types).toEqual([
    'message_start',
    'content_block_start',
    ...Array.from({ length: 4 }, () => 'content_block_delta'),
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  expect(response.headers.get('helicone-id')).toMatch(UUID_V7);

  const message = await anthropic.messages.stream(HELLO).finalMessage();
  expect(message.content).toMatchObject([{ type: 'text', text: 'You said: hello there' }]);
  expect(message.usage).toMatchObject({ input_tokens: 2, output_tokens: 4 });
});

test('tool use: asked, answered, and asked again with the result, plain and streamed', async () => {
  const plain = await anthropic.messages.create({ ...HELLO, tools: TOOLS });
  expect(plain.stop_reason).toBe('tool_use');
  const use = plain.content.find((block) => block.type === 'tool_use');
  if (use === undefined) throw new Error('no tool use came');
  expect(use).toMatchObject({ name: 'get_weather', input: { city: 'Lisbon' } });

  const result = { type: 'tool_result' as const, tool_use_id: use.id, content: 'sunny' };
  const again = await anthropic.messages.create({
    ...HELLO,
    tools: TOOLS,
    messages: [...HELLO.messages, { role: 'assistant', content: plain.content }, { role: 'user', content: [result] }],
  });
  expect(again.stop_reason).toBe('end_turn');

  const streamed = await anthropic.messages.stream({ ...HELLO, tools: TOOLS }).finalMessage();
  expect(streamed.content).toMatchObject([{ type: 'tool_use', name: 'get_weather', input: { city: 'Lisbon' } }]);
});

test.each([
  [400, Anthropic.BadRequestError],
  [401, Anthropic.AuthenticationError],
  [403, Anthropic.PermissionDeniedError],
  [404, Anthropic.NotFoundError],
  [429, Anthropic.RateLimitError],
  [500, Anthropic.InternalServerError],
  [529, Anthropic.InternalServerError],
])('an upstream %i is the SDK’s own error, with the provider’s message and our headers', async (status, errorClass) => {
  const error = await rejection(anthropic.messages.create({ ...HELLO, model: `error-${status}` }));
  expect(error).toBeInstanceOf(errorClass);
  expect(error).toMatchObject({ status });
  const { message, headers, requestID } = error as InstanceType<typeof Anthropic.BadRequestError>;
  expect(message).toContain(`The stand-in was asked for a ${status}.`);
  expect(headers.get('helicone-id')).toMatch(UUID_V7);
  expect(headers.get('x-helicone-error')).toBe(null);
  expect(requestID).toMatch(/^req_\d+$/);
});

test('an error of a streamed call is raised as such', async () => {
  const error = await rejection(anthropic.messages.stream({ ...HELLO, model: 'no-such-model' }).finalMessage());
  expect(error).toBeInstanceOf(Anthropic.NotFoundError);
});

test('the provider sees the client’s key, version and body, and nothing of Helicone’s', async () => {
  const before = standIn.requests.length;
  await host.anthropic({ 'Helicone-Session-Id': 's1' }).messages.create(HELLO);
  const seen = standIn.requests[before];
  expect(seen?.url).toBe('/v1/messages');
  expect(seen?.body).toEqual(HELLO);
  // Since 1.0 this SDK shows its API key as a bearer token; x-api-key was the place before.
  expect(seen?.headers.authorization).toBe('Bearer sk-ant-test');
  expect(seen?.headers['anthropic-version']).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(Object.keys(seen?.headers ?? {}).filter((name) => name.startsWith('helicone-'))).toEqual([]);
});
