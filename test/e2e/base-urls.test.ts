import Anthropic from '@anthropic-ai/sdk';
import { type StandIn, startStandIn } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExpressHost, startExpressHost } from './express-host.js';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn({ firstByteMs: 0, eventMs: 0 });
});
afterAll(() => standIn.close());

/** Helicone's documented addresses, and what they become here: only the host and its prefix change. */
describe.each([
  { mountAt: undefined, prefix: '/helicone' },
  { mountAt: '/internal/llm', prefix: '/internal/llm' },
])('mounted at $mountAt', ({ mountAt, prefix }) => {
  let host: ExpressHost;
  beforeAll(async () => {
    const place = { baseUrl: standIn.url };
    host = await startExpressHost({
      mountAt,
      providers: { openai: place, anthropic: place, ollama: place, groq: { baseUrl: `${standIn.url}/` } },
      targets: { allow: [standIn.url], privateNetworks: true },
    });
  });
  afterAll(() => host.close());

  test.each([
    ['https://oai.helicone.ai/v1', '/openai/v1', 'openai'],
    ['the same, by its short name', '/oai/v1', 'openai'],
    ['with a slash at its end', '/openai/v1/', 'openai'],
    ['a provider of one’s own that speaks like OpenAI', '/ollama/v1', 'ollama'],
    ['a base URL with a slash at its end', '/groq/v1', 'groq'],
  ])('OpenAI, %s', async (_title, path, provider) => {
    const baseURL = `${host.url}${prefix}${path}`;
    const openai = new OpenAI({ baseURL, apiKey: 'sk-test', maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'hi' }];
    const { data, response } = await openai.chat.completions.create({ model: 'gpt-4o', messages }).withResponse();
    expect(data.choices[0]?.message.content).toBe('You said: hi');
    expect(standIn.requests.at(-1)?.url).toBe('/v1/chat/completions');
    const record = await host.record(response.headers.get('helicone-id'));
    expect(record).toMatchObject({ provider, model: 'gpt-4o', prompt_tokens: 1, completion_tokens: 3 });
  });

  test.each([
    ['https://anthropic.helicone.ai', '/anthropic'],
    ['with a slash at its end', '/anthropic/'],
  ])('Anthropic, %s', async (_title, path) => {
    const anthropic = new Anthropic({ baseURL: `${host.url}${prefix}${path}`, apiKey: 'sk-ant-test', maxRetries: 0 });
    const asked = { model: 'claude-haiku-4-5', max_tokens: 9, messages: [{ role: 'user' as const, content: 'hi' }] };
    const { data, response } = await anthropic.messages.create(asked).withResponse();
    expect(data.content).toMatchObject([{ text: 'You said: hi' }]);
    expect(await host.record(response.headers.get('helicone-id'))).toMatchObject({ provider: 'anthropic' });
  });

  test('https://gateway.helicone.ai with Helicone-Target-Url', async () => {
    const openai = new OpenAI({
      baseURL: `${host.url}${prefix}/gateway/v1`,
      apiKey: 'sk-test',
      maxRetries: 0,
      defaultHeaders: { 'Helicone-Target-Url': standIn.url },
    });
    const messages = [{ role: 'user' as const, content: 'hi' }];
    const answer = await openai.chat.completions.create({ model: 'gpt-4o', messages });
    expect(answer.choices[0]?.message.content).toBe('You said: hi');
  });

  test('a query goes on with the call', async () => {
    const openai = new OpenAI({
      baseURL: `${host.url}${prefix}/openai/v1`,
      apiKey: 'sk-test',
      maxRetries: 0,
      defaultQuery: { 'api-version': '2026-01-01' },
    });
    await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'hi' });
    expect(standIn.requests.at(-1)?.url).toBe('/v1/embeddings?api-version=2026-01-01');
  });
});
