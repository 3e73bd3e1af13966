// Helicone's own manual logger, the published package, pointed at the intake. The rows are what is checked.
import { HeliconeManualLogger } from '@helicone/helpers';
import type { CallRecord } from '@helicone-proxy/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const started = startedHere();

// The logger tells its troubles to the console, and only there.
const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
afterEach(() => {
  complaints.mockClear();
});

const ASKED = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };
const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};
const CHUNKS = [
  {
    id: 'c',
    object: 'chat.completion.chunk',
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }],
  },
  {
    id: 'c',
    object: 'chat.completion.chunk',
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, delta: { content: '.' }, finish_reason: 'stop' }],
  },
  {
    id: 'c',
    object: 'chat.completion.chunk',
    model: 'gpt-4o-mini-2024-07-18',
    choices: [],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  },
];
/** What both ways of answering come to. */
const READ = {
  model: 'gpt-4o-mini-2024-07-18',
  request_model: 'gpt-4o-mini',
  response_model: 'gpt-4o-mini-2024-07-18',
  response_status: 200,
  outcome: 'success',
  error: null,
  finish_reason: 'stop',
  prompt_tokens: 3,
  completion_tokens: 2,
  usage_source: 'provider',
  truncated: false,
};

interface Setup {
  rig: ProxyRig;
  logger: HeliconeManualLogger;
  /** The one record that there is. */
  record(): Promise<CallRecord>;
}

async function start(headers?: Record<string, string>): Promise<Setup> {
  const rig = await started.rig({ auth: { keys: { 'pk-log': {} } } });
  const logger = new HeliconeManualLogger({
    apiKey: 'pk-log',
    loggingEndpoint: `${rig.url}/api/custom/v1/log`,
    ...(headers === undefined ? {} : { headers }),
  });
  return {
    rig,
    logger,
    async record() {
      const records = await rig.records();
      expect(complaints.mock.calls).toEqual([]);
      expect(records).toHaveLength(1);
      return records[0] as CallRecord;
    },
  };
}

function bytesStream(texts: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return ReadableStream.from(texts.map((text) => encoder.encode(text)));
}

const SSE = [...CHUNKS.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), 'data: [DONE]\n\n'];

describe('logRequest', () => {
  test.each([
    { provider: undefined, named: 'custom', cost: null },
    // 3 x 0.15 + 2 x 0.60 = 1.65 USD per million
    { provider: 'openai' as const, named: 'openai', cost: 0.00000165 },
  ])('a chat, provider $provider', async ({ provider, named, cost }) => {
    const { logger, record } = await start();
    const result = await logger.logRequest(
      ASKED,
      async (recorder) => {
        recorder.appendResults(ANSWER);
        return 'mine';
      },
      { 'Helicone-User-Id': 'ada', 'Helicone-Property-Feature': 'chat', 'Helicone-Session-Id': 's-1' },
      provider as never,
    );
    expect(result).toBe('mine');
    expect(await record()).toMatchObject({
      ...READ,
      provider: named,
      cost_usd: cost,
      stream: false,
      time_to_first_token: null,
      request_path: 'custom-model-nopath',
      target_url: '',
      request_user_id: 'ada',
      properties: { feature: 'chat', 'helicone-session-id': 's-1' },
      request_body: ASKED,
      response_body: ANSWER,
    });
  });
});

async function drain(stream: unknown): Promise<void> {
  for await (const _chunk of stream as AsyncIterable<unknown>);
}

describe('streams', () => {
  test('logStream', async () => {
    const { logger, record } = await start();
    await logger.logStream(ASKED, async (recorder) => recorder.attachStream(bytesStream(SSE)));
    const found = await record();
    expect(found).toMatchObject({ ...READ, stream: true });
    expect(found.response_body).toMatchObject({ choices: [{ message: { content: 'Hi.' } }] });
  });

  test('logSingleStream', async () => {
    const { logger, record } = await start();
    await logger.logSingleStream(ASKED, bytesStream(SSE), { 'Helicone-Property-Way': 'single' });
    const found = await record();
    expect(found).toMatchObject({ ...READ, stream: true, properties: { way: 'single' } });
    // Its clock has whole milliseconds: what they leave of a quick first token is no time.
    expect(found.time_to_first_token ?? 1).toBeGreaterThan(0);
  });

  test('logBuilder: chunks one a line', async () => {
    const { logger, record } = await start();
    const builder = logger.logBuilder({ ...ASKED, stream: true }, { 'Helicone-User-Id': 'ada' });
    await drain(builder.toReadableStream(ReadableStream.from(CHUNKS) as never));
    builder.addAdditionalHeaders({ 'Helicone-Property-Way': 'builder' });
    await builder.sendLog();
    const found = await record();
    expect(found).toMatchObject({ ...READ, stream: true, request_user_id: 'ada', properties: { way: 'builder' } });
    expect(found.response_body).toMatchObject({ choices: [{ message: { content: 'Hi.' } }] });
  });

  test('logBuilder: a stream that breaks', async () => {
    const { logger, record } = await start();
    const builder = logger.logBuilder({ ...ASKED, stream: true });
    const broken = async function* () {
      yield CHUNKS[0];
      throw new Error('socket hang up');
    };
    await expect(drain(builder.toReadableStream(broken() as never))).rejects.toThrow('socket hang up');
    await builder.sendLog();
    const found = await record();
    expect(found).toMatchObject({ response_status: 500, outcome: 'upstream_error', error: 'Error: socket hang up' });
    expect(found.response_body).toContain(JSON.stringify(CHUNKS[0]));
  });

  test('logBuilder: a stream that its reader leaves', async () => {
    const { logger, record } = await start();
    const builder = logger.logBuilder({ ...ASKED, stream: true });
    const reader = builder.toReadableStream(ReadableStream.from(CHUNKS) as never).getReader();
    await reader.read();
    await reader.cancel();
    await builder.sendLog();
    expect(await record()).toMatchObject({
      response_status: -3,
      outcome: 'client_closed',
      error: 'client_closed',
      stream: true,
    });
  });
});

