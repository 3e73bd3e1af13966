// Which tracer and meter are used, what they are told, and what they must never be told.
import { inspect } from 'node:util';
import type { HeliconeProxyOptions } from '@helicone-proxy/node';
import { createGate } from '@helicone-proxy/testkit';
import { SpanKind, type Tracer, trace } from '@opentelemetry/api';
import { AlwaysOffSampler, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { startChild } from '../rig/child.js';
import { answerChat, CHAT_BODY, CHAT_PATH } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { startTelemetryHost, startTelemetrySdk, type TelemetryHost, type TelemetrySdk } from './telemetry-host.js';

const { rig, running } = startedHere();
const POST = { headers: { 'content-type': 'application/json' }, body: CHAT_BODY };

function sdk(...given: Parameters<typeof startTelemetrySdk>): TelemetrySdk {
  const started = startTelemetrySdk(...given);
  running.push(started);
  return started;
}

async function start(...given: Parameters<typeof startTelemetryHost>): Promise<TelemetryHost> {
  const host = await startTelemetryHost(...given);
  running.push(host);
  return host;
}

function callSpans(of: TelemetrySdk): ReadableSpan[] {
  return of.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
}

test('nothing registered, a tracer and a meter as options', async () => {
  const own = sdk();
  const { tracer, meter } = own;
  const proxy = await rig(({ origin }) => ({
    providers: { openai: { baseUrl: origin } },
    telemetry: { tracer, meter },
  }));
  await proxy.chat();
  await proxy.proxy.flush();
  expect(callSpans(own).map(({ name }) => name)).toEqual(['chat gpt-4o-mini']);
  expect(callSpans(own)[0]?.parentSpanContext).toBeUndefined();
  const [record] = await proxy.records();
  expect(record).toMatchObject({ span_id: callSpans(own)[0]?.spanContext().spanId, parent_span_id: null });
});

test('registered, but turned off', async () => {
  const registered = sdk();
  registered.register();
  const options = { telemetry: { tracer: false, meter: false } } as const;
  const { tracer } = registered;
  const host = await start({ framework: 'node:http', tracer, script: answerChat, options });
  await host.call(CHAT_PATH, POST).whole;
  await host.ended(1);
  expect(callSpans(registered)).toEqual([]);
  expect(await registered.points()).toEqual({});
});

test('a host that registers behind the proxy’s making is found', async () => {
  const proxy = await rig();
  await proxy.chat();
  const late = sdk();
  late.register();
  await proxy.chat();
  await proxy.proxy.flush();
  expect(callSpans(late)).toHaveLength(1);
  const ids = (await proxy.records()).map(({ span_id }) => span_id);
  expect(ids).toEqual([null, callSpans(late)[0]?.spanContext().spanId]);
});

test('a span that the sampler leaves out: nothing is exported, the record still names it', async () => {
  const off = sdk(new AlwaysOffSampler());
  const { tracer } = off;
  const proxy = await rig(({ origin }) => ({ providers: { openai: { baseUrl: origin } }, telemetry: { tracer } }));
  await proxy.chat();
  const [record] = await proxy.records();
  expect(off.spans()).toEqual([]);
  expect(record).toMatchObject({ trace_id: expect.stringMatching(/^[0-9a-f]{32}$/), outcome: 'success' });
});

test('a tracer that throws ends no call', async () => {
  const warned: unknown[] = [];
  const logger = { debug() {}, info() {}, error() {}, warn: (details: object) => void warned.push(details) };
  const cause = new Error('broken');
  const tracer: Tracer = {
    startSpan: () => {
      throw cause;
    },
    startActiveSpan: () => {
      throw cause;
    },
  };
  const proxy = await rig(({ origin }) => ({
    providers: { openai: { baseUrl: origin } },
    telemetry: { tracer },
    logger,
  }));
  expect((await proxy.chat()).status).toBe(200);
  expect(warned).toEqual([{ err: cause }]);
});

test('what runs for the call runs in its span', async () => {
  const registered = sdk();
  registered.register();
  const active: (string | undefined)[] = [];
  const proxy = await rig(({ origin }) => ({
    auth: { keys: { 'sk-1': {} } },
    providers: {
      openai: {
        baseUrl: origin,
        apiKey() {
          active.push(trace.getActiveSpan()?.spanContext().spanId);
          return 'sk-provider';
        },
      },
    },
  }));
  await proxy.chat({ authorization: 'Bearer sk-1' });
  await proxy.proxy.flush();
  expect(active).toEqual([callSpans(registered)[0]?.spanContext().spanId]);
  expect((await proxy.seen()).headerNames).not.toContain('traceparent');
});

test('when close() has resolved, the spans of the calls that still ran have ended', async () => {
  const own = sdk();
  const { tracer } = own;
  const reached = createGate();
  const proxy = await rig(
    ({ origin }) => ({ providers: { openai: { baseUrl: origin } }, telemetry: { tracer }, timeouts: { totalMs: 300 } }),
    { script: () => reached.open() },
  );
  const cut = proxy.chat();
  await reached.opened;
  const closed = proxy.proxy.close();
  expect((await cut).status).toBe(504);
  await closed;
  expect(callSpans(own).map(({ attributes }) => attributes['error.type'])).toEqual(['upstream_timeout']);
});

test('metrics of the GenAI conventions', async () => {
  const registered = sdk();
  registered.register();
  const { tracer } = registered;
  const host = await start({ framework: 'node:http', tracer, script: answerChat });
  await host.call(CHAT_PATH, POST).whole;
  await host.call('/openai/v1/models').whole;
  await host.ended(2);
  const about = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(host.upstream).port),
  };
  const points = await registered.points();
  expect(points['gen_ai.client.token.usage']).toEqual([
    { attributes: { ...about, 'gen_ai.token.type': 'input' }, value: expect.objectContaining({ sum: 3, count: 1 }) },
    { attributes: { ...about, 'gen_ai.token.type': 'output' }, value: expect.objectContaining({ sum: 2, count: 1 }) },
  ]);
  expect(points['gen_ai.client.operation.duration']).toEqual([
    { attributes: about, value: expect.objectContaining({ count: 1 }) },
  ]);
  expect(points['helicone_proxy.cost']).toEqual([{ attributes: about, value: 0.00000165 }]);
});

