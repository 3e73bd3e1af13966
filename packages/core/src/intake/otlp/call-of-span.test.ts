import { describe, expect, test } from 'vitest';
import { LogFault, type LoggedCall } from '../logged-call.js';
import { callOfSpan } from './call-of-span.js';
import type { AttributeValue, Span, SpanEvent } from './span.js';

const START = Date.UTC(2026, 5, 1, 12);

interface Given extends Partial<Omit<Span, 'attributes' | 'events'>> {
  attributes?: Record<string, AttributeValue>;
  events?: { name: string; time?: number; attributes?: Record<string, AttributeValue> }[];
}

function spanOf({ attributes = {}, events = [], ...rest }: Given): Span {
  const noted = events.map(({ name, time = START, attributes: own = {} }): SpanEvent => {
    return { name, time, attributes: new Map(Object.entries(own)) };
  });
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: '',
    name: 'span',
    startTime: START,
    endTime: START + 100,
    statusCode: 0,
    statusMessage: '',
    ...rest,
    attributes: new Map(Object.entries(attributes)),
    events: noted,
  };
}

interface Read extends Omit<LoggedCall, 'request' | 'response'> {
  asked: Record<string, unknown>;
  answered: Record<string, unknown> | null;
}

function read(given: Given): Read {
  const call = callOfSpan(spanOf(given), START) as LoggedCall;
  const { request, response, ...rest } = call;
  const json = (bytes: Buffer | undefined): never => JSON.parse(bytes?.toString() ?? 'null') as never;
  return { ...rest, asked: json(request?.bytes), answered: json(response?.bytes) };
}

const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' };

describe('which spans are calls', () => {
  test.each<[Record<string, AttributeValue>, string | null]>([
    [{ 'gen_ai.operation.name': 'chat' }, 'openai-chat'],
    [{ 'gen_ai.operation.name': 'generate_content' }, 'openai-chat'],
    [{ 'gen_ai.operation.name': 'text_completion' }, 'openai-chat'],
    [{ 'gen_ai.operation.name': 'embeddings' }, 'openai-embeddings'],
    [{ 'llm.request.type': 'completion' }, 'openai-chat'],
    [{ 'gen_ai.request.model': 'm' }, 'openai-chat'],
    [{ 'ai.operationId': 'ai.generateText.doGenerate' }, 'openai-chat'],
    [{ 'ai.operationId': 'ai.streamObject.doStream' }, 'openai-chat'],
    [{ 'ai.operationId': 'ai.embedMany.doEmbed' }, 'openai-embeddings'],
  ])('%o', (attributes, wire) => {
    expect(read({ attributes }).wire).toBe(wire);
  });

  test.each<[Record<string, AttributeValue>]>([
    [{}],
    [{ 'http.request.method': 'POST' }],
    [{ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm' }],
    [{ 'gen_ai.operation.name': 'create_agent' }],
    [{ 'ai.operationId': 'ai.generateText', 'gen_ai.operation.name': 'chat' }],
    [{ 'ai.operationId': 'ai.streamText', 'ai.response.text': 'Hi.' }],
    [{ 'traceloop.span.kind': 'workflow', 'gen_ai.request.model': 'm' }],
  ])('not %o', (attributes) => {
    expect(callOfSpan(spanOf({ attributes }), START)).toBeNull();
  });
});

describe('Vercel’s AI SDK', () => {
  test('a streamed call with tools', () => {
    const call = read({
      attributes: {
        'ai.operationId': 'ai.streamText.doStream',
        'ai.model.provider': 'openai.responses',
        'ai.model.id': 'gpt-4o-mini',
        'ai.prompt.messages': JSON.stringify([
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is ' },
              { type: 'text', text: 'this?' },
              { type: 'image', image: 'x' },
            ],
          },
          { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'see', input: { a: 1 } }] },
          { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', toolName: 'see', output: { b: 2 } }] },
        ]),
        'ai.prompt.tools': ['{"type":"function","name":"see"}'],
        'ai.response.text': 'A cat.',
        'ai.response.toolCalls': '[{"toolCallId":"c2","toolName":"say","input":"{}"}]',
        'ai.response.finishReason': 'tool-calls',
        'ai.response.model': 'gpt-4o-mini-2024-07-18',
        'ai.response.msToFirstChunk': 12.5,
        'ai.usage.inputTokens': 30,
        'ai.usage.outputTokens': 20,
        'ai.usage.cachedInputTokens': 10,
        'ai.usage.reasoningTokens': 5,
        'gen_ai.system': 'openai.responses',
        'gen_ai.usage.input_tokens': 30,
        'ai.telemetry.metadata.userId': 'ada',
        'ai.telemetry.metadata.feature': 'chat',
      },
    });
    expect(call).toMatchObject({
      provider: 'openai',
      stream: true,
      firstTokenMs: 12.5,
      status: 200,
      outcome: 'success',
    });
    expect(call.headers).toEqual({ 'helicone-user-id': 'ada', 'helicone-property-feature': 'chat' });
    expect(call.asked).toEqual({
      model: 'gpt-4o-mini',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is ' },
            { type: 'text', text: 'this?' },
            { type: 'image', image: 'x' },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'see', arguments: '{"a":1}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: '{"b":2}' },
      ],
      tools: [{ type: 'function', name: 'see' }],
    });
    expect(call.answered).toEqual({
      object: 'chat.completion',
      model: 'gpt-4o-mini-2024-07-18',
      choices: [
        {
          index: 0,
          finish_reason: 'tool-calls',
          message: {
            role: 'assistant',
            content: 'A cat.',
            tool_calls: [{ id: 'c2', type: 'function', function: { name: 'say', arguments: '{}' } }],
          },
        },
      ],
      usage: {
        prompt_tokens: 30,
        completion_tokens: 20,
        total_tokens: 50,
        prompt_tokens_details: { cached_tokens: 10 },
        completion_tokens_details: { reasoning_tokens: 5 },
      },
    });
  });

  test('a tool', () => {
    const call = read({
      attributes: {
        'ai.operationId': 'ai.toolCall',
        'ai.toolCall.name': 'see',
        'ai.toolCall.args': '{"a":1}',
        'ai.toolCall.result': '"ok"',
      },
    });
    expect(call).toMatchObject({
      wire: null,
      eventModel: 'tool:see',
      asked: { input: { a: 1 } },
      answered: { output: '"ok"' },
    });
  });
});

