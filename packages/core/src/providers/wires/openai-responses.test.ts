import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { openaiResponses } from './openai-responses.js';

// Shapes: OpenAI's API reference (response object, streaming events). Content is made up.

type Data = { type: string; [key: string]: unknown };

function stream(events: Data[], named = true) {
  const rebuilder = openaiResponses.rebuild();
  const content = events.map((data) => rebuilder.push({ event: named ? data.type : '', data: JSON.stringify(data) }));
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete(), content };
}

const HEAD = {
  id: 'resp_1',
  object: 'response',
  created_at: 1741476777,
  model: 'gpt-4o-2024-08-06',
  error: null,
  incomplete_details: null,
};

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Hello', annotations: [{ type: 'url_citation', url: 'u' }], logprobs: [] }],
};
const SEARCH = { id: 'ws_1', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'x' } };

const PLAIN = {
  ...HEAD,
  status: 'completed',
  output: [SEARCH, MESSAGE],
  usage: {
    input_tokens: 328,
    input_tokens_details: { cached_tokens: 128, cache_write_tokens: 0 },
    output_tokens: 52,
    output_tokens_details: { reasoning_tokens: 40 },
    total_tokens: 380,
  },
};

const FACTS = {
  model: 'gpt-4o-2024-08-06',
  usage: {
    ...EMPTY_USAGE,
    inputTokens: 328,
    outputTokens: 52,
    cacheReadTokens: 128,
    cacheWriteTokens: 0,
    reasoningTokens: 40,
    webSearches: 1,
  },
  finishReason: 'completed',
  error: null,
  usageObject: PLAIN.usage,
  serviceTier: null,
};

const at = { output_index: 1, content_index: 0, item_id: 'msg_1' };

/** Everything before the terminal event, without the events that end parts and items. */
const OPEN: Data[] = [
  { type: 'response.created', response: { ...HEAD, status: 'in_progress', output: [], usage: null } },
  { type: 'response.in_progress', response: { ...HEAD, status: 'in_progress', output: [], usage: null } },
  { type: 'response.output_item.added', output_index: 0, item: { ...SEARCH, status: 'in_progress' } },
  { type: 'response.web_search_call.searching', output_index: 0, item_id: 'ws_1' },
  { type: 'response.output_item.done', output_index: 0, item: SEARCH },
  { type: 'response.output_item.added', output_index: 1, item: { ...MESSAGE, status: 'in_progress', content: [] } },
  {
    type: 'response.content_part.added',
    ...at,
    part: { type: 'output_text', text: '', annotations: [], logprobs: [] },
  },
  { type: 'response.output_text.delta', ...at, delta: 'Hel', logprobs: [], obfuscation: 'qq' },
  { type: 'response.output_text.delta', ...at, delta: 'lo', logprobs: [] },
  {
    type: 'response.output_text.annotation.added',
    ...at,
    annotation_index: 0,
    annotation: { type: 'url_citation', url: 'u' },
  },
];

test.each([
  ['named events', true],
  ['events told by their data', false],
])('a stream rebuilds to the plain answer: %s', (_name, named) => {
  const { body, facts, complete, content } = stream([...OPEN, { type: 'response.completed', response: PLAIN }], named);
  expect(body).toEqual(PLAIN);
  expect(facts).toEqual(FACTS);
  expect(openaiResponses.facts(PLAIN)).toEqual(FACTS);
  expect(complete).toBe(true);
  expect(content).toEqual([...OPEN.map((event) => event.type.endsWith('.delta')), false]);
});

test('the type may stand anywhere in the data', () => {
  const rebuilder = openaiResponses.rebuild();
  expect(
    rebuilder.push({ event: '', data: '{"output_index":0,"delta":"Hi","type":"response.output_text.delta"}' }),
  ).toBe(true);
  expect(rebuilder.push({ event: 'message', data: '{"response":{"id":"r"},"type":"response.created"}' })).toBe(false);
  expect(rebuilder.body()).toEqual({
    id: 'r',
    output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] }],
  });
});