describe('what is no stream', () => {
  test('logSingleRequest: text, and how long it took', async () => {
    const { logger, record } = await start();
    await logger.logSingleRequest(ASKED, JSON.stringify(ANSWER), { latencyMs: 1234 });
    expect(await record()).toMatchObject({ ...READ, stream: false, delay_ms: 1234, response_body: ANSWER });
  });

  test('logBuilder: a response, then an error', async () => {
    const { logger, record } = await start();
    const builder = logger.logBuilder(ASKED);
    builder.setResponse('half an ans');
    builder.setError(new Error('it broke'));
    await builder.sendLog();
    const found = await record();
    expect(found).toMatchObject({
      response_status: 500,
      outcome: 'upstream_error',
      error: 'Error: it broke',
      usage_source: 'none',
    });
    expect(found.response_body).toMatch(/\n\nhalf an ans$/);
  });

  test('a tool', async () => {
    const { logger, record } = await start();
    await logger.logRequest({ _type: 'tool', toolName: 'weather', input: { city: 'Ulm' } }, async (recorder) => {
      recorder.appendResults({ temperature: 7 });
    });
    expect(await record()).toMatchObject({
      model: 'tool:weather',
      request_body: { _type: 'tool', toolName: 'weather', input: { city: 'Ulm' } },
      response_body: { _type: 'tool', toolName: 'weather', temperature: 7 },
      usage_source: 'none',
      cost_usd: null,
    });
  });

  test('a vector search', async () => {
    const { logger, record } = await start();
    await logger.logRequest({ _type: 'vector_db', operation: 'search', text: 'x', topK: 3 }, async (recorder) => {
      recorder.appendResults({ status: 'success' });
    });
    expect(await record()).toMatchObject({
      model: 'vector_db',
      response_body: { _type: 'vector_db', status: 'success' },
    });
  });

  test('an event', async () => {
    const { logger, record } = await start();
    await logger.logRequest({ _type: 'data', name: 'etl', meta: { rows: 3 } }, async (recorder) => {
      recorder.appendResults({ ok: true });
    });
    expect(await record()).toMatchObject({
      model: 'data:etl',
      response_body: { _type: 'data', name: 'etl', ok: true },
    });
  });

  test('headers of the logger itself', async () => {
    const { logger, record } = await start({ 'Helicone-Property-App': 'door', 'Helicone-User-Id': 'all' });
    await logger.logRequest(ASKED, async (recorder) => recorder.appendResults(ANSWER), { 'Helicone-User-Id': 'one' });
    expect(await record()).toMatchObject({ request_user_id: 'one', properties: { app: 'door' } });
  });
});

describe('providers', () => {
  test.each([
    [
      'ANTHROPIC',
      'anthropic',
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-20250514',
        content: [],
        stop_reason: 'end_turn',
        usage: { input_tokens: 10, output_tokens: 5 },
      },
      0.000105,
    ],
    [
      'GOOGLE',
      'google',
      {
        candidates: [{ content: { parts: [{ text: 'Hi.' }] }, finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5 },
        modelVersion: 'gemini-2.0-flash',
      },
      0.000003,
    ],
  ])('%s goes by its own route', async (provider, named, answer, cost) => {
    const { logger, record } = await start();
    await logger.logRequest(ASKED, async (recorder) => recorder.appendResults(answer), {}, provider as never);
    // 10 x 3 + 5 x 15, and 10 x 0.10 + 5 x 0.40, USD per million
    expect(await record()).toMatchObject({ provider: named, prompt_tokens: 10, completion_tokens: 5, cost_usd: cost });
  });
});

test('a log that is refused is an error for the logger', async () => {
  const { rig, logger } = await start();
  await logger.sendLog(ASKED, ANSWER, { startTime: Date.now(), endTime: Date.now() - 10_000 });
  expect(complaints.mock.calls).toEqual([['Error making request to Helicone log endpoint:', 'Bad Request']]);
  expect(await rig.records()).toEqual([]);
});