describe('conventions of their time', () => {
  test('an event with the details, where attributes leave them out', () => {
    const details = {
      'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }],
      'gen_ai.output.messages': [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', content: 'hm' },
            { type: 'text', content: 'Hi.' },
          ],
          finish_reason: 'stop',
        },
      ],
      'gen_ai.request.model': 'other',
    };
    const call = read({
      attributes: chat,
      events: [{ name: 'gen_ai.client.inference.operation.details', attributes: details }],
    });
    expect(call.asked).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    expect(call.answered?.choices).toEqual([
      {
        index: 0,
        finish_reason: 'stop',
        message: {
          role: 'assistant',
          content: [
            { type: 'reasoning', content: 'hm' },
            { type: 'text', text: 'Hi.' },
          ],
        },
      },
    ]);
  });

  test('an event for each message', () => {
    const call = read({
      attributes: chat,
      events: [
        { name: 'gen_ai.system.message', attributes: { 'gen_ai.system': 'openai', content: 'Be brief.' } },
        { name: 'gen_ai.user.message', attributes: { content: 'hi' } },
        { name: 'gen_ai.tool.message', attributes: { id: 'c1', content: 'ok' } },
        {
          name: 'gen_ai.choice',
          attributes: { index: 0, finish_reason: 'stop', message: '{"role":"assistant","content":"Hi."}' },
        },
      ],
    });
    expect(call.asked.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hi' },
      { role: 'tool', tool_call_id: 'c1', content: 'ok' },
    ]);
    expect(call.answered?.choices).toEqual([
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi.' } },
    ]);
  });

  test('events with all contents at once', () => {
    const call = read({
      attributes: chat,
      events: [
        { name: 'gen_ai.content.prompt', attributes: { 'gen_ai.prompt': '[{"role":"user","content":"hi"}]' } },
        { name: 'gen_ai.content.completion', attributes: { 'gen_ai.completion': 'Hi.' } },
      ],
    });
    expect(call.asked.messages).toEqual([{ role: 'user', content: 'hi' }]);
    expect(call.answered?.choices).toMatchObject([{ message: { role: 'assistant', content: 'Hi.' } }]);
  });

  test('parts of a message in a numbered attribute; calls of a function', () => {
    const call = read({
      attributes: {
        'gen_ai.system': 'Anthropic',
        'llm.request.type': 'chat',
        'gen_ai.prompt.0.role': 'user',
        'gen_ai.prompt.0.content': '[{"type":"text","text":"hi"}]',
        'gen_ai.completion.0.role': 'assistant',
        'gen_ai.completion.0.function_call.name': 'f',
        'gen_ai.completion.0.function_call.arguments': '{}',
        'gen_ai.completion.0.finish_reason': 'tool_use',
      },
    });
    expect(call.provider).toBe('anthropic');
    expect(call.asked.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]);
    expect(call.answered?.choices).toMatchObject([
      {
        finish_reason: 'tool_use',
        message: { tool_calls: [{ type: 'function', function: { name: 'f', arguments: '{}' } }] },
      },
    ]);
  });

  test('why an answer ended is told without its contents', () => {
    const { answered } = read({
      attributes: { ...chat, 'gen_ai.response.model': 'm', 'gen_ai.response.finish_reasons': ['length'] },
    });
    expect(answered?.choices).toEqual([{ index: 0, message: null, finish_reason: 'length' }]);
  });
});

