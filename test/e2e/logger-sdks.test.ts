// Every SDK version that is supported, against a provider that is told when to say what.
import Anthropic from '@anthropic-ai/sdk';
import type { CallRecord } from '@helicone-proxy/core';
import { ANSWERS, type Answer, createGate, type Exchange, type Script } from '@helicone-proxy/testkit';
import Anthropic0 from 'anthropic-sdk-0';
import OpenAI from 'openai';
import OpenAI4 from 'openai4';
import OpenAI6 from 'openai6';
import { describe, expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { type LoggerRig, startLoggerRig } from './logger-rig.js';
import { rejection } from './rejection.js';

const started = startedHere();

const CHAT = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };
const MESSAGE = { ...CHAT, model: 'claude-test', max_tokens: 100 };

const answer =
  ({ headers, events, body }: Answer): Script =>
  (exchange) =>
    exchange.respond({ headers }, events.length > 0 ? events : [body]);

/** Answers in turn, then with the last one for ever. */
function inTurn(...scripts: Script[]): Script {
  let turn = 0;
  return (exchange) => scripts[Math.min(turn++, scripts.length - 1)]?.(exchange);
}

interface Sdk {
  name: string;
  openAI?: unknown;
  anthropic?: unknown;
  plain: Answer;
  streamed: Answer;
  /** Calls; what an SDK gives has the same methods in all of them. */
  call(rig: LoggerRig, options?: CallOptions): SdkPromise;
}

interface CallOptions {
  stream?: boolean;
  signal?: AbortSignal;
  maxRetries?: number;
}

interface SdkPromise extends Promise<unknown> {
  asResponse(): Promise<Response>;
  withResponse(): Promise<{ data: unknown; response: Response }>;
}

function openaiSdk(name: string, Client: typeof OpenAI): Sdk {
  return {
    name,
    openAI: Client,
    plain: ANSWERS.chat,
    streamed: ANSWERS.chatStream,
    call({ provider }, { stream = false, ...options } = {}) {
      const client = new Client({ apiKey: 'sk-test', baseURL: `${provider.origin}/v1`, maxRetries: 0 });
      return client.chat.completions.create({ ...CHAT, stream }, options) as unknown as SdkPromise;
    },
  };
}

function anthropicSdk(name: string, Client: typeof Anthropic): Sdk {
  return {
    name,
    anthropic: Client,
    plain: ANSWERS.messages,
    streamed: ANSWERS.messagesStream,
    call({ provider }, { stream = false, ...options } = {}) {
      const client = new Client({ apiKey: 'sk-ant-test', baseURL: provider.origin, maxRetries: 0 });
      return client.messages.create({ ...MESSAGE, stream }, options) as unknown as SdkPromise;
    },
  };
}

const SDKS = [
  openaiSdk('openai 7', OpenAI),
  openaiSdk('openai 6', OpenAI6 as unknown as typeof OpenAI),
  openaiSdk('openai 4', OpenAI4 as unknown as typeof OpenAI),
  anthropicSdk('@anthropic-ai/sdk 1', Anthropic),
  anthropicSdk('@anthropic-ai/sdk 0.60', Anthropic0 as unknown as typeof Anthropic),
];

const DESCRIBED = { userId: 'user-123', properties: { feature: 'chat' } };

async function onlyRecord(rig: LoggerRig): Promise<CallRecord> {
  const records = await rig.records();
  expect(rig.errors).toEqual([]);
  expect(records).toHaveLength(1);
  return records[0] as CallRecord;
}

async function read(stream: unknown): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream as AsyncIterable<unknown>) chunks.push(chunk);
  return chunks;
}

/** An answer whose head and first event are sent; the rest comes when the gate opens, or never. */
function cutShort({ headers, events }: Answer, rest = createGate()): Script {
  return async (exchange: Exchange) => {
    await exchange.head({ headers });
    for (const event of events.slice(0, 3)) await exchange.write(event);
    await rest.opened;
    for (const event of events.slice(3)) await exchange.write(event);
    await exchange.end();
  };
}