test('incomplete and failed are terminal too', () => {
  const incomplete = { ...PLAIN, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  const first = stream([...OPEN, { type: 'response.incomplete', response: incomplete }]);
  expect(first).toMatchObject({
    body: incomplete,
    complete: true,
    facts: { finishReason: 'max_output_tokens', error: null },
  });
  const failed = {
    ...HEAD,
    status: 'failed',
    output: [],
    usage: null,
    error: { code: 'server_error', message: 'Boom' },
  };
  const second = stream([...OPEN, { type: 'response.failed', response: failed }]);
  expect(second).toMatchObject({
    body: failed,
    complete: true,
    facts: { finishReason: 'failed', error: 'Boom', usage: null },
  });
});

test('a cut stream keeps what arrived', () => {
  const { body, facts, complete } = stream(OPEN);
  expect(body).toEqual({
    ...HEAD,
    status: 'in_progress',
    usage: null,
    output: [SEARCH, { ...MESSAGE, status: 'in_progress' }],
  });
  expect(facts).toMatchObject({ model: 'gpt-4o-2024-08-06', usage: null, finishReason: null, error: null });
  expect(complete).toBe(false);
  expect(stream([]).body).toBe(null);
});

test('a cut stream of reasoning, refusal and calls', () => {
  const item = (output_index: number, value: object): Data => ({
    type: 'response.output_item.added',
    output_index,
    item: value,
  });
  const delta = (kind: string, output_index: number, value: string, more: object = {}): Data => ({
    type: `response.${kind}.delta`,
    output_index,
    delta: value,
    ...more,
  });
  const { body, content } = stream([
    item(0, { id: 'rs', type: 'reasoning', summary: [] }),
    {
      type: 'response.reasoning_summary_part.added',
      output_index: 0,
      summary_index: 0,
      part: { type: 'summary_text', text: '' },
    },
    delta('reasoning_summary_text', 0, 'I ', { summary_index: 0 }),
    delta('reasoning_summary_text', 0, 'think', { summary_index: 0 }),
    delta('reasoning_text', 0, 'deep', { content_index: 0 }),
    item(2, { id: 'fc', type: 'function_call', name: 'f', arguments: '' }),
    delta('function_call_arguments', 2, '{"a"'),
    item(1, { id: 'm', type: 'message', role: 'assistant', content: [] }),
    { type: 'response.content_part.added', output_index: 1, content_index: 0, part: { type: 'refusal', refusal: '' } },
    delta('refusal', 1, 'No', { content_index: 0 }),
    delta('function_call_arguments', 2, ':1}'),
    { type: 'response.function_call_arguments.done', output_index: 2, arguments: '{"a":1}' },
    delta('custom_tool_call_input', 3, 'ls'),
    delta('code_interpreter_call_code', 4, 'x=1'),
    delta('mcp_call_arguments', 5, '{}'),
    delta('shell_call_command', 6, 'ls', { command_index: 0 }),
    delta('shell_call_command', 6, ' -l', { command_index: 0 }),
  ]);
  expect(body).toEqual({
    output: [
      {
        id: 'rs',
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'I think' }],
        content: [{ type: 'reasoning_text', text: 'deep' }],
      },
      { id: 'm', type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No' }] },
      { id: 'fc', type: 'function_call', name: 'f', arguments: '{"a":1}' },
      { type: 'custom_tool_call', input: 'ls' },
      { type: 'code_interpreter_call', code: 'x=1' },
      { type: 'mcp_call', arguments: '{}' },
      { type: 'shell_call', action: { commands: ['ls -l'] } },
    ],
  });
  expect(content.filter(Boolean)).toHaveLength(11);
});

test('an error event: not complete, in the facts, beside what arrived', () => {
  const error: Data = { type: 'error', code: 'server_error', message: 'Boom', param: null, sequence_number: 3 };
  const cut = stream([...OPEN, error]);
  expect(cut.complete).toBe(false);
  expect(cut.facts.error).toBe('Boom');
  expect(cut.body).toMatchObject({ id: 'resp_1', output: [{}, { content: [{ text: 'Hello' }] }], error });
  expect(stream([{ type: 'error', error: { message: 'Inner' } }]).facts.error).toBe('Inner');
});

