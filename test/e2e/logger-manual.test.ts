// `HeliconeManualLogger` beside the one of @helicone/helpers, whose traps (reference, 13.45) it does not have.

import { HeliconeManualLogger as TheirLogger } from '@helicone/helpers';
import { HeliconeManualLogger } from '@helicone-proxy/logger';
import { createGate, type ScriptedProvider } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { within } from '../rig/until.js';
import { rejection } from './rejection.js';

const started = startedHere();
const HEADERS = { 'Helicone-Property-App': 'app' };
const REQUEST = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };
const TOOL = { _type: 'tool' as const, toolName: 'search', input: { query: 'x' } };

type Manual = HeliconeManualLogger | TheirLogger;

interface Posted {
  path: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
}

async function startServer(): Promise<{ server: ScriptedProvider; posted: (count: number) => Promise<Posted[]> }> {
  const server = await started.provider((exchange) => exchange.respond({ framing: 'length' }, ['ok']));
  const posted = async (count: number): Promise<Posted[]> => {
    await within(5000, `${count} logs arrive`, server.request(count - 1));
    await Promise.all(server.requests.map(({ ended }) => ended));
    return server.requests.map((request) => ({
      path: request.target,
      authorization: request.header('authorization'),
      body: JSON.parse(request.body.toString()),
    }));
  };
  return { server, posted };
}

function ours(loggingEndpoint: string): HeliconeManualLogger {
  const logger = new HeliconeManualLogger({ apiKey: 'sk-helicone-test', headers: HEADERS, loggingEndpoint });
  started.running.push(logger);
  return logger;
}

function textStream(chunks: readonly string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
}

async function* objects(count: number): AsyncGenerator<object> {
  for (let index = 0; index < count; index++) yield { index };
}

const CALLS: Record<string, (logger: Manual) => Promise<unknown>> = {
  logRequest: (logger) =>
    logger.logRequest(
      REQUEST,
      async (recorder) => {
        recorder.appendResults({ id: 'r', choices: [] });
        return 'result';
      },
      { 'Helicone-User-Id': 'ada' },
      'openai',
    ),
  'logRequest of a tool': (logger) =>
    logger.logRequest(TOOL, async (recorder) => recorder.appendResults({ found: 3 }), { 'Helicone-User-Id': 'ada' }),
  logSingleRequest: (logger) => logger.logSingleRequest(REQUEST, 'text body', { latencyMs: 50 }),
  logSingleStream: (logger) => logger.logSingleStream(REQUEST, textStream(['a', 'b']) as never),
  logStream: (logger) =>
    logger.logStream(REQUEST, async (recorder) => recorder.attachStream(textStream(['a', 'b']) as never)),
  sendLog: (logger) =>
    logger.sendLog(
      REQUEST,
      { answer: 1 },
      {
        startTime: 1_700_000_000_123,
        endTime: 1_700_000_001_456,
        status: 201,
        provider: 'ANTHROPIC',
        timeToFirstToken: 7,
      },
    ),
  'a builder with a response': async (logger) => {
    const builder = logger.logBuilder(REQUEST, { 'Helicone-User-Id': 'ada' });
    builder.addAdditionalHeaders({ 'Helicone-Session-Id': 's' });
    builder.setResponse('whole text');
    await builder.sendLog();
  },
  'a builder with a stream': async (logger) => {
    const builder = logger.logBuilder(REQUEST);
    await builder.attachStream(objects(3) as never);
    await builder.sendLog();
  },
};

describe.each(Object.entries(CALLS))('%s', (_, call) => {
  test('posts what @helicone/helpers posts', async () => {
    const { server, posted } = await startServer();
    const endpoint = `${server.origin}/custom/v1/log`;
    await call(new TheirLogger({ apiKey: 'sk-helicone-test', headers: HEADERS, loggingEndpoint: endpoint }));
    await posted(1);
    const logger = ours(endpoint);
    await call(logger);
    await logger.flush();
    const [theirs, own] = (await posted(2)) as [Posted, Posted];
    expect(own.path).toBe(theirs.path);
    expect(metaOf(own)).toMatchObject({ 'Helicone-Property-App': 'app' });
    expect(own.authorization).toBe('Bearer sk-helicone-test');
    expect(own.authorization).toBe(theirs.authorization);
    expect(comparable(own)).toEqual(comparable(theirs));
  });
});

/**
 * Without what differs by nature: times, what ours has besides, and what describes the call, which theirs sends as headers of the
 * request, and puts into the response, too.
 */
function comparable({ body }: Posted): unknown {
  const { id: _, timing, provider, ...rest } = body as Record<string, Record<string, unknown>>;
  const { meta: __, ...providerRequest } = rest.providerRequest ?? {};
  const { headers: ___, ...providerResponse } = rest.providerResponse ?? {};
  return { providerRequest, providerResponse, keys: Object.keys(timing ?? {}), provider: provider ?? 'custom' };
}

function metaOf({ body }: Posted): unknown {
  return (body.providerRequest as { meta: unknown }).meta;
}