describe.each(SDKS)('$name', (sdk) => {
  const start = (script: Script) =>
    startLoggerRig(started, { sdks: { openAI: sdk.openAI, anthropic: sdk.anthropic }, script });

  test('a call and what log says of it are one record', async () => {
    const rig = await start(answer(sdk.plain));
    const response = await sdk.call(rig);
    const { requestId } = await rig.logger.log(response, DESCRIBED);
    const record = await onlyRecord(rig);
    expect(record).toMatchObject({
      request_id: requestId,
      request_user_id: 'user-123',
      properties: { feature: 'chat' },
      response_status: 200,
      outcome: 'success',
      model: sdk.plain.model,
      ...sdk.plain.tokens,
      request_body: { messages: [{ role: 'user', content: 'hi' }] },
      response_body: JSON.parse(sdk.plain.body.toString()),
    });
  });

  test('what log says when the record is long sent is there, too', async () => {
    const rig = await start(answer(sdk.plain));
    const response = await sdk.call(rig);
    await rig.logger.flush();
    await rig.logger.log(response, { properties: { feature: 'chat', Late: 7 }, sessionId: 's-1' });
    const record = await onlyRecord(rig);
    expect(record.properties).toMatchObject({ feature: 'chat', late: '7', 'helicone-session-id': 's-1' });
  });

  test('of a streamed call every chunk comes, and the record has the whole answer', async () => {
    const rig = await start(answer(sdk.streamed));
    const stream = await sdk.call(rig, { stream: true });
    await rig.logger.log(stream, DESCRIBED);
    const chunks = await read(stream);
    expect(chunks.length).toBeGreaterThan(3);
    const record = await onlyRecord(rig);
    expect(record).toMatchObject({
      request_user_id: 'user-123',
      stream: true,
      truncated: false,
      outcome: 'success',
      model: sdk.streamed.model,
      ...sdk.streamed.tokens,
    });
    expect(record.time_to_first_token).toBeGreaterThan(0);
    expect(record.time_to_first_token).toBeLessThanOrEqual(record.delay_ms);
  });

  test('withResponse and asResponse give a real response, and the record', async () => {
    const rig = await start(answer(sdk.plain));
    const { data, response } = await sdk.call(rig).withResponse();
    expect(response.url).toContain(rig.provider.origin);
    await rig.logger.log(data, { userId: 'with' });
    const raw = await sdk.call(rig).asResponse();
    expect(await raw.json()).toEqual(JSON.parse(sdk.plain.body.toString()));
    await rig.logger.log(raw, { userId: 'as' });
    const records = await rig.records();
    expect(records.map(({ request_user_id }) => request_user_id)).toEqual(['with', 'as']);
    expect(records.map(({ response_body }) => response_body)).toEqual([data, data]);
  });

  test('whoever leaves a stream early is recorded so, with what had come', async () => {
    const rig = await start(cutShort(sdk.streamed));
    const stream = (await sdk.call(rig, { stream: true })) as AsyncIterable<unknown>;
    for await (const _ of stream) break;
    const record = await onlyRecord(rig);
    expect(record).toMatchObject({ response_status: -3, outcome: 'client_closed', stream: true });
    expect(record.response_body).not.toBeNull();
    await rig.provider.connectionOf(await rig.provider.request(0)).closed;
  });

  test('an abort before the answer is recorded so', async () => {
    const rig = await start(() => {});
    const abort = new AbortController();
    const call = rejection(sdk.call(rig, { signal: abort.signal }));
    await rig.provider.request(0);
    abort.abort();
    expect((await call)?.constructor.name).toBe('APIUserAbortError');
    expect(await onlyRecord(rig)).toMatchObject({ response_status: -3, outcome: 'client_closed' });
  });

  test('each try of the SDK is a record, with what the provider said', async () => {
    const limited = JSON.stringify({ error: { type: 'rate_limit', message: 'Slow down.' } });
    const rig = await start(
      inTurn(
        (exchange) =>
          exchange.respond(
            {
              status: 429,
              headers: [
                ['content-type', 'application/json'],
                ['retry-after-ms', '5'],
              ],
              framing: 'length',
            },
            [limited],
          ),
        answer(sdk.plain),
      ),
    );
    const response = await sdk.call(rig, { maxRetries: 1 });
    await rig.logger.log(response, DESCRIBED);
    const records = await rig.records();
    expect(records.map(({ response_status }) => response_status)).toEqual([429, 200]);
    expect(records[0]).toMatchObject({ outcome: 'upstream_error', response_body: JSON.parse(limited) });
    expect(records.map(({ request_user_id }) => request_user_id)).toEqual([null, 'user-123']);
  });

  test('no answer, and an answer that breaks', async () => {
    const rig = await start(inTurn((exchange) => exchange.reset(), cutThere(sdk.streamed)));
    await rejection(sdk.call(rig));
    await rejection(sdk.call(rig, { stream: true }).then(read));
    const records = await rig.records();
    expect(records[0]).toMatchObject({ response_status: 502, outcome: 'upstream_error' });
    expect(records[1]).toMatchObject({ response_status: 200, outcome: 'truncated', truncated: true, stream: true });
  });

  test('close waits for an answer that is being read, and not for one that nobody reads', async () => {
    const { headers, events } = sdk.streamed;
    const gate = createGate();
    const rig = await start(
      inTurn(answer(sdk.plain), (exchange) =>
        exchange.respond({ headers }, [...events.slice(0, 3), gate.opened, ...events.slice(3)]),
      ),
    );
    const unread = await sdk.call(rig).asResponse();
    const stream = (await sdk.call(rig, { stream: true })) as AsyncIterable<unknown>;
    const reading = stream[Symbol.asyncIterator]();
    await reading.next();
    const closed = rig.logger.close();
    gate.open();
    for (let next = await reading.next(); next.done !== true; ) next = await reading.next();
    await closed;
    const records = await rig.records();
    expect(records.map(({ response_status, outcome }) => [response_status, outcome])).toEqual([
      [200, 'success'],
      [200, 'success'],
    ]);
    expect(records[1]).toMatchObject({ stream: true, truncated: false, finish_reason: expect.any(String) });
    await unread.text();
  });

  test('after close nothing is recorded, and the SDK is as it was', async () => {
    const { prototype } = (sdk.openAI ?? sdk.anthropic) as { prototype: Record<string, unknown> };
    const methods = () => [prototype.fetchWithTimeout, prototype.request, prototype.responsePromise];
    const before = methods();
    const rig = await start(answer(sdk.plain));
    expect(methods()).not.toEqual(before);
    await rig.logger.close();
    expect(methods()).toEqual(before);
    await sdk.call(rig);
    expect(await rig.records()).toEqual([]);
  });
});

function cutThere({ headers, events }: Answer): Script {
  return async (exchange) => {
    await exchange.head({ headers });
    for (const event of events.slice(0, 3)) await exchange.write(event);
    exchange.reset();
  };
}
