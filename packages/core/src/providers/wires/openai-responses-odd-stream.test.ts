import { expect, test } from 'vitest';
import { scanSse } from '../../stream/sse-scanner.js';
import type { Rebuilder } from '../wire.js';
import { openaiResponses } from './openai-responses.js';

// A response of reasoning, a search, calls in parallel, a picture, text and a refusal. Shapes: OpenAI's API reference.

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  error: null,
  model: 'gpt-5.1',
  tools: [{ type: 'web_search' }, { type: 'image_generation', model: 'gpt-image-1' }],
  output: [
    { id: 'rs', type: 'reasoning', summary: [1, 2].map((n) => ({ type: 'summary_text', text: `Part ${n} 🤔` })) },
    { id: 'ws', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'Füchse' } },
    { id: 'fc1', type: 'function_call', status: 'completed', call_id: 'a', name: 'f', arguments: '{"a":1}' },
    { id: 'fc2', type: 'function_call', status: 'completed', call_id: 'b', name: 'g', arguments: '{"b":"ü"}' },
    { id: 'ig', type: 'image_generation_call', status: 'completed', result: 'AAAABBBB' },
    {
      id: 'msg',
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [
        { type: 'output_text', text: 'See 🖼', annotations: [{ type: 'url_citation', url: 'u' }], logprobs: [] },
        { type: 'refusal', refusal: 'No.' },
      ],
    },
  ],
  usage: { input_tokens: 9, output_tokens: 8, total_tokens: 17 },
};

interface Event {
  type: string;
  [member: string]: unknown;
}

/** All but the last one. */
function responseEvents(): Event[] {
  const [rs, ws, fc1, fc2, ig, msg] = RESPONSE.output as [object, object, object, object, object, object];
  const item = (when: 'added' | 'done', output_index: number, value: object) => ({
    type: `response.output_item.${when}`,
    output_index,
    item: value,
  });
  const summary = (what: string, summary_index: number, more: object) => ({
    type: `response.reasoning_summary_${what}`,
    item_id: 'rs',
    output_index: 0,
    summary_index,
    ...more,
  });
  const content = (what: string, content_index: number, more: object) => ({
    type: `response.${what}`,
    item_id: 'msg',
    output_index: 5,
    content_index,
    ...more,
  });
  const args = (what: 'delta' | 'done', output_index: number, more: object) => ({
    type: `response.function_call_arguments.${what}`,
    output_index,
    ...more,
  });
  const text = { type: 'output_text', annotations: [], logprobs: [] };
  const created = { ...RESPONSE, status: 'in_progress', output: [], usage: null };
  return [
    { type: 'response.created', response: created },
    { type: 'response.in_progress', response: created },
    item('added', 0, { ...rs, summary: [] }),
    ...[0, 1].flatMap((at) => [
      summary('part.added', at, { part: { type: 'summary_text', text: '' } }),
      summary('text.delta', at, { delta: 'Part ' }),
      summary('text.delta', at, { delta: `${at + 1} 🤔` }),
      summary('text.done', at, { text: `Part ${at + 1} 🤔` }),
      summary('part.done', at, { part: { type: 'summary_text', text: `Part ${at + 1} 🤔` } }),
    ]),
    item('done', 0, rs),
    item('added', 1, { id: 'ws', type: 'web_search_call', status: 'in_progress' }),
    { type: 'response.web_search_call.searching', output_index: 1, item_id: 'ws' },
    item('done', 1, ws),
    item('added', 2, { ...fc1, status: 'in_progress', arguments: '' }),
    item('added', 3, { ...fc2, status: 'in_progress', arguments: '' }),
    args('delta', 3, { delta: '{"b"' }),
    args('delta', 2, { delta: '{"a":1' }),
    args('delta', 3, { delta: ':"ü"}' }),
    args('delta', 2, { delta: '}' }),
    args('done', 2, { arguments: '{"a":1}' }),
    args('done', 3, { arguments: '{"b":"ü"}' }),
    item('done', 3, fc2),
    item('done', 2, fc1),
    item('added', 4, { id: 'ig', type: 'image_generation_call', status: 'in_progress', result: null }),
    { type: 'response.image_generation_call.partial_image', output_index: 4, partial_image_b64: 'AAAA' },
    item('done', 4, ig),
    item('added', 5, { ...msg, status: 'in_progress', content: [] }),
    content('content_part.added', 0, { part: { ...text, text: '' } }),
    content('output_text.delta', 0, { delta: 'See ', logprobs: [] }),
    content('output_text.delta', 0, { delta: '🖼', logprobs: [] }),
    content('output_text.annotation.added', 0, { annotation_index: 0, annotation: { type: 'url_citation', url: 'u' } }),
    content('output_text.done', 0, { text: 'See 🖼', logprobs: [] }),
    content('content_part.done', 0, {
      part: { ...text, text: 'See 🖼', annotations: [{ type: 'url_citation', url: 'u' }] },
    }),
    content('content_part.added', 1, { part: { type: 'refusal', refusal: '' } }),
    content('refusal.delta', 1, { delta: 'No.' }),
    content('refusal.done', 1, { refusal: 'No.' }),
    content('content_part.done', 1, { part: { type: 'refusal', refusal: 'No.' } }),
    item('done', 5, msg),
  ];
}

const TEXT = textOf([...responseEvents(), { type: 'response.completed', response: RESPONSE }]);

/** Without `event:` lines, as some compatible servers send them. */
function textOf(events: readonly Event[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
}

function rebuilt(stream: readonly Event[] | string): Rebuilder {
  const rebuilder = openaiResponses.rebuild();
  scanSse(typeof stream === 'string' ? stream : textOf(stream), (event) => rebuilder.push(event));
  return rebuilder;
}

test('the same as without streaming', () => {
  const rebuilder = rebuilt(TEXT);
  expect(rebuilder.body()).toEqual(RESPONSE);
  expect(rebuilder.complete()).toBe(true);
  expect(rebuilder.facts()).toEqual(openaiResponses.facts(RESPONSE));
});

test('cut anywhere, it is not whole and says so', () => {
  for (let end = 0; end < TEXT.length; end += 7) {
    const rebuilder = rebuilt(TEXT.slice(0, end));
    expect(rebuilder.complete()).toBe(false);
    expect(rebuilder.facts()).toMatchObject({ usage: null, finishReason: null, error: null });
  }
});

test('a response cut before its last event has all that the whole one has', () => {
  const rebuilder = rebuilt(responseEvents());
  expect(rebuilder.complete()).toBe(false);
  expect(rebuilder.body()).toEqual({ ...RESPONSE, status: 'in_progress', usage: null });
});

test('a response cut before the ends of its items has all that the pieces brought', () => {
  const pieces = responseEvents().filter(({ type }) => !type.endsWith('.done'));
  const rebuilder = rebuilt(pieces);
  const { output } = rebuilder.body() as typeof RESPONSE;
  const [rs, , fc1, fc2, , msg] = RESPONSE.output;
  expect(output[0]).toEqual(rs);
  expect(output[2]).toEqual({ ...fc1, status: 'in_progress' });
  expect(output[3]).toEqual({ ...fc2, status: 'in_progress' });
  expect(output[5]).toEqual({ ...msg, status: 'in_progress' });
});
