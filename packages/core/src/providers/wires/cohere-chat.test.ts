import { expect, test } from 'vitest';
import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { cohereChat } from './cohere-chat.js';

// Shapes: Cohere's chat references, v2 and v1, and its guides to streaming, tool use and citations. Content is made up.

type Data = { type?: string; event_type?: string; [key: string]: unknown };

function stream(events: Data[], named = true) {
  const rebuilder = cohereChat.rebuild();
  const content = events.map((data) =>
    rebuilder.push({ event: named ? (data.type ?? '') : '', data: JSON.stringify(data) }),
  );
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete(), content };
}

const message = (type: string, index: number | undefined, said: object): Data => ({
  type,
  ...(index === undefined ? {} : { index }),
  delta: { message: said },
});
const START: Data = {
  type: 'message-start',
  id: 'a1',
  delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
};
const USAGE = {
  billed_units: { input_tokens: 5, output_tokens: 418 },
  tokens: { input_tokens: 71, output_tokens: 420 },
};
const end = (finish_reason: string, more: object = {}): Data => ({
  type: 'message-end',
  delta: { finish_reason, usage: USAGE, ...more },
});
const text = (value: string, index = 1): Data => message('content-delta', index, { content: { text: value } });

const BILLED = {
  ...EMPTY_USAGE,
  inputTokens: 5,
  outputTokens: 418,
};

test('v2: thinking, text and citations rebuild to the plain answer; what is charged are the billed units', () => {
  const citation = {
    start: 0,
    end: 3,
    text: 'Zoë',
    sources: [{ type: 'document', id: 'doc:0', document: { id: 'doc:0', title: 'T' } }],
    type: 'TEXT_CONTENT',
  };
  const { body, facts, complete, content } = stream([
    START,
    message('content-start', 0, { content: { type: 'thinking', thinking: '' } }),
    message('content-delta', 0, { content: { thinking: 'Hm' } }),
    message('content-delta', 0, { content: { thinking: '…' } }),
    { type: 'content-end', index: 0 },
    message('content-start', 1, { content: { type: 'text', text: '' } }),
    text('Zoë'),
    message('citation-start', 0, { citations: citation }),
    { type: 'citation-end', index: 0 },
    text(' 🦊'),
    { type: 'content-end', index: 1 },
    end('COMPLETE'),
  ]);
  const plain = {
    id: 'a1',
    finish_reason: 'COMPLETE',
    message: {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm…' },
        { type: 'text', text: 'Zoë 🦊' },
      ],
      citations: [citation],
    },
    usage: USAGE,
  };
  expect(body).toEqual(plain);
  expect(facts).toEqual({ model: null, usage: BILLED, finishReason: 'COMPLETE', error: null, usageObject: USAGE });
  expect(cohereChat.facts(plain)).toEqual(facts);
  expect(complete).toBe(true);
  expect(content).toEqual([false, false, true, true, false, false, true, true, false, true, false, false]);
});

const TOOL_STREAM: Data[] = [
  START,
  message('tool-plan-delta', undefined, { tool_plan: 'I ' }),
  message('tool-plan-delta', undefined, { tool_plan: 'will.' }),
  message('tool-call-start', 0, {
    tool_calls: { id: 'w_1', type: 'function', function: { name: 'get', arguments: '' } },
  }),
  message('tool-call-delta', 0, { tool_calls: { function: { arguments: '{"city":' } } }),
  message('tool-call-start', 1, {
    tool_calls: { id: 'w_2', type: 'function', function: { name: 'get', arguments: '' } },
  }),
  message('tool-call-delta', 0, { tool_calls: { function: { arguments: '"Köln"}' } } }),
  message('tool-call-delta', 1, { tool_calls: { function: { arguments: '{}' } } }),
  { type: 'tool-call-end', index: 0 },
  { type: 'tool-call-end', index: 1 },
  end('TOOL_CALL'),
];

test('v2: a plan and tool calls side by side', () => {
  expect(stream(TOOL_STREAM).body).toEqual({
    id: 'a1',
    finish_reason: 'TOOL_CALL',
    message: {
      role: 'assistant',
      tool_plan: 'I will.',
      tool_calls: [
        { id: 'w_1', type: 'function', function: { name: 'get', arguments: '{"city":"Köln"}' } },
        { id: 'w_2', type: 'function', function: { name: 'get', arguments: '{}' } },
      ],
    },
    usage: USAGE,
  });
  // Without event names the data tells the type.
  expect(stream(TOOL_STREAM, false)).toEqual(stream(TOOL_STREAM));
});

