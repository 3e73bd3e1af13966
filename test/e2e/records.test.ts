import type { CallRecord } from '@helicone-proxy/core';
import { type StandIn, startStandIn } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { rejection } from './rejection.js';

let standIn: StandIn;
let host: ExpressHost;
beforeAll(async () => {
  standIn = await startStandIn();
  const place = { baseUrl: standIn.url };
  host = await startExpressHost({ providers: { openai: place, anthropic: place } });
});
afterAll(async () => {
  await host.close();
  await standIn.close();
});

const CONTEXT = {
  'Helicone-User-Id': 'ada@example.com',
  'Helicone-Property-Feature': 'Search Box',
  'Helicone-Property-TIER': 'gold',
  'Helicone-Session-Id': 'session-7',
  'Helicone-Session-Path': '/plan/search',
  'Helicone-Session-Name': 'Planning',
  'Helicone-Prompt-Id': 'greeting',
};
/** Two words, so two tokens in; "You said: hello there" is four tokens out. */
const MESSAGES = [{ role: 'user' as const, content: 'hello there' }];
const CHAT = { model: 'gpt-4o-mini', messages: MESSAGES };
const MESSAGE = { model: 'claude-haiku-4-5', max_tokens: 100, messages: MESSAGES };
const FUNCTION = {
  type: 'function' as const,
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};

/** Makes one call and reads its record. */
async function recorded(send: (id: string) => Promise<unknown>): Promise<CallRecord> {
  const id = crypto.randomUUID();
  await send(id);
  return host.record(id);
}
const asked = (id: string): { headers: Record<string, string> } => ({
  headers: { ...CONTEXT, 'Helicone-Request-Id': id },
});
async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

describe('what every record says', () => {
  test('a plain call', async () => {
    const record = await recorded((id) => host.openai().chat.completions.create(CHAT, asked(id)));
    expect(record).toMatchObject({
      tenant: 'default',
      provider: 'openai',
      model: 'gpt-4o-mini',
      request_model: 'gpt-4o-mini',
      response_model: 'gpt-4o-mini',
      request_path: '/v1/chat/completions',
      request_method: 'POST',
      response_status: 200,
      outcome: 'success',
      error: null,
      stream: false,
      truncated: false,
      finish_reason: 'stop',
      time_to_first_token: null,
      usage_source: 'provider',
      price_source: 'genai-prices',
      request_body: CHAT,
      response_body: { choices: [{ message: { content: 'You said: hello there' } }] },
    });
    expect(record.id).not.toBe(record.request_id);
    expect(record.delay_ms).toBeGreaterThanOrEqual(20);
    expect(record.attempts).toMatchObject([{ provider: 'openai', target: standIn.url, status: 200 }]);
  });

  test('user, properties, session and prompt, with names in lower case and values as they came', async () => {
    const record = await recorded((id) => host.anthropic().messages.create(MESSAGE, asked(id)));
    expect(record.request_user_id).toBe('ada@example.com');
    expect(record.prompt_id).toBe('greeting');
    expect(record.request_properties).toEqual(record.properties);
    expect(record.properties).toMatchObject({
      feature: 'Search Box',
      tier: 'gold',
      'helicone-session-id': 'session-7',
      'helicone-session-path': '/plan/search',
      'helicone-session-name': 'Planning',
    });
  });

  test('an upstream error: its status and message, no tokens, no cost', async () => {
    const record = await recorded((id) =>
      rejection(host.openai().chat.completions.create({ ...CHAT, model: 'error-429' }, asked(id))),
    );
    expect(record).toMatchObject({
      response_status: 429,
      outcome: 'upstream_error',
      error: 'The stand-in was asked for a 429.',
      model: 'error-429',
      usage_source: 'none',
      prompt_tokens: null,
      completion_tokens: null,
      cost_usd: null,
    });
  });

  test('bodies are left out on request, and the usage is read all the same', async () => {
    const headers = { 'Helicone-Omit-Request': 'true', 'Helicone-Omit-Response': 'true' };
    const record = await recorded((id) =>
      host.openai(headers).chat.completions.create(CHAT, { headers: { 'Helicone-Request-Id': id } }),
    );
    expect(record).toMatchObject({ request_body: null, response_body: null, prompt_tokens: 2, completion_tokens: 4 });
  });
});

