import { expect, test } from 'vitest';
import { anthropicMessages } from './anthropic-messages.js';
import { rebuildMessage } from './anthropic-rebuild.js';

// Shapes: Anthropic's Messages API and streaming references. Content is made up.

type Data = { type: string; [key: string]: unknown };

function stream(events: Data[]) {
  const rebuilder = rebuildMessage();
  const content = events.map((data) => rebuilder.push({ event: data.type, data: JSON.stringify(data) }));
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete(), content };
}

const HEAD = { id: 'msg_01', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5-20250929' };

function start(usage: object): Data {
  return { type: 'message_start', message: { ...HEAD, content: [], stop_reason: null, stop_sequence: null, usage } };
}

function block(index: number, content: object, deltas: object[]): Data[] {
  return [
    { type: 'content_block_start', index, content_block: content },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function end(usage: object, delta: object, more: object = {}): Data[] {
  return [{ type: 'message_delta', delta, usage, ...more }, { type: 'message_stop' }];
}

const json = (partial_json: string) => ({ type: 'input_json_delta', partial_json });
const text = (value: string) => ({ type: 'text_delta', text: value });

test('everything that a message can hold is as in the plain answer', () => {
  const citation = {
    type: 'char_location',
    cited_text: 'x',
    document_index: 0,
    start_char_index: 0,
    end_char_index: 1,
  };
  const usage = {
    input_tokens: 40,
    output_tokens: 70,
    server_tool_use: { web_search_requests: 1, web_fetch_requests: 2 },
  };
  const content = [
    { type: 'thinking', thinking: 'Hm, 東京 🗼', signature: 'EqQB' },
    { type: 'redacted_thinking', data: 'Emw' },
    {
      type: 'server_tool_use',
      id: 'srvtoolu_1',
      name: 'web_search',
      input: { query: 'x' },
      caller: { type: 'direct' },
    },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ type: 'web_search_result', url: 'u' }] },
    { type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'echo', server_name: 's', input: { a: [1, { b: null }] } },
    { type: 'mcp_tool_result', tool_use_id: 'mcptoolu_1', is_error: false, content: [{ type: 'text', text: 'ok' }] },
    { type: 'text', text: 'Zoë', citations: [citation, citation] },
    { type: 'tool_use', id: 'toolu_1', name: 'get', input: { n: 1 } },
    { type: 'tool_use', id: 'toolu_2', name: 'get', input: {} },
    { type: 'of_tomorrow', parts: [1] },
  ];
  const plain = {
    ...HEAD,
    content,
    stop_reason: 'tool_use',
    stop_sequence: null,
    stop_details: null,
    container: { id: 'container_1', expires_at: '2026-01-01T00:00:00Z' },
    context_management: { applied_edits: [{ type: 'clear_tool_uses_20250919', cleared_tool_uses: 1 }] },
    usage,
  };
  const tool = (index: number, input: string) => {
    const { input: _, ...head } = content[index] as { input?: unknown };
    return block(index, { ...head, input: {} }, [json(''), ...input.split('').map(json)]);
  };
  const streamed = stream([
    start({ input_tokens: 40, output_tokens: 1 }),
    ...block(0, { type: 'thinking', thinking: '', signature: '' }, [
      { type: 'thinking_delta', thinking: 'Hm, 東京 ' },
      { type: 'thinking_delta', thinking: '🗼' },
      { type: 'signature_delta', signature: 'EqQB' },
    ]),
    ...block(1, content[1] as object, []),
    ...tool(2, '{"query": "x"}'),
    ...block(3, content[3] as object, []),
    ...tool(4, '{"a": [1, {"b": null}]}'),
    ...block(5, content[5] as object, []),
    ...block(6, { type: 'text', text: '' }, [
      text('Zo'),
      { type: 'citations_delta', citation },
      text('ë'),
      { type: 'citations_delta', citation },
    ]),
    // Two tools at once.
    {
      type: 'content_block_start',
      index: 7,
      content_block: { type: 'tool_use', id: 'toolu_1', name: 'get', input: {} },
    },
    {
      type: 'content_block_start',
      index: 8,
      content_block: { type: 'tool_use', id: 'toolu_2', name: 'get', input: {} },
    },
    { type: 'content_block_delta', index: 8, delta: json('') },
    { type: 'content_block_delta', index: 7, delta: json('{"n"') },
    { type: 'content_block_delta', index: 8, delta: json('{}') },
    { type: 'content_block_delta', index: 7, delta: json(': 1}') },
    { type: 'content_block_stop', index: 8 },
    { type: 'content_block_stop', index: 7 },
    ...block(9, content[9] as object, []),
    ...end(
      { output_tokens: 70, server_tool_use: usage.server_tool_use },
      { stop_reason: 'tool_use', stop_sequence: null, stop_details: null, container: plain.container },
      { context_management: plain.context_management },
    ),
  ]);
  expect(streamed.body).toEqual(plain);
  expect(streamed.facts).toEqual(anthropicMessages.facts(plain));
  expect(streamed.complete).toBe(true);
});

test('events that nobody knows yet, and what the last one brings, are kept', () => {
  const unknown = { type: 'vertex_event', load: { x: 1 } };
  const stop = { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 1 }, note: 'n' };
  const { body, complete, content } = stream([start({ input_tokens: 1, output_tokens: 1 }), unknown, stop]);
  expect(body).toMatchObject({ note: 'n', other_events: [unknown] });
  expect(body).not.toHaveProperty('amazon-bedrock-invocationMetrics');
  expect(content).toEqual([false, false, false]);
  expect(complete).toBe(true);
});
