// Spans and metrics through OpenTelemetry's own SDK, registered as a host does.
import { ANSWERS, type CallOptions, createGate } from '@helicone-proxy/testkit';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fail } from '../rig/failing.js';
import { answerChat, CHAT_BODY, CHAT_PATH } from '../rig/proxy-rig.js';
import {
  startTelemetryHost,
  startTelemetrySdk,
  type TelemetryHost,
  type TelemetryHostSetup,
  type TelemetrySdk,
} from './telemetry-host.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const STREAM_BODY = JSON.stringify({ model: 'gpt-4o-mini', stream: true, messages: [] });

let sdk: TelemetrySdk;
let host: TelemetryHost | null = null;
beforeEach(() => {
  sdk = startTelemetrySdk();
  sdk.register();
});
afterEach(async () => {
  await host?.close();
  host = null;
  await sdk.close();
});

async function start(setup: Partial<TelemetryHostSetup> = {}): Promise<TelemetryHost> {
  host = await startTelemetryHost({ framework: 'node:http', tracer: sdk.tracer, script: answerChat, ...setup });
  return host;
}

function chat(headers: Record<string, string> = {}, body = CHAT_BODY): CallOptions {
  return { headers: { ...JSON_TYPE, ...headers }, body };
}

/** The spans of calls, in the order in which they ended. */
function callSpans(): ReadableSpan[] {
  return sdk.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
}

/** The one span of a call, without what differs from run to run. */
function onlySpan(): { name: string; status: number; attributes: Record<string, unknown> } {
  expect(callSpans()).toHaveLength(1);
  const [span] = callSpans() as [ReadableSpan];
  const { 'helicone.request_id': requestId, 'server.port': port, ...attributes } = span.attributes;
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  if (port !== undefined) expect(String(port)).toBe(new URL((host as TelemetryHost).upstream).port);
  return { name: span.name, status: span.status.code, attributes };
}

const OPENAI_CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'server.address': '127.0.0.1',
  'helicone.tenant': 'default',
};

const ANSWERED = {
  ...OPENAI_CHAT,
  'gen_ai.request.stream': false,
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 3,
  'gen_ai.usage.output_tokens': 2,
  'helicone.cost_usd': 0.00000165,
  'http.response.status_code': 200,
};