describe('tokens', () => {
  test('input that leaves out what came from the cache', () => {
    const usage = {
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cache_read.input_tokens': 900,
      'gen_ai.usage.cache_creation.input_tokens': 90,
    };
    expect(read({ attributes: { ...chat, ...usage } }).answered?.usage).toEqual({
      prompt_tokens: 1000,
      completion_tokens: 5,
      total_tokens: 1005,
      prompt_tokens_details: { cached_tokens: 900, cache_write_tokens: 90 },
    });
  });

  test('what is not told is not there', () => {
    expect(read({ attributes: { ...chat, 'gen_ai.usage.input_tokens': 0 } }).answered?.usage).toEqual({
      prompt_tokens: 0,
    });
    expect(read({ attributes: { ...chat, 'gen_ai.usage.input_tokens': -1 } }).answered).toBeNull();
  });
});

describe('how it ended', () => {
  test.each<[Given, Partial<LoggedCall>]>([
    [{}, { status: 200, outcome: 'success', error: null }],
    [
      { statusCode: 2, statusMessage: 'it broke' },
      { status: 500, outcome: 'upstream_error', error: 'it broke' },
    ],
    [
      { attributes: { 'error.type': 'RateLimitError' } },
      { status: 500, outcome: 'upstream_error', error: 'RateLimitError' },
    ],
    [{ attributes: { 'error.type': '429' } }, { status: 429, outcome: 'upstream_error', error: '429' }],
    [{ attributes: { 'error.type': 'timeout' } }, { status: -1, outcome: 'timeout', error: 'timeout' }],
    [
      { attributes: { 'http.response.status_code': 503 }, statusMessage: 'x' },
      { status: 503, outcome: 'upstream_error', error: 'x' },
    ],
    [{ attributes: { 'http.response.status_code': 201 } }, { status: 201, outcome: 'success' }],
    [
      {
        statusCode: 2,
        events: [{ name: 'exception', attributes: { 'exception.message': 'boom' } }],
        statusMessage: 'x',
      },
      { error: 'boom' },
    ],
  ])('%#', (given, expected) => {
    expect(read({ ...given, attributes: { ...chat, ...given.attributes } })).toMatchObject(expected);
  });

  test.each<[Given, string]>([
    [{ traceId: '' }, 'traceId: must be 16 bytes, not all of them 0'],
    [{ traceId: '0'.repeat(32) }, 'traceId: must be 16 bytes, not all of them 0'],
    [{ spanId: 'xyz' }, 'spanId: must be 8 bytes, not all of them 0'],
    [{ startTime: 0 }, 'startTimeUnixNano: is before the year 2000; times count from 1970'],
    [{ endTime: START - 1 }, 'endTimeUnixNano: is before startTimeUnixNano'],
  ])('a span that cannot be: %o', (given, message) => {
    expect(() => callOfSpan(spanOf({ attributes: chat, ...given }), START)).toThrow(new LogFault(message));
    // One that is no call is not looked at.
    expect(callOfSpan(spanOf(given), START)).toBeNull();
  });
});