test('no word of a message, a property, a header or a credential is in a span or a metric', async () => {
  const registered = sdk();
  registered.register();
  const answer = JSON.stringify({
    model: 'gpt-4o-mini',
    choices: [{ index: 0, message: { content: 'canary-answer' }, finish_reason: 'stop' }],
  });
  const error = '{"error":{"message":"canary-error"}}';
  const { tracer } = registered;
  const host = await start({
    framework: 'node:http',
    tracer,
    script: (exchange) => {
      const fails = exchange.request.target.includes('fail');
      const head = {
        status: fails ? 400 : 200,
        framing: 'length',
        headers: [['content-type', 'application/json']],
      } as const;
      return exchange.respond(head, [fails ? error : answer]);
    },
  });
  const headers = {
    'content-type': 'application/json',
    authorization: 'Bearer canary-credential',
    'helicone-property-secret': 'canary-property',
    'helicone-user-id': 'canary-user',
    'x-other': 'canary-header',
  };
  const body = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'canary-question' }] });
  await host.call(`${CHAT_PATH}?key=canary-query`, { headers, body }).whole;
  await host.call('/openai/v1/fail/completions', { headers, body }).whole;
  await host.ended(2);
  expect(callSpans(registered)).toHaveLength(2);
  const told = inspect([registered.spans(), await registered.points()], { depth: 12, maxArrayLength: null });
  expect(told).toContain('gpt-4o-mini');
  expect(told).not.toContain('canary');
});

test('a session’s id that is a credential, or that the host’s redaction may change, is not told', async () => {
  const own = sdk();
  const { tracer } = own;
  const calls: [HeliconeProxyOptions, Record<string, string>][] = [
    [{}, { 'helicone-session-id': 'session-1' }],
    [{}, { 'helicone-session-id': 'sk-canary-in-session', authorization: 'Bearer sk-canary-in-session' }],
    [{ records: { store: 'sqlite::memory:', redact: () => {} } }, { 'helicone-session-id': 'session-1' }],
  ];
  for (const [options, headers] of calls) {
    const proxy = await rig(({ origin }) => ({
      providers: { openai: { baseUrl: origin } },
      telemetry: { tracer },
      ...options,
    }));
    await proxy.chat(headers);
    await proxy.proxy.flush();
  }
  const [plain, credential, redacted] = callSpans(own).map(({ attributes }) => attributes['gen_ai.conversation.id']);
  expect([plain, redacted]).toEqual(['session-1', undefined]);
  expect(credential).not.toContain('canary');
});

test('a process without OpenTelemetry loads nothing of it', async () => {
  const child = startChild(new URL('./telemetry-child.ts', import.meta.url));
  const { loaded } = await child.message<{ loaded: string[] }>('loaded');
  expect(loaded.length).toBeGreaterThan(10);
  expect(loaded.filter((name) => name.includes('opentelemetry'))).toEqual([]);
  expect((await child.ended).code).toBe(0);
});