describe('tokens and cost of each kind of call', () => {
  test.each<[string, (id: string) => Promise<unknown>, object]>([
    [
      'chat',
      (id) => host.openai().chat.completions.create(CHAT, asked(id)),
      // 2 x 0.15 + 4 x 0.60 = 2.7 USD per million
      { model: 'gpt-4o-mini', prompt_tokens: 2, completion_tokens: 4, total_tokens: 6, cost_usd: 0.0000027 },
    ],
    [
      'chat with a tool',
      (id) => host.openai().chat.completions.create({ ...CHAT, tools: [FUNCTION] }, asked(id)),
      // Four pieces of JSON: 2 x 0.15 + 4 x 0.60 = 2.7 USD per million
      { prompt_tokens: 2, completion_tokens: 4, cost_usd: 0.0000027, finish_reason: 'tool_calls' },
    ],
    [
      'Responses of a reasoning model',
      (id) => host.openai().responses.create({ model: 'o3', input: 'hello there' }, asked(id)),
      // 2 x 2 + (4 + 64) x 8 = 548 USD per million
      { model: 'o3', prompt_tokens: 2, completion_tokens: 68, reasoning_tokens: 64, cost_usd: 0.000548 },
    ],
    [
      'embeddings',
      (id) => host.openai().embeddings.create({ model: 'text-embedding-3-small', input: 'one two three' }, asked(id)),
      // 3 x 0.02 = 0.06 USD per million
      { model: 'text-embedding-3-small', prompt_tokens: 3, completion_tokens: 0, cost_usd: 0.00000006 },
    ],
    [
      'a message',
      (id) => host.anthropic().messages.create(MESSAGE, asked(id)),
      // 2 x 1 + 4 x 5 = 22 USD per million
      { provider: 'anthropic', prompt_tokens: 2, completion_tokens: 4, cost_usd: 0.000022, finish_reason: 'end_turn' },
    ],
  ])('%s', async (_title, send, expected) => {
    const record = await recorded(send);
    expect(record).toMatchObject({ stream: false, outcome: 'success', time_to_first_token: null, ...expected });
    expect(record).toMatchObject({ cost: record.cost_usd, costUSD: record.cost_usd });
  });

  test.each<[string, (id: string) => Promise<unknown>, object]>([
    [
      'chat with include_usage',
      async (id) =>
        drain(
          await host
            .openai()
            .chat.completions.create({ ...CHAT, stream: true, stream_options: { include_usage: true } }, asked(id)),
        ),
      { response_model: 'gpt-4o-mini', prompt_tokens: 2, completion_tokens: 4, cost_usd: 0.0000027 },
    ],
    [
      'chat without include_usage: what was not told is estimated',
      async (id) => drain(await host.openai().chat.completions.create({ ...CHAT, stream: true }, asked(id))),
      // 9 (3 around the message, `user`, `hello`, ` there`, 3 before the answer) x 0.15 + 5 x 0.60 = 4.35 USD per million
      {
        prompt_tokens: 9,
        completion_tokens: 5,
        reasoning_tokens: null,
        cost_usd: 0.00000435,
        usage_source: 'estimated',
        finish_reason: 'stop',
      },
    ],
    [
      'Responses',
      async (id) =>
        drain(await host.openai().responses.create({ model: 'o3', input: 'hello there', stream: true }, asked(id))),
      { response_model: 'o3', prompt_tokens: 2, completion_tokens: 68, reasoning_tokens: 64, cost_usd: 0.000548 },
    ],
    [
      'a message',
      async (id) => drain(await host.anthropic().messages.create({ ...MESSAGE, stream: true }, asked(id))),
      { response_model: 'claude-haiku-4-5', prompt_tokens: 2, completion_tokens: 4, cost_usd: 0.000022 },
    ],
  ])('streamed: %s', async (_title, send, expected) => {
    const record = await recorded(send);
    expect(record).toMatchObject({ stream: true, truncated: false, outcome: 'success', ...expected });
    expect(record.time_to_first_token).toBeGreaterThan(0);
    expect(record.time_to_first_token).toBeLessThan(record.delay_ms);
  });
});

test('a client that leaves in the middle of a stream leaves one record of what it got', async () => {
  let atGate = (): void => {};
  const held = new Promise<void>((resolve) => {
    atGate = resolve;
  });
  const never = new Promise<void>(() => {});
  const stuck = await startStandIn({
    firstByteMs: 0,
    beforeEvent(index) {
      if (index < 3) return undefined;
      atGate();
      return never;
    },
  });
  const leaving = await startExpressHost({ providers: { openai: { baseUrl: stuck.url } } });
  try {
    const { data, response } = await leaving
      .openai()
      .chat.completions.create({ ...CHAT, stream: true })
      .withResponse();
    for await (const chunk of data) if (chunk.choices[0]?.delta.content === 'said: ') break;
    await within(5_000, 'the provider holds its stream', held);
    // Leaving the loop made the SDK close its connection.
    const record = await leaving.record(response.headers.get('helicone-id'));
    expect(record).toMatchObject({ outcome: 'client_closed', response_status: -3, stream: true, truncated: true });
    expect(record.response_body).toMatchObject({ choices: [{ message: { content: 'You said: ' } }] });
    expect(await leaving.records()).toHaveLength(1);
  } finally {
    await leaving.close();
    await stuck.close();
  }
});
