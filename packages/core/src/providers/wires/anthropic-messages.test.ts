import { expect, test } from 'vitest';
import { anthropicMessages } from './anthropic-messages.js';

// Shapes: Anthropic's Messages API and streaming references. Content is made up.

type Data = { type: string; [key: string]: unknown };

function stream(events: Data[]) {
  const rebuilder = anthropicMessages.rebuild();
  const content = events.map((data) => rebuilder.push({ event: data.type, data: JSON.stringify(data) }));
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete(), content };
}

const START_USAGE = {
  input_tokens: 25,
  cache_creation_input_tokens: 300,
  cache_read_input_tokens: 1000,
  cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
  output_tokens: 1,
  service_tier: 'standard',
};

const HEAD = { id: 'msg_01', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5-20250929' };

function start(usage: object = START_USAGE): Data {
  return { type: 'message_start', message: { ...HEAD, content: [], stop_reason: null, stop_sequence: null, usage } };
}

function block(index: number, content: object, deltas: object[]): Data[] {
  return [
    { type: 'content_block_start', index, content_block: content },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function end(
  usage: object,
  delta: object = { stop_reason: 'end_turn', stop_sequence: null },
  more: object = {},
): Data[] {
  return [{ type: 'message_delta', delta, usage, ...more }, { type: 'message_stop' }];
}

const json = (partial_json: string) => ({ type: 'input_json_delta', partial_json });
const text = (value: string) => ({ type: 'text_delta', text: value });

const STREAM: Data[] = [
  start(),
  ...block(0, { type: 'thinking', thinking: '', signature: '' }, [
    { type: 'thinking_delta', thinking: 'Let ' },
    { type: 'thinking_delta', thinking: 'me' },
    { type: 'signature_delta', signature: 'EqQB' },
  ]),
  { type: 'ping' },
  ...block(1, { type: 'redacted_thinking', data: 'Emw' }, []),
  ...block(2, { type: 'text', text: '', citations: null }, [text('Hel'), text('lo')]),
  ...block(3, { type: 'tool_use', id: 'toolu_1', name: 'get', input: {} }, [
    json(''),
    json('{"city": "Par'),
    json('is"}'),
  ]),
  ...block(4, { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} }, []),
  ...end({ output_tokens: 89 }, { stop_reason: 'tool_use', stop_sequence: null }),
];

const PLAIN = {
  ...HEAD,
  content: [
    { type: 'thinking', thinking: 'Let me', signature: 'EqQB' },
    { type: 'redacted_thinking', data: 'Emw' },
    { type: 'text', text: 'Hello', citations: null },
    { type: 'tool_use', id: 'toolu_1', name: 'get', input: { city: 'Paris' } },
    { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { ...START_USAGE, output_tokens: 89 },
};

const FACTS = {
  model: 'claude-sonnet-4-5-20250929',
  usage: {
    inputTokens: 1325, // 25 + 1000 read + 300 written
    outputTokens: 89,
    cacheReadTokens: 1000,
    cacheWriteTokens: 300,
    cacheWrite5mTokens: 200,
    cacheWrite1hTokens: 100,
    reasoningTokens: null,
    inputAudioTokens: null,
    outputAudioTokens: null,
    webSearches: null,
  },
  finishReason: 'tool_use',
  error: null,
  usageObject: { ...START_USAGE, output_tokens: 89 },
  serviceTier: null,
};

test('a stream rebuilds to the plain answer, facts included', () => {
  const { body, facts, complete } = stream(STREAM);
  expect(body).toEqual(PLAIN);
  expect(facts).toEqual(FACTS);
  expect(anthropicMessages.facts(PLAIN)).toEqual(FACTS);
  expect(complete).toBe(true);
});

test('content: deltas, and blocks that come whole; not starts of empty blocks, pings and the frame', () => {
  const { content } = stream(STREAM);
  const carrying = STREAM.filter((_, index) => content[index]).map((event) => `${event.type} ${event.index}`);
  const delta = (index: number) => `content_block_delta ${index}`;
  const starts = (index: number) => `content_block_start ${index}`;
  expect(carrying).toEqual([
    ...[delta(0), delta(0), delta(0), starts(1), delta(2), delta(2)],
    ...[starts(3), delta(3), delta(3), delta(3), starts(4)],
  ]);
});

test('citations and server tools survive', () => {
  const results = {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: [{ type: 'web_search_result', url: 'u' }],
  };
  const cite = (cited_text: string) => ({
    type: 'citations_delta',
    citation: { type: 'web_search_result_location', cited_text },
  });
  const { body, facts } = stream([
    start({ input_tokens: 10, output_tokens: 1 }),
    ...block(0, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }, [json('{"query":"x"}')]),
    ...block(1, results, []),
    ...block(2, { type: 'text', text: '', citations: [] }, [cite('a'), text('T'), cite('b')]),
    ...end({ input_tokens: 4000, output_tokens: 20, server_tool_use: { web_search_requests: 2 } }),
  ]);
  expect(body).toMatchObject({
    content: [
      { type: 'server_tool_use', input: { query: 'x' } },
      results,
      { type: 'text', text: 'T', citations: [{ cited_text: 'a' }, { cited_text: 'b' }] },
    ],
    usage: { input_tokens: 4000, output_tokens: 20, server_tool_use: { web_search_requests: 2 } },
  });
  expect(facts.usage).toMatchObject({ inputTokens: 4000, outputTokens: 20, webSearches: 2, cacheReadTokens: null });
});

test('message_delta: cumulative output, omitted or null cache counts kept, other members kept', () => {
  const fillers = {
    input_tokens: 0,
    cache_read_input_tokens: null,
    output_tokens: 15,
    output_tokens_details: { thinking_tokens: 9 },
  };
  const { body, facts } = stream([
    start(),
    { type: 'message_delta', delta: { stop_reason: null }, usage: { output_tokens: 7 } },
    ...end(fillers, { stop_reason: 'stop_sequence', stop_sequence: '###', container: { id: 'c' } } as object, {
      context_management: { applied_edits: [] },
    }),
  ]);
  expect(body).toMatchObject({
    stop_reason: 'stop_sequence',
    stop_sequence: '###',
    container: { id: 'c' },
    context_management: { applied_edits: [] },
    usage: { input_tokens: 25, cache_read_input_tokens: 1000, output_tokens: 15 },
  });
  expect(facts.usage).toMatchObject({ inputTokens: 1325, outputTokens: 15, reasoningTokens: 9 });
});

test('a server that counts input only at the end', () => {
  const { facts } = stream([
    start({ input_tokens: 0, output_tokens: 0 }),
    ...end({ input_tokens: 12, output_tokens: 3 }),
  ]);
  expect(facts.usage).toMatchObject({ inputTokens: 12, outputTokens: 3 });
});

test('a cut stream keeps what arrived; cut input stays text', () => {
  const { body, facts, complete } = stream(STREAM.slice(0, -6));
  expect(body).toMatchObject({
    content: [{}, {}, {}, { type: 'tool_use', input: '{"city": "Par' }],
    stop_reason: null,
  });
  expect(facts).toMatchObject({ finishReason: null, usage: { outputTokens: 1 } });
  expect(complete).toBe(false);
  expect(stream([]).body).toBe(null);
});

test('compaction, fallback and kinds of delta that nobody knows', () => {
  const { body } = stream([
    start(),
    ...block(0, { type: 'compaction', content: null }, [
      { type: 'compaction_delta', content: 'sum', encrypted_content: 'e' },
    ]),
    ...block(1, { type: 'fallback', to: { model: 'claude-opus-4-8' } }, []),
    ...block(2, { type: 'new' }, [
      { type: 'new_delta', a: 'x', b: [1], c: 1 },
      { type: 'new_delta', a: 'y', b: [2], c: 2 },
    ]),
  ]);
  expect(body).toMatchObject({
    model: 'claude-opus-4-8',
    content: [{ content: 'sum', encrypted_content: 'e' }, {}, { type: 'new', a: 'xy', b: [1, 2], c: 2 }],
  });
});

test('errors: inside a stream, alone, and as a whole answer', () => {
  const error: Data = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  const cut = stream([...STREAM.slice(0, 3), error, { type: 'message_stop' }]);
  expect(cut.complete).toBe(false);
  expect(cut.facts.error).toBe('Overloaded');
  expect(cut.body).toMatchObject({ id: 'msg_01', error: error.error });
  expect(stream([error]).body).toEqual(error);
  expect(anthropicMessages.facts(error).error).toBe('Overloaded');
});

test('cache writes: only the parts, only the total, explicit 0, missing input', () => {
  const usage = (value: object) => anthropicMessages.facts({ usage: value }).usage;
  const parts = { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 12 };
  expect(usage({ input_tokens: 1, output_tokens: 1, cache_creation: parts })).toMatchObject({
    inputTokens: 43, // 1 + 30 + 12
    cacheWriteTokens: 42,
    cacheWrite5mTokens: 30,
    cacheWrite1hTokens: 12,
  });
  expect(usage({ input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 42 })).toMatchObject({
    inputTokens: 43,
    cacheWriteTokens: 42,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
  });
  expect(
    usage({ input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 0, cache_creation: parts }),
  ).toMatchObject({
    inputTokens: 43,
    cacheWriteTokens: 42, // A 0 beside the parts is a filler of proxies.
  });
  expect(usage({ input_tokens: 1, output_tokens: 0, cache_read_input_tokens: 0 })).toMatchObject({
    cacheReadTokens: 0,
    outputTokens: 0,
  });
  expect(usage({ output_tokens: 3 })).toMatchObject({ inputTokens: null, outputTokens: 3 });
  expect(usage({})).toBe(null);
});

test.each(['end_turn', 'max_tokens', 'refusal', 'pause_turn', 'model_context_window_exceeded'])(
  'it ends with %s',
  (reason) => {
    const details = reason === 'refusal' ? { type: 'refusal', category: 'cyber', explanation: null } : null;
    const delta = { stop_reason: reason, stop_sequence: null, stop_details: details };
    const { body, facts, complete } = stream([start(), ...end({ output_tokens: 3 }, delta)]);
    expect(body).toMatchObject({ stop_reason: reason, stop_details: details });
    expect(facts).toMatchObject({ finishReason: reason, error: null });
    expect(complete).toBe(true);
  },
);