test('a damaged terminal event is as good as a cut', () => {
  const rebuilder = openaiResponses.rebuild();
  for (const event of OPEN) rebuilder.push({ event: event.type, data: JSON.stringify(event) });
  rebuilder.push({ event: 'response.completed', data: '{"type":"response.completed","response":{"id"' });
  expect(rebuilder.complete()).toBe(false);
  expect(rebuilder.body()).toMatchObject({ output: [{}, { content: [{ text: 'Hello' }] }] });
});

test('items that a whole answer leaves out are those of their own events', () => {
  const { body, complete } = stream([...OPEN, { type: 'response.completed', response: { ...PLAIN, output: [] } }]);
  expect(body).toEqual({ ...PLAIN, output: [SEARCH, { ...MESSAGE, status: 'in_progress' }] });
  expect(complete).toBe(true);
});

test('a cut stream of drawing, speech and commands', () => {
  const draft = (b64: string): Data => ({
    type: 'response.image_generation_call.partial_image',
    output_index: 0,
    partial_image_b64: b64,
  });
  const written = (name: string, value: string): Data => ({
    type: 'response.shell_call_output_content.delta',
    output_index: 2,
    command_index: 0,
    delta: { [name]: value },
  });
  const { body, content } = stream([
    { type: 'response.output_item.added', output_index: 0, item: { type: 'image_generation_call', id: 'ig' } },
    draft('AAAA'),
    draft('BBBB'),
    { type: 'response.audio.delta', output_index: 1, delta: 'YQ==' },
    { type: 'response.audio.delta', output_index: 1, delta: 'Yg==' },
    { type: 'response.audio.transcript.delta', output_index: 1, delta: 'a' },
    { type: 'response.audio.transcript.delta', output_index: 1, delta: 'b' },
    written('stdout', 'x'),
    written('stdout', 'y'),
    written('stderr', 'z'),
    {
      type: 'response.shell_call_output_content.done',
      output_index: 3,
      command_index: 0,
      output: [{ stdout: 'whole', stderr: '', outcome: { type: 'exit', exit_code: 0 } }],
    },
  ]);
  expect(body).toEqual({
    output: [
      { type: 'image_generation_call', id: 'ig', partial_image_b64: 'BBBB' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_audio', data: 'YWI=', transcript: 'ab' }] },
      { type: 'shell_call_output', output: [{ stdout: 'xy', stderr: 'z' }] },
      { type: 'shell_call_output', output: [{ stdout: 'whole', stderr: '', outcome: { type: 'exit', exit_code: 0 } }] },
    ],
  });
  expect(content.filter(Boolean)).toHaveLength(9);
});

test('drafts of a picture do not pile up', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const rebuilder = openaiResponses.rebuild();
  const type = 'response.image_generation_call.partial_image';
  const b64 = 'A'.repeat(200_000);
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 100; i++) {
    rebuilder.push({ event: type, data: JSON.stringify({ type, i, partial_image_b64: b64 }) });
  }
  collect();
  // All of them are 20 MB.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
  expect(rebuilder.body()).toEqual({ output: [{ type: 'image_generation_call', partial_image_b64: b64 }] });
});

test.each([
  [{ type: 'response.audio.delta', output_index: 1e9, content_index: 1e9, delta: 3 }],
  [{ type: 'response.image_generation_call.partial_image', output_index: -1, partial_image_b64: {} }],
  [{ type: 'response.shell_call_output_content.delta', command_index: 1e9, delta: null }],
  [{ type: 'response.completed', response: { output: [null, 3, { type: 'image_generation_call', svg_usage: 4 }] } }],
  [{ type: 'response.completed', response: { tools: 3, usage: { input_tokens: 1 }, tool_usage: { image_gen: [] } } }],
])('nothing about an event may be relied on: %o', (event) => {
  const { body } = stream([event]);
  expect(JSON.stringify(body).length).toBeLessThan(200);
});
