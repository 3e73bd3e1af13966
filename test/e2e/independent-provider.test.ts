import Anthropic from '@anthropic-ai/sdk';
import { LLMock } from '@copilotkit/aimock';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExpressHost, startExpressHost } from './express-host.js';

// A stand-in that others wrote: what ours and the proxy might both have wrong shows here.

let mock: LLMock;
let host: ExpressHost;
let openai: OpenAI;
let anthropic: Anthropic;
beforeAll(async () => {
  mock = new LLMock({ port: 0 });
  mock.onMessage(/weather/, { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Lisbon"}' }] });
  mock.onMessage(/hello/, {
    content: 'Good morning from somebody else',
    usage: { prompt_tokens: 200, completion_tokens: 30, input_tokens: 200, output_tokens: 30 },
  });
  mock.onEmbedding(/hello/, { embedding: [0.5, 0.25] });
  await mock.start();
  const place = { baseUrl: mock.url };
  host = await startExpressHost({ providers: { openai: place, anthropic: place } });
  openai = host.openai();
  anthropic = host.anthropic();
});
afterAll(async () => {
  await host.close();
  await mock.stop();
});

const HELLO = [{ role: 'user' as const, content: 'hello' }];
const TEXT = 'Good morning from somebody else';

test('chat, plain and streamed', async () => {
  const plain = await openai.chat.completions.create({ model: 'gpt-4o', messages: HELLO }).withResponse();
  expect(plain.data.choices[0]?.message.content).toBe(TEXT);
  const options = { stream: true, stream_options: { include_usage: true } } as const;
  const streamed = await openai.chat.completions
    .create({ model: 'gpt-4o', messages: HELLO, ...options })
    .withResponse();
  let text = '';
  for await (const chunk of streamed.data) text += chunk.choices[0]?.delta.content ?? '';
  expect(text).toBe(TEXT);
  for (const [stream, { response }] of [[false, plain] as const, [true, streamed] as const]) {
    // 200 x 2.50 + 30 x 10 = 800 USD per million
    expect(await host.record(response.headers.get('helicone-id'))).toMatchObject({
      stream,
      outcome: 'success',
      response_model: 'gpt-4o',
      prompt_tokens: 200,
      completion_tokens: 30,
      cost_usd: 0.0008,
      response_body: { choices: [{ message: { content: TEXT } }] },
    });
  }
});

test('a tool call', async () => {
  const answer = await openai.chat.completions.create({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'the weather?' }],
    tools: [{ type: 'function', function: { name: 'get_weather' } }],
  });
  expect(answer.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { arguments: '{"city":"Lisbon"}' } });
});

test('Responses, plain and streamed', async () => {
  const plain = await openai.responses.create({ model: 'gpt-4o', input: 'hello' }).withResponse();
  expect(plain.data.output_text).toBe(TEXT);
  const streamed = await openai.responses.create({ model: 'gpt-4o', input: 'hello', stream: true }).withResponse();
  const types: string[] = [];
  for await (const event of streamed.data) types.push(event.type);
  expect(types.at(-1)).toBe('response.completed');
  for (const { response } of [plain, streamed]) {
    expect(await host.record(response.headers.get('helicone-id'))).toMatchObject({
      outcome: 'success',
      prompt_tokens: 200,
      completion_tokens: 30,
      cost_usd: 0.0008,
    });
  }
});

test('messages, plain and streamed', async () => {
  const asked = { model: 'claude-haiku-4-5', max_tokens: 100, messages: HELLO };
  const plain = await anthropic.messages.create(asked).withResponse();
  expect(plain.data.content).toMatchObject([{ type: 'text', text: TEXT }]);
  const streamed = await anthropic.messages.create({ ...asked, stream: true }).withResponse();
  const types: string[] = [];
  for await (const event of streamed.data) types.push(event.type);
  expect(types.at(-1)).toBe('message_stop');
  for (const [stream, { response }] of [[false, plain] as const, [true, streamed] as const]) {
    // 200 x 1 + 30 x 5 = 350 USD per million
    expect(await host.record(response.headers.get('helicone-id'))).toMatchObject({
      stream,
      response_model: 'claude-haiku-4-5',
      prompt_tokens: 200,
      completion_tokens: 30,
      cost_usd: 0.00035,
    });
  }
});

test('embeddings', async () => {
  const answer = await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'hello' });
  expect(answer.data[0]?.embedding).toEqual([0.5, 0.25]);
});

test('an error that it was told to give', async () => {
  mock.nextRequestError(429, { message: 'Slow down', type: 'rate_limit_error' });
  const error: unknown = await openai.chat.completions.create({ model: 'gpt-4o', messages: HELLO }).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OpenAI.RateLimitError);
  expect(error).toMatchObject({ message: expect.stringContaining('Slow down') });
  mock.nextRequestError(529, { message: 'Overloaded', type: 'overloaded_error' });
  const asked = { model: 'claude-haiku-4-5', max_tokens: 100, messages: HELLO };
  await expect(anthropic.messages.create(asked)).rejects.toBeInstanceOf(Anthropic.InternalServerError);
});
