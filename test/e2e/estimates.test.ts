// Usage that the answer does not tell, through real sockets with the providers' own clients.
import { createGate, type Script, type ScriptedProvider, startScriptedProvider } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChild } from '../rig/child.js';
import { loadLibraryTokens } from '../rig/library-tokens.js';
import { startedHere } from '../rig/started.js';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { settledAt } from './limited-calls.js';
import { rejection } from './rejection.js';

const { rig } = startedHere();
/** What OpenAI's own tokenizer counts. */
let tokens: (text: string) => number;

const sse = { headers: [['content-type', 'text/event-stream']] as const };
const json = { headers: [['content-type', 'application/json']] as const };
const data = (value: object | string): string =>
  `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
const named = (type: string, more: object = {}): string => `event: ${type}\n${data({ type, ...more })}`;

const ENGLISH = [
  'The harbour was quiet when the last ferry left. ',
  'Two gulls argued over a piece of bread, and the keeper — who had seen it all before — didn’t look up. ',
  '“It’ll rain by 7:45,” she said, counting 1,234 crates for the third time.\n\n',
];
const STORY = Array.from({ length: 20 }, () => ENGLISH).flat();

let scripted: ScriptedProvider;
let host: ExpressHost;
beforeAll(async () => {
  tokens = loadLibraryTokens();
  scripted = await startScriptedProvider(() => {});
  const place = { baseUrl: scripted.origin };
  host = await startExpressHost({ providers: { openai: place, anthropic: place } });
});
afterAll(async () => {
  await host.close();
  await scripted.close();
});

/** What the providers do next. */
function answering(script: Script): void {
  scripted.script = script;
}

describe('chat', () => {
  const chunk = (delta: object, finish: string | null = null): string =>
    data({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'gpt-4o-mini',
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  const HEAD = chunk({ role: 'assistant', content: '' });
  const asked = [
    { role: 'system' as const, content: 'You tell stories.' },
    { role: 'user' as const, content: 'Tell me one about a harbour, please.' },
  ];
  // Three around each message, three before the answer.
  const input = (): number => 3 + asked.reduce((sum, { role, content }) => sum + 3 + tokens(role) + tokens(content), 0);

  test('a stream without include_usage is estimated, within a hundredth of what is true', async () => {
    answering((exchange) =>
      exchange.respond(sse, [HEAD, ...STORY.map((content) => chunk({ content })), chunk({}, 'stop'), data('[DONE]')]),
    );
    const { data: stream, response } = await host
      .openai()
      .chat.completions.create({ model: 'gpt-4o-mini', messages: asked, stream: true })
      .withResponse();
    let text = '';
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    const record = await host.record(response.headers.get('helicone-id'));
    expect(record).toMatchObject({
      outcome: 'success',
      usage_source: 'estimated',
      prompt_tokens: input(),
      reasoning_tokens: null,
      prompt_cache_read_tokens: null,
      price_source: 'genai-prices',
    });
    expect(Math.abs((record.completion_tokens as number) / tokens(text) - 1)).toBeLessThan(0.01);
    // 0.15 and 0.60 USD per million
    const usd = (0.15 * input() + 0.6 * (record.completion_tokens as number)) / 1e6;
    expect(record.cost_usd).toBeCloseTo(usd, 9);
  });

  test('short answers exactly: text, a refusal, a tool call', async () => {
    const call = { index: 0, id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{"city":' } };
    const more = { index: 0, function: { arguments: '"Ulm"}' } };
    answering((exchange) =>
      exchange.respond(sse, [
        HEAD,
        chunk({ content: 'One moment.' }),
        chunk({ tool_calls: [call] }),
        chunk({ tool_calls: [more] }),
        chunk({}, 'tool_calls'),
        data('[DONE]'),
      ]),
    );
    const { data: stream, response } = await host
      .openai()
      .chat.completions.create({ model: 'gpt-4o-mini', messages: asked, stream: true })
      .withResponse();
    for await (const _ of stream);
    const parts = ['One moment.', 'get_weather', '{"city":"Ulm"}'];
    expect(await host.record(response.headers.get('helicone-id'))).toMatchObject({
      prompt_tokens: input(),
      completion_tokens: parts.reduce((sum, part) => sum + tokens(part), 0),
      usage_source: 'estimated',
    });
  });

  test('a client that leaves is charged what had arrived', async () => {
    const never = createGate();
    answering((exchange) =>
      exchange.respond(sse, [HEAD, ...ENGLISH.map((content) => chunk({ content })), never.opened]),
    );
    const { data: stream, response } = await host
      .openai()
      .chat.completions.create({ model: 'gpt-4o-mini', messages: asked, stream: true })
      .withResponse();
    let chunks = 0;
    for await (const _ of stream) {
      chunks += 1;
      if (chunks === 1 + ENGLISH.length) break;
    }
    expect(await host.record(response.headers.get('helicone-id'))).toMatchObject({
      outcome: 'client_closed',
      truncated: true,
      usage_source: 'estimated',
      prompt_tokens: input(),
      completion_tokens: tokens(ENGLISH.join('')),
    });
  });

  test('a client that leaves before the first token: the output is not known, and the cost neither', async () => {
    const never = createGate();
    answering((exchange) => exchange.respond(sse, [HEAD, never.opened]));
    const { data: stream, response } = await host
      .openai()
      .chat.completions.create({ model: 'gpt-4o-mini', messages: asked, stream: true })
      .withResponse();
    for await (const _ of stream) break;
    expect(await host.record(response.headers.get('helicone-id'))).toMatchObject({
      outcome: 'client_closed',
      usage_source: 'estimated',
      prompt_tokens: input(),
      completion_tokens: null,
      cost_usd: null,
    });
  });

  test('a client that leaves before the answer begins: nothing is known', async () => {
    const arrived = createGate();
    answering((exchange) => {
      arrived.open();
      return exchange.respond(json, [new Promise(() => {})]);
    });
    const controller = new AbortController();
    const id = '0199d3c4-0000-7000-8000-000000000001';
    const failed = rejection(
      host
        .openai({ 'Helicone-Request-Id': id })
        .chat.completions.create({ model: 'gpt-4o-mini', messages: asked }, { signal: controller.signal }),
    );
    await arrived.opened;
    controller.abort();
    await failed;
    expect(await host.record(id)).toMatchObject({ outcome: 'client_closed', completion_tokens: null, cost_usd: null });
  });

  test('a document that the upstream cuts is a failed call: nothing is known', async () => {
    const whole = JSON.stringify({
      id: 'chatcmpl-1',
      model: 'gpt-4o-mini',
      choices: [{ index: 0, message: { role: 'assistant', content: ENGLISH.join('') }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    });
    const end = whole.indexOf('Two gulls');
    answering(async (exchange) => {
      await exchange.head(json);
      await exchange.write(Buffer.from(whole.slice(0, end)));
      exchange.cut();
    });
    const id = '0199d3c4-0000-7000-8000-000000000002';
    await rejection(
      host.openai({ 'Helicone-Request-Id': id }).chat.completions.create({ model: 'gpt-4o-mini', messages: asked }),
    );
    // Documents are handed on whole: the client got a 502.
    expect(await host.record(id)).toMatchObject({
      outcome: 'upstream_error',
      usage_source: 'none',
      prompt_tokens: null,
      completion_tokens: null,
      cost_usd: null,
    });
  });

  test('a failed call is not estimated, and a 0 that was told stays 0', async () => {
    answering((exchange) =>
      exchange.respond({ ...json, status: 500 }, [JSON.stringify({ error: { message: 'no', type: 'server_error' } })]),
    );
    const id = '0199d3c4-0000-7000-8000-000000000003';
    const call = (): Promise<unknown> =>
      host.openai({ 'Helicone-Request-Id': id }).chat.completions.create({ model: 'gpt-4o-mini', messages: asked });
    await rejection(call());
    expect(await host.record(id)).toMatchObject({
      outcome: 'upstream_error',
      usage_source: 'none',
      prompt_tokens: null,
      completion_tokens: null,
      cost_usd: null,
    });
    const zero = {
      model: 'gpt-4o-mini',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    };
    answering((exchange) => exchange.respond(json, [JSON.stringify(zero)]));
    await call();
    expect(await host.record(id)).toMatchObject({
      outcome: 'success',
      usage_source: 'provider',
      prompt_tokens: 0,
      completion_tokens: 0,
      cost_usd: 0,
    });
  });

  test('a request that is not kept: the output alone', async () => {
    answering((exchange) =>
      exchange.respond(sse, [HEAD, chunk({ content: 'Hi.' }), chunk({}, 'stop'), data('[DONE]')]),
    );
    const { data: stream, response } = await host
      .openai({ 'Helicone-Omit-Request': 'true' })
      .chat.completions.create({ model: 'gpt-4o-mini', messages: asked, stream: true })
      .withResponse();
    for await (const _ of stream);
    expect(await host.record(response.headers.get('helicone-id'))).toMatchObject({
      request_body: null,
      usage_source: 'estimated',
      prompt_tokens: null,
      completion_tokens: tokens('Hi.'),
      cost_usd: null,
    });
  });

  test('a hit of the cache used nothing', async () => {
    answering((exchange) =>
      exchange.respond(sse, [HEAD, chunk({ content: 'Hi.' }), chunk({}, 'stop'), data('[DONE]')]),
    );
    const client = host.openai({ 'Helicone-Cache-Enabled': 'true' });
    const call = async (): Promise<string | null> => {
      const { data: stream, response } = await client.chat.completions
        .create({ model: 'gpt-4o-mini', messages: asked, stream: true })
        .withResponse();
      for await (const _ of stream);
      return response.headers.get('helicone-id');
    };
    expect(await host.record(await call())).toMatchObject({ usage_source: 'estimated', prompt_tokens: input() });
    expect(await host.record(await call())).toMatchObject({
      usage_source: 'none',
      prompt_tokens: 0,
      completion_tokens: 0,
      cost_usd: 0,
    });
  });

  test('a limit of tokens settles to the estimate', async () => {
    const proxy = await rig(
      {},
      {
        script: (exchange) =>
          exchange.respond(sse, [
            HEAD,
            ...ENGLISH.map((content) => chunk({ content })),
            chunk({}, 'stop'),
            data('[DONE]'),
          ]),
      },
    );
    const policy = '100000;w=3600;u=tokens';
    await proxy.get('/openai/v1/chat/completions', {
      headers: { 'content-type': 'application/json', 'helicone-ratelimit-policy': policy },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: asked, stream: true, max_tokens: 5000 }),
    });
    await settledAt(proxy, policy, input() + tokens(ENGLISH.join('')));
  });
});

describe('messages', () => {
  const head = named('message_start', {
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-4-5',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 42, cache_read_input_tokens: 1000, cache_creation_input_tokens: 0, output_tokens: 1 },
    },
  });
  const begin = named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  const text = (words: string): string =>
    named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: words } });

  test('a client that leaves after some events: the input as told, the output as it arrived', async () => {
    const never = createGate();
    answering((exchange) => exchange.respond(sse, [head, begin, ...ENGLISH.map(text), never.opened]));
    const { data: stream, response } = await host
      .anthropic()
      .messages.create({
        model: 'claude-haiku-4-5',
        max_tokens: 1000,
        messages: [{ role: 'user', content: 'hello' }],
        stream: true,
      })
      .withResponse();
    let events = 0;
    for await (const _ of stream) {
      events += 1;
      if (events === 2 + ENGLISH.length) break;
    }
    const output = tokens(ENGLISH.join(''));
    const record = await host.record(response.headers.get('helicone-id'));
    expect(record).toMatchObject({
      outcome: 'client_closed',
      usage_source: 'estimated',
      prompt_tokens: 1042,
      prompt_cache_read_tokens: 1000,
      completion_tokens: output,
      reasoning_tokens: null,
    });
    // 42 x 1 + 1000 x 0.10 + output x 5 USD per million
    expect(record.cost_usd).toBeCloseTo((42 + 1000 * 0.1 + output * 5) / 1e6, 9);
  });

  test('an upstream that dies in the middle: the same', async () => {
    answering(async (exchange) => {
      await exchange.head(sse);
      for (const piece of [head, begin, ...ENGLISH.map(text)]) await exchange.write(Buffer.from(piece));
      exchange.cut();
    });
    const id = '0199d3c4-0000-7000-8000-000000000004';
    const stream = await host.anthropic({ 'Helicone-Request-Id': id }).messages.create({
      model: 'claude-haiku-4-5',
      max_tokens: 1000,
      messages: [{ role: 'user', content: 'hello' }],
      stream: true,
    });
    await rejection(
      (async () => {
        for await (const _ of stream);
      })(),
    );
    expect(await host.record(id)).toMatchObject({
      outcome: 'truncated',
      usage_source: 'estimated',
      prompt_tokens: 1042,
      completion_tokens: tokens(ENGLISH.join('')),
    });
  });
});

test('the thread that serves requests loads no tokenizer', async () => {
  const child = startChild(new URL('./estimating-child.ts', import.meta.url));
  const { record, ...loaded } = await child.message<{ record: unknown; byItself: string[]; withTheCheck: string[] }>(
    'record',
  );
  expect((await child.ended).code).toBe(0);
  expect(record).toMatchObject({ usage_source: 'estimated', prompt_tokens: 8, completion_tokens: 2 });
  expect(loaded).toEqual({ byItself: [], withTheCheck: ['js-tiktoken/ranks/o200k_base'] });
});