describe.each(['express', 'node:http'] as const)('%s', (framework) => {
  test('the span of a call is below the host’s, and its ids are in the record', async () => {
    const { call, ended, proxy } = await start({ framework });
    const before = Date.now();
    const answer = await call(CHAT_PATH, chat()).whole;
    expect(answer.status).toBe(200);
    await ended(1);
    const [span] = callSpans() as [ReadableSpan];
    const parent = sdk.spans().find(({ kind }) => kind === SpanKind.INTERNAL) as ReadableSpan;
    expect(span.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    expect(span.spanContext().traceId).toBe(parent.spanContext().traceId);
    expect(span.instrumentationScope.name).toBe('helicone-proxy');
    const record = await proxy.records.get('default', answer.header('helicone-id') as string);
    expect(record).toMatchObject({
      trace_id: span.spanContext().traceId,
      span_id: span.spanContext().spanId,
      parent_span_id: parent.spanContext().spanId,
    });
    const [startSeconds, startNanos] = span.startTime;
    expect(startSeconds * 1000 + startNanos / 1e6).toBeGreaterThanOrEqual(before);
    const [seconds, nanos] = span.duration;
    expect(seconds * 1000 + nanos / 1e6).toBeCloseTo(record?.delay_ms as number, 2);
    expect(onlySpan()).toEqual({ name: 'chat gpt-4o-mini', status: SpanStatusCode.UNSET, attributes: ANSWERED });
  });
});

test('two calls at once: each below its own request', async () => {
  const { call, ended } = await start();
  await Promise.all([call(CHAT_PATH, chat()).whole, call(CHAT_PATH, chat()).whole]);
  await ended(2);
  const parents = callSpans().map(({ parentSpanContext }) => parentSpanContext?.spanId);
  expect(new Set(parents).size).toBe(2);
  const hosts = sdk.spans().filter(({ kind }) => kind === SpanKind.INTERNAL);
  expect(hosts.map((each) => each.spanContext().spanId).sort()).toEqual([...parents].sort());
});

test('a streamed call', async () => {
  const { chatStream } = ANSWERS;
  const { call, ended } = await start({
    script: (exchange) => exchange.respond({ headers: chatStream.headers }, chatStream.events),
  });
  await call(CHAT_PATH, chat({ 'helicone-session-id': 'session-1' }, STREAM_BODY)).whole;
  await ended(1);
  const { name, status, attributes } = onlySpan();
  const { 'gen_ai.response.time_to_first_chunk': first, 'helicone.cost_usd': cost, ...rest } = attributes;
  expect([name, status]).toEqual(['chat gpt-4o-mini', SpanStatusCode.UNSET]);
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(5);
  expect(cost).toBeGreaterThan(0);
  expect(rest).toMatchObject({
    ...OPENAI_CHAT,
    'gen_ai.conversation.id': 'session-1',
    'gen_ai.request.stream': true,
    'gen_ai.response.finish_reasons': ['stop'],
    'http.response.status_code': 200,
  });
});

test('a miss and a hit of the cache', async () => {
  const { call, ended } = await start();
  const cached = chat({ 'helicone-cache-enabled': 'true' });
  await call(CHAT_PATH, cached).whole;
  await ended(1);
  expect(onlySpan().attributes).toEqual({ ...ANSWERED, 'helicone.cache': 'miss' });
  await call(CHAT_PATH, cached).whole;
  await ended(2);
  const [, { attributes }] = callSpans() as [ReadableSpan, ReadableSpan];
  expect(attributes).toMatchObject({
    'gen_ai.usage.input_tokens': 0,
    'gen_ai.usage.output_tokens': 0,
    'helicone.cache': 'hit',
    'helicone.cost_usd': 0,
  });
});

test('a call that a limit of ours refuses', async () => {
  const { call, ended } = await start();
  const limited = chat({ 'helicone-ratelimit-policy': '1;w=60' });
  await call(CHAT_PATH, limited).whole;
  expect((await call(CHAT_PATH, limited).whole).status).toBe(429);
  await ended(2);
  const [, refused] = callSpans() as [ReadableSpan, ReadableSpan];
  const { 'helicone.request_id': _id, 'server.port': _port, ...attributes } = refused.attributes;
  expect(refused.status.code).toBe(SpanStatusCode.ERROR);
  expect(attributes).toEqual({
    ...OPENAI_CHAT,
    'gen_ai.request.stream': false,
    'error.type': 'rate_limited',
    'http.response.status_code': 429,
  });
});

test('a call that the provider fails, retried once', async () => {
  const { call, ended } = await start({ script: (exchange) => fail(exchange, 500) });
  const headers = { 'helicone-retry-enabled': 'true', 'helicone-retry-num': '1', 'helicone-retry-min-timeout': '1' };
  expect((await call(CHAT_PATH, chat(headers)).whole).status).toBe(500);
  await ended(1);
  expect(onlySpan()).toEqual({
    name: 'chat gpt-4o-mini',
    status: SpanStatusCode.ERROR,
    attributes: {
      ...OPENAI_CHAT,
      'gen_ai.request.stream': false,
      'error.type': '500',
      'helicone.retries': 1,
      'http.response.status_code': 500,
    },
  });
});

test('a call whose client left before there was an answer', async () => {
  const reached = createGate();
  const { call, ended } = await start({ script: () => reached.open() });
  const left = call(CHAT_PATH, chat());
  left.head.catch(() => {});
  left.whole.catch(() => {});
  await reached.opened;
  left.abort();
  await ended(1);
  expect(onlySpan()).toEqual({
    name: 'chat gpt-4o-mini',
    status: SpanStatusCode.ERROR,
    attributes: { ...OPENAI_CHAT, 'gen_ai.request.stream': false, 'error.type': 'client_closed' },
  });
});

test('calls that are not recorded have no span', async () => {
  const { call } = await start({ options: { auth: { keys: { 'sk-1': {} } } } });
  expect((await call(CHAT_PATH, chat()).whole).status).toBe(401);
  expect((await call('/no-such-provider/v1', chat({ authorization: 'Bearer sk-1' })).whole).status).toBe(404);
  await host?.proxy.flush();
  expect(callSpans()).toEqual([]);
});