test('v2: log probabilities are listed in order; unknown members and events survive', () => {
  const logprobs = (value: string) => ({ text: value, token_ids: [1], logprobs: [-0.5] });
  const { body } = stream([
    START,
    message('content-start', 0, { content: { type: 'text', text: '', tone: 'dry' } }),
    { ...text('a', 0), logprobs: logprobs('a') },
    { ...text('b', 0), logprobs: logprobs('b') },
    { type: 'debug', prompt: 'P', __proto__x: 1 },
    message('mood-delta', 0, { mood: 'go' }),
    message('mood-delta', 0, { mood: 'od' }),
    end('COMPLETE', { warnings: ['w'] }),
  ]);
  expect(body).toEqual({
    id: 'a1',
    prompt: 'P',
    __proto__x: 1,
    finish_reason: 'COMPLETE',
    warnings: ['w'],
    message: { role: 'assistant', content: [{ type: 'text', text: 'ab', tone: 'dry' }], mood: 'good' },
    usage: USAGE,
    logprobs: [logprobs('a'), logprobs('b')],
  });
});

test('v2: a cut stream is what arrived; damaged events are passed over', () => {
  const rebuilder = cohereChat.rebuild();
  expect(rebuilder.body()).toBeNull();
  expect(rebuilder.push({ event: 'message-start', data: '{"type":"mess' })).toBe(false);
  expect(rebuilder.push({ event: '', data: '[1]' })).toBe(false);
  expect(rebuilder.body()).toBeNull();
  rebuilder.push({
    event: '',
    data: '{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"a"}}}}',
  });
  expect(rebuilder.body()).toEqual({ message: { content: [{ text: 'a' }] } });
  expect(rebuilder.complete()).toBe(false);
  for (const data of [
    '{"type":"content-delta","index":-1,"delta":{"message":{"content":{"__proto__":{"x":1}}}}}',
    '{"type":"x","__proto__":{"x":1},"delta":{"message":{"__proto__":"y"},"__proto__":7}}',
    '{"delta":{"message":{"content":[null,1,{"text":{}}],"tool_calls":"x","citations":4}}}',
    '{"delta":{"message":{"tool_calls":{"function":null,"id":[]}}}}',
    '{"delta":{"message":{"tool_calls":{"function":[1]}}}}',
  ]) {
    expect(() => rebuilder.push({ event: '', data })).not.toThrow();
  }
  expect(() => JSON.stringify(rebuilder.body())).not.toThrow();
  expect(({} as { x?: number }).x).toBeUndefined();
});

test('errors: a failed generation, an error of a status of its own, an error event', () => {
  const failed = stream([START, end('ERROR', { error: 'model crashed' })]);
  expect(failed.facts).toMatchObject({ finishReason: 'ERROR', error: 'model crashed' });
  expect(failed.complete).toBe(false);
  for (const finish_reason of ['ERROR', 'ERROR_LIMIT', 'TIMEOUT']) {
    expect(cohereChat.facts({ finish_reason }).error).toBe(`finish reason ${finish_reason}`);
  }
  for (const finish_reason of ['COMPLETE', 'STOP_SEQUENCE', 'MAX_TOKENS', 'TOOL_CALL', 'USER_CANCEL']) {
    expect(cohereChat.facts({ finish_reason }).error).toBeNull();
  }
  expect(cohereChat.facts({ message: 'invalid api token' }).error).toBe('invalid api token');
  const { body, facts, complete } = stream([START, text('a', 0), { type: 'error', message: 'too many requests' }]);
  expect(facts.error).toBe('too many requests');
  expect(body).toMatchObject({ message: { content: [{ text: 'a' }] }, error: 'too many requests' });
  expect(complete).toBe(false);
});

test('usage: billed units, else tokens; cached ones where they can be a part; not known is null', () => {
  const usage = (value: unknown) => cohereChat.facts({ usage: value }).usage;
  expect(usage({ tokens: { input_tokens: 3, output_tokens: 4 } })).toMatchObject({ inputTokens: 3, outputTokens: 4 });
  expect(usage({ billed_units: { input_tokens: 9, output_tokens: 4 }, cached_tokens: 8 })).toMatchObject({
    inputTokens: 9,
    cacheReadTokens: 8,
  });
  expect(usage({ billed_units: { input_tokens: 9, output_tokens: 4 }, cached_tokens: 10 })?.cacheReadTokens).toBeNull();
  expect(usage({ billed_units: { output_tokens: 4 } })).toMatchObject({ inputTokens: null, outputTokens: 4 });
  expect(usage({ billed_units: { input_tokens: 0, output_tokens: 0, search_units: 2 } })).toMatchObject({
    inputTokens: 0,
    outputTokens: 0,
    searchUnits: 2,
  });
  for (const none of [undefined, null, {}, [], { billed_units: {} }, { billed_units: { input_tokens: '3' } }]) {
    expect(usage(none)).toBeNull();
  }
});

