import { expect, test } from 'vitest';
import type { Wire } from '../wire.js';
import { anthropicMessages } from './anthropic-messages.js';
import { cohereChat } from './cohere-chat.js';
import { googleGenerateContent } from './google-generate-content.js';
import { ollama } from './ollama.js';

/** Time of the process in `run`, ms. */
function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const delta = (index: number, value: object): object => ({ type: 'content_block_delta', index, delta: value });
const start = (index: number): object => ({
  type: 'content_block_start',
  index,
  content_block: { type: 'tool_use', id: `t${index}`, name: 'f', input: {} },
});
const parts = (value: unknown, index = 0, more: object = {}): object => ({
  candidates: [{ index, content: { role: 'model', parts: value }, ...more }],
});
const piece = (type: string, message: object, index = 0): object => ({ type, index, delta: { message } });
const line = (message: object): object => ({ model: 'm', created_at: 'now', done: false, message });

test.each<[string, Wire, (i: number) => object]>([
  ['deltas of text', anthropicMessages, (i) => delta(0, { type: 'text_delta', text: `a${i}` })],
  ['deltas of thinking', anthropicMessages, () => delta(0, { type: 'thinking_delta', thinking: 'a' })],
  ['pieces of input', anthropicMessages, () => delta(0, { type: 'input_json_delta', partial_json: '1,' })],
  ['citations', anthropicMessages, () => delta(0, { type: 'citations_delta', citation: { cited_text: 'a' } })],
  ['deltas nobody knows', anthropicMessages, () => delta(0, { type: 'new_delta', list: [1], text: 'a' })],
  ['blocks', anthropicMessages, start],
  ['blocks without a start', anthropicMessages, (i) => delta(i, { type: 'text_delta', text: 'a' })],
  ['blocks in turns', anthropicMessages, (i) => delta(i % 5000, { type: 'text_delta', text: 'a' })],
  ['usages', anthropicMessages, (i) => ({ type: 'message_delta', delta: {}, usage: { output_tokens: i } })],
  ['pieces of text', googleGenerateContent, (i) => parts([{ text: `a${i}` }])],
  ['thoughts in turns', googleGenerateContent, (i) => parts([{ text: 'a', thought: i % 2 === 0 }])],
  ['calls', googleGenerateContent, (i) => parts([{ functionCall: { id: `c${i}`, name: 'f', args: {} } }])],
  ['candidates', googleGenerateContent, (i) => parts([{ text: 'a' }], i)],
  ['candidates in turns', googleGenerateContent, (i) => parts([{ text: 'a' }], i % 5000)],
  ['counts', googleGenerateContent, (i) => ({ usageMetadata: { promptTokenCount: 1, candidatesTokenCount: i } })],
  ['probabilities', googleGenerateContent, () => parts([], 0, { logprobsResult: { chosenCandidates: [{}] } })],
  ['sources', googleGenerateContent, (i) => parts([], 0, { groundingMetadata: { webSearchQueries: [`q${i}`] } })],
  ['text of v2', cohereChat, (i) => piece('content-delta', { content: { text: `a${i}` } })],
  ['arguments of v2', cohereChat, () => piece('tool-call-delta', { tool_calls: { function: { arguments: '1' } } })],
  ['citations of v2', cohereChat, (i) => piece('citation-start', { citations: { start: i, text: 'a' } }, i)],
  ['plans of v2', cohereChat, () => piece('tool-plan-delta', { tool_plan: 'a' })],
  ['text of v1', cohereChat, (i) => ({ event_type: 'text-generation', text: `a${i}` })],
  ['calls of v1', cohereChat, (i) => ({ event_type: 'tool-calls-chunk', tool_call_delta: { index: i, name: 'f' } })],
  ['citations of v1', cohereChat, () => ({ event_type: 'citation-generation', citations: [{ text: 'a' }] })],
  ['lines', ollama, (i) => line({ content: `a${i}` })],
  ['calls of Ollama', ollama, () => line({ tool_calls: [{ function: { name: 'f' } }] })],
])('linear: 16 times as many %s', (_what, wire, dataOf) => {
  const rebuild = (count: number): number => {
    const events = Array.from({ length: count }, (_, i) => ({ event: '', data: JSON.stringify(dataOf(i)) }));
    return cpuMs(() => {
      const rebuilder = wire.rebuild();
      for (const event of events) rebuilder.push(event);
      rebuilder.facts();
      rebuilder.complete();
      JSON.stringify(rebuilder.body());
    });
  };
  rebuild(3_000);
  const few = rebuild(3_000);
  // 256 times the time if each looked at all that came before.
  expect(rebuild(48_000)).toBeLessThan(80 * few + 200);
});