test('rows of a proxy say what was logged, headers of the call over those of the logger', async () => {
  const rig = await started.rig();
  const logger = new HeliconeManualLogger({ baseUrl: `${rig.url}/api`, headers: HEADERS });
  started.running.push(logger);
  const headers = { 'Helicone-User-Id': 'ada', 'Helicone-Property-App': 'own' };
  await logger.logRequest(TOOL, async (recorder) => recorder.appendResults({ found: 3 }), headers);
  await logger.logRequest({ _type: 'vector_db', operation: 'search', text: 'cats' }, async (recorder) =>
    recorder.appendResults({ hits: [] }),
  );
  await logger.logSingleRequest(REQUEST, 'plain text', { latencyMs: 50 });
  await logger.flush();
  const records = await rig.records();
  const byModel = new Map(records.map((record) => [record.model, record]));
  expect(byModel.get('tool:search')).toMatchObject({ request_user_id: 'ada', properties: { app: 'own' } });
  expect([...byModel.keys()].sort()).toEqual(['gpt-4o', 'tool:search', 'vector_db']);
  expect(byModel.get('gpt-4o')).toMatchObject({
    delay_ms: 50,
    response_body: 'plain text',
    properties: { app: 'app' },
  });
});

test('what a call throws is thrown on, and logged, without the stack', async () => {
  const { server, posted } = await startServer();
  const logger = ours(server.origin);
  const failing = new Error('no such model');
  expect(await rejection(logger.logRequest(REQUEST, () => Promise.reject(failing)))).toBe(failing);
  expect(await rejection(logger.logStream(REQUEST, () => Promise.reject(failing)))).toBe(failing);
  await logger.flush();
  for (const { path, body } of await posted(2)) {
    expect(path).toBe('/custom/v1/log');
    expect(body.providerResponse).toMatchObject({ status: 500, textBody: 'Error: no such model' });
  }
});

test('logStream gives its result at once, and the time of the first chunk is that of the first chunk', async () => {
  const { server, posted } = await startServer();
  const logger = ours(server.origin);
  const [first, end] = [createGate(), createGate()];
  async function* stream(): AsyncGenerator<Uint8Array> {
    await first.opened;
    yield Buffer.from('one');
    await end.opened;
    yield Buffer.from('two');
  }
  const result = await logger.logStream(REQUEST, async (recorder) => {
    recorder.attachStream(stream());
    return 'at once';
  });
  expect(result).toBe('at once');
  await new Promise((resolve) => setTimeout(resolve, 30));
  first.open();
  end.open();
  const [{ body }] = (await posted(1)) as [Posted];
  expect(body.providerResponse).toMatchObject({ status: 200, textBody: 'onetwo' });
  expect((body.timing as { timeToFirstToken: number }).timeToFirstToken).toBeGreaterThanOrEqual(25);
});

test('a builder passes a stream on as lines of JSON, and waits for its end before it sends', async () => {
  const { server, posted } = await startServer();
  const builder = ours(server.origin).logBuilder(REQUEST);
  const gate = createGate();
  async function* stream(): AsyncGenerator<object> {
    yield { a: 1 };
    await gate.opened;
    yield { b: 2 };
  }
  const passed = new Response(builder.toReadableStream(stream())).text();
  expect(() => builder.toReadableStream(stream())).toThrow('multiple streams');
  const sent = builder.sendLog();
  expect(server.requests).toHaveLength(0);
  gate.open();
  expect(await passed).toBe('{"a":1}\n{"b":2}\n');
  await sent;
  expect((await posted(1))[0]?.body.providerResponse).toMatchObject({ status: 200, textBody: '{"a":1}\n{"b":2}\n' });
});

test('a builder logs who leaves early, and what breaks, with what had come', async () => {
  const { server, posted } = await startServer();
  const logger = ours(server.origin);
  const left = logger.logBuilder(REQUEST);
  const reader = left.toReadableStream(objects(9)).getReader();
  await reader.read();
  await reader.cancel();
  await left.sendLog();
  const broken = logger.logBuilder(REQUEST);
  async function* breaking(): AsyncGenerator<object> {
    yield { a: 1 };
    throw new Error('cut');
  }
  expect(await rejection(broken.attachStream(breaking()))).toMatchObject({ message: 'cut' });
  await broken.sendLog();
  const [first, second] = await posted(2);
  expect(first?.body.providerResponse).toMatchObject({ status: -3 });
  expect(second?.body.providerResponse).toMatchObject({ status: 500, textBody: 'Error: cut\n\n{"a":1}\n' });
});

test('a log server that never answers costs a call nothing, and its log is kept', async () => {
  const { origin } = await started.provider(() => {});
  const logger = new HeliconeManualLogger({ loggingEndpoint: origin });
  started.running.push({ close: () => logger.close({ deadlineMs: 50 }) });
  const result = logger.logRequest(REQUEST, async () => 'result');
  // Were it waited for, it would be for seconds.
  expect(await within(1000, 'the call ends', result)).toBe('result');
  await logger.flush({ deadlineMs: 50 });
  expect(logger.stats()).toMatchObject({ queued: 1, sent: 0 });
});