const META = {
  api_version: { version: '1' },
  billed_units: { input_tokens: 5, output_tokens: 418 },
  tokens: { input_tokens: 71, output_tokens: 420 },
};
const V1 = {
  response_id: 'r1',
  generation_id: 'g1',
  text: 'Hé 🦊',
  citations: [{ start: 0, end: 2, text: 'Hé', document_ids: ['d0'] }],
  finish_reason: 'COMPLETE',
  meta: META,
};
const V1_STREAM: Data[] = [
  { is_finished: false, event_type: 'stream-start', generation_id: 'g1' },
  { is_finished: false, event_type: 'text-generation', text: 'Hé' },
  { is_finished: false, event_type: 'text-generation', text: ' 🦊' },
  { is_finished: false, event_type: 'citation-generation', citations: V1.citations },
  { is_finished: true, event_type: 'stream-end', response: V1, finish_reason: 'COMPLETE' },
];

test('v1: the last event holds the whole answer', () => {
  const { body, facts, complete, content } = stream(V1_STREAM);
  expect(body).toEqual(V1);
  expect(facts).toEqual({ model: null, usage: BILLED, finishReason: 'COMPLETE', error: null, usageObject: META });
  expect(cohereChat.facts(V1)).toEqual(facts);
  expect(complete).toBe(true);
  expect(content).toEqual([false, true, true, true, false]);
  const { finish_reason, ...less } = V1;
  expect(stream([{ event_type: 'stream-end', finish_reason, response: less }]).body).toEqual(V1);
});

test('v1: without its end it is what arrived', () => {
  const { body, complete } = stream(V1_STREAM.slice(0, -1));
  expect(body).toEqual({ generation_id: 'g1', text: 'Hé 🦊', citations: V1.citations });
  expect(complete).toBe(false);
  const calls: Data[] = [
    { event_type: 'search-queries-generation', search_queries: [{ text: 'q' }] },
    { event_type: 'search-results', search_results: [{ id: 1 }], documents: [{ id: 'd0' }] },
    { event_type: 'tool-calls-chunk', text: 'I ' },
    { event_type: 'tool-calls-chunk', tool_call_delta: { name: 'get', index: 0 } },
    { event_type: 'tool-calls-chunk', tool_call_delta: { parameters: '{"a"', index: 0 } },
    { event_type: 'tool-calls-chunk', tool_call_delta: { parameters: ':1}', index: 0 } },
  ];
  const found = { search_queries: [{ text: 'q' }], search_results: [{ id: 1 }], documents: [{ id: 'd0' }] };
  expect(stream(calls).body).toEqual({ ...found, text: 'I ', tool_calls: [{ name: 'get', parameters: '{"a":1}' }] });
  const whole = {
    event_type: 'tool-calls-generation',
    text: 'I will.',
    tool_calls: [{ name: 'get', parameters: { a: 1 } }],
  };
  expect(stream([...calls, whole]).body).toEqual({ ...found, text: 'I will.', tool_calls: whole.tool_calls });
});

test('v1: a failed answer keeps what came of it', () => {
  const error = { event_type: 'stream-end', finish_reason: 'ERROR', response: { text: '' } };
  const { body, facts, complete } = stream([...V1_STREAM.slice(0, 2), error]);
  expect(body).toEqual({ generation_id: 'g1', text: 'Hé', finish_reason: 'ERROR' });
  expect(facts).toMatchObject({ finishReason: 'ERROR', error: 'finish reason ERROR' });
  expect(complete).toBe(false);
});

test('our own error events read as errors', () => {
  const sse = cohereChat.errorEvent('upstream_reset', 'it broke', 'sse');
  expect(sse).toBe(
    'event: message-end\ndata: {"type":"message-end","delta":{"finish_reason":"ERROR","error":"it broke"}}\n\n',
  );
  const line = cohereChat.errorEvent('upstream_reset', 'it broke', 'ndjson') as string;
  expect(line).toMatch(/^\{.*\}\n$/);
  const said = [JSON.parse((sse as string).split('data: ')[1] as string), JSON.parse(line)];
  for (const event of said) {
    expect(stream([event]).facts).toMatchObject({ finishReason: 'ERROR', error: 'it broke' });
    expect(cohereChat.endsWhole([{ event: '', data: JSON.stringify(event) }])).toBe(false);
  }
});

test('ends whole with the last event of either version', () => {
  const whole = (...events: Data[]) =>
    cohereChat.endsWhole(events.map((data) => ({ event: data.type ?? '', data: JSON.stringify(data) })));
  expect(whole({ type: 'content-end', index: 0 }, end('COMPLETE'))).toBe(true);
  expect(whole(end('TOOL_CALL'), { type: 'later' })).toBe(true);
  expect(whole(end('TIMEOUT'))).toBe(false);
  expect(whole({ type: 'content-end', index: 0 })).toBe(false);
  expect(whole(V1_STREAM[4] as Data)).toBe(true);
  expect(whole({ event_type: 'text-generation', text: 'message-end' })).toBe(false);
  expect(cohereChat.endsWhole([])).toBe(false);
  expect(cohereChat.endsWhole([{ event: 'message-end', data: '{' }])).toBe(true);
});
