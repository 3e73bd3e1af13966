// The real exporters of OpenTelemetry deliver spans, JSON and protobuf, plain and gzipped. The rows are what is checked.
import { ROOT_CONTEXT, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import type { ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const started = startedHere();

/** What an exporter said of its deliveries: 0 is success. */
const SUCCESS = 0;

interface Tracing {
  rig: ProxyRig;
  tracer: Tracer;
  /** Resolves with the results of all deliveries so far. */
  delivered(): Promise<number[]>;
}

type Encoding = 'json' | 'protobuf';

async function startTracing(
  encoding: Encoding,
  { gzip = false, key = 'sk-1', path = '/api/v1/traces', headers = {} } = {},
): Promise<Tracing> {
  const rig = await started.rig({ auth: { keys: { 'sk-1': {}, 'pk-1': {} } } });
  const options = {
    url: rig.url + path,
    headers: { authorization: `Bearer ${key}`, ...headers },
    compression: (gzip ? 'gzip' : 'none') as never,
    timeoutMillis: 5_000,
  };
  const exporter = (encoding === 'json'
    ? new JsonExporter(options)
    : new ProtobufExporter(options)) as unknown as SpanExporter;
  const results: number[] = [];
  const noted: SpanExporter = {
    export(spans, done) {
      exporter.export(spans, (result) => {
        results.push(result.code);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(noted)] });
  started.running.push({ close: () => provider.shutdown() });
  return {
    rig,
    tracer: provider.getTracer('test'),
    async delivered() {
      // A refusal is among the results, too.
      await provider.forceFlush().catch(() => {});
      return results;
    },
  };
}

const START = Date.UTC(2026, 5, 1, 12);

const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.max_tokens': 100,
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'gen_ai.response.id': 'chatcmpl-1',
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 50,
  'gen_ai.usage.cache_read.input_tokens': 600,
  'gen_ai.usage.reasoning.output_tokens': 10,
  'gen_ai.conversation.id': 'conversation-1',
  'gen_ai.response.time_to_first_chunk': 0.125,
  'gen_ai.request.stream': true,
  'gen_ai.system_instructions': '[{"type":"text","content":"Be brief."}]',
  'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"Grüße, 世界"}]}]',
  'gen_ai.output.messages':
    '[{"role":"assistant","parts":[{"type":"text","content":"Hi."},{"type":"tool_call","id":"call_1","name":"search","arguments":{"q":"x"}}],"finish_reason":"stop"}]',
};

describe.each(['json', 'protobuf'] as const)('%s', (encoding) => {
  test.each([false, true])('a call by the current conventions, gzip %s', async (gzip) => {
    const { rig, tracer, delivered } = await startTracing(encoding, { gzip, key: 'pk-1' });
    const parent = tracer.startSpan('POST /ask', { startTime: START }, ROOT_CONTEXT);
    const within = trace.setSpan(ROOT_CONTEXT, parent);
    const span = tracer.startSpan('chat gpt-4o-mini', { startTime: START, attributes: CHAT }, within);
    span.end(START + 1500.25);
    parent.end(START + 1600);
    expect(await delivered()).toEqual([SUCCESS, SUCCESS]);

    const records = await rig.records();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      request_model: 'gpt-4o-mini',
      response_model: 'gpt-4o-mini-2024-07-18',
      request_path: 'chat gpt-4o-mini',
      request_created_at: '2026-06-01T12:00:00.000Z',
      delay_ms: 1500.25,
      time_to_first_token: 125,
      response_status: 200,
      outcome: 'success',
      stream: true,
      finish_reason: 'stop',
      prompt_tokens: 1000,
      completion_tokens: 50,
      total_tokens: 1050,
      prompt_cache_read_tokens: 600,
      reasoning_tokens: 10,
      usage_source: 'provider',
      // 400 x 0.15 + 600 x 0.075 + 50 x 0.60 = 135 USD per million
      cost_usd: 0.000135,
      properties: { 'helicone-session-id': 'conversation-1' },
      trace_id: span.spanContext().traceId,
      span_id: span.spanContext().spanId,
      parent_span_id: parent.spanContext().spanId,
      request_body: {
        model: 'gpt-4o-mini',
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Grüße, 世界' },
        ],
        temperature: 0.5,
        max_tokens: 100,
        stream: true,
      },
      response_body: {
        id: 'chatcmpl-1',
        choices: [
          {
            index: 0,
            finish_reason: 'stop',
            message: {
              role: 'assistant',
              content: 'Hi.',
              tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'search', arguments: '{"q":"x"}' } }],
            },
          },
        ],
      },
    });
  });

  test('a failed call', async () => {
    const { rig, tracer, delivered } = await startTracing(encoding);
    const span = tracer.startSpan('chat claude-sonnet-4', {
      startTime: START,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': 'claude-sonnet-4',
        'error.type': '529',
      },
    });
    span.recordException(new Error('Overloaded'));
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'it failed' });
    span.end(START + 20);
    expect(await delivered()).toEqual([SUCCESS]);
    expect(await rig.records()).toMatchObject([
      {
        provider: 'anthropic',
        model: 'claude-sonnet-4',
        response_status: 529,
        outcome: 'upstream_error',
        error: 'Overloaded',
        prompt_tokens: null,
        cost_usd: null,
        usage_source: 'none',
      },
    ]);
  });

  test('the older names, with associations as headers', async () => {
    const { rig, tracer, delivered } = await startTracing(encoding, {
      path: encoding === 'json' ? '/api/v1/trace/log' : '/api/v1/trace/log-python',
      headers: { 'Helicone-Property-App': 'door' },
    });
    const attributes = {
      'gen_ai.system': 'OpenAI',
      'llm.request.type': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.prompt.0.role': 'user',
      'gen_ai.prompt.0.content': 'hi',
      'gen_ai.prompt.10.role': 'user',
      'gen_ai.prompt.10.content': 'last',
      'gen_ai.prompt.2.role': 'assistant',
      'gen_ai.prompt.2.tool_calls.0.name': 'f',
      'gen_ai.prompt.2.tool_calls.0.arguments': '{}',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.content': 'Hi.',
      'gen_ai.completion.0.finish_reason': 'length',
      'gen_ai.usage.prompt_tokens': 3,
      'gen_ai.usage.completion_tokens': 2,
      'llm.usage.total_tokens': 5,
      'traceloop.association.properties.Helicone-User-Id': 'ada',
      'traceloop.association.properties.Helicone-Property-Feature': 'chat',
      'traceloop.association.properties.Helicone-Session-Id': 's-1',
      'traceloop.association.properties.tier': 'gold',
      'traceloop.association.properties.Helicone-Property-App': 'span',
    };
    tracer.startSpan('openai.chat', { attributes }).end();
    expect(await delivered()).toEqual([SUCCESS]);
    const [record] = await rig.records();
    expect(record).toMatchObject({
      provider: 'openai',
      request_user_id: 'ada',
      finish_reason: 'length',
      prompt_tokens: 3,
      completion_tokens: 2,
      cost_usd: 0.00000165,
      request_body: {
        messages: [
          { role: 'user', content: 'hi' },
          { role: 'assistant', tool_calls: [{ type: 'function', function: { name: 'f', arguments: '{}' } }] },
          { role: 'user', content: 'last' },
        ],
      },
      response_body: { choices: [{ message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'length' }] },
    });
    // What the request itself says wins.
    expect(record?.properties).toEqual({ feature: 'chat', tier: 'gold', app: 'door', 'helicone-session-id': 's-1' });
  });

  test('tools and searches are events; agents and everything else leave no record', async () => {
    const { rig, tracer, delivered } = await startTracing(encoding);
    const make = (name: string, attributes: Record<string, string | number>): void =>
      tracer.startSpan(name, { attributes }).end();
    make('invoke_agent helper', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 7 });
    make('GET /', { 'http.request.method': 'GET' });
    make('execute_tool search', {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'search',
      'gen_ai.tool.call.id': 'call_1',
      'gen_ai.tool.call.arguments': '{"q":"x"}',
      'gen_ai.tool.call.result': '["a"]',
    });
    make('retrieval docs', {
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.data_source.id': 'docs',
      'gen_ai.retrieval.query.text': 'x',
      'gen_ai.retrieval.documents': '[{"id":"1","score":0.5}]',
    });
    make('embeddings text-embedding-3-small', {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'text-embedding-3-small',
      'gen_ai.usage.input_tokens': 500,
    });
    expect(await delivered()).toEqual([0, 0, 0, 0, 0]);
    const records = await rig.records();
    const byModel = new Map(records.map((record) => [record.model, record]));
    expect([...byModel.keys()].sort()).toEqual(['text-embedding-3-small', 'tool:search', 'vector_db']);
    expect(byModel.get('tool:search')).toMatchObject({
      usage_source: 'none',
      cost_usd: null,
      request_body: { _type: 'tool', toolName: 'search', toolCallId: 'call_1', input: { q: 'x' } },
      response_body: { _type: 'tool', toolName: 'search', output: ['a'] },
    });
    expect(byModel.get('vector_db')).toMatchObject({
      request_body: { _type: 'vector_db', operation: 'search', text: 'x', databaseName: 'docs' },
      response_body: { _type: 'vector_db', documents: [{ id: '1', score: 0.5 }] },
    });
    // 500 x 0.02 USD per million
    expect(byModel.get('text-embedding-3-small')).toMatchObject({
      prompt_tokens: 500,
      completion_tokens: 0,
      cost_usd: 0.00001,
    });
  });

  test('a wrong key is an error of the exporter', async () => {
    const { rig, tracer, delivered } = await startTracing(encoding, { key: 'sk-wrong' });
    tracer.startSpan('chat', { attributes: CHAT }).end();
    expect(await delivered()).toEqual([1]);
    expect(await rig.records()).toEqual([]);
  });
});
