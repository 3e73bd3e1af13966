import { describe, expect, test } from 'vitest';
import type { Wire } from '../wire.js';
import { anthropicMessages } from './anthropic-messages.js';
import { bedrockConverse } from './bedrock-converse.js';
import { bedrockInvoke } from './bedrock-invoke.js';
import { cohereChat } from './cohere-chat.js';
import { googleGenerateContent } from './google-generate-content.js';
import { ollama } from './ollama.js';
import { openaiChat } from './openai-chat.js';
import { openaiImages } from './openai-images.js';
import { openaiResponses } from './openai-responses.js';
import { openaiSpeech } from './openai-speech.js';
import { openaiTranscription } from './openai-transcription.js';

/** Time of the process in `run`, ms. */
function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Time to rebuild a stream of so many events, ms. */
function rebuildMs(wire: Wire, events: readonly { event: string; data: string }[]): number {
  return cpuMs(() => {
    const rebuilder = wire.rebuild();
    for (const event of events) rebuilder.push(event);
    rebuilder.facts();
    rebuilder.complete();
    JSON.stringify(rebuilder.body());
  });
}

type Row = [what: string, wire: Wire, dataOf: (i: number) => object];

/** `event`: the name of every event. */
function linear(event: string, rows: readonly Row[]): void {
  test.each(rows)('linear: 16 times as many %s', (_what, wire, dataOf) => {
    const rebuild = (count: number): number =>
      rebuildMs(
        wire,
        Array.from({ length: count }, (_, i) => ({ event, data: JSON.stringify(dataOf(i)) })),
      );
    rebuild(3_000);
    const few = rebuild(3_000);
    // 256 times the time if each looked at all that came before.
    expect(rebuild(48_000)).toBeLessThan(80 * few + 200);
  });
}

describe('Anthropic', () => {
  const delta = (index: number, value: object): object => ({ type: 'content_block_delta', index, delta: value });
  const start = (index: number): object => ({
    type: 'content_block_start',
    index,
    content_block: { type: 'tool_use', id: `t${index}`, name: 'f', input: {} },
  });
  linear('', [
    ['deltas of text', anthropicMessages, (i) => delta(0, { type: 'text_delta', text: `a${i}` })],
    ['deltas of thinking', anthropicMessages, () => delta(0, { type: 'thinking_delta', thinking: 'a' })],
    ['pieces of input', anthropicMessages, () => delta(0, { type: 'input_json_delta', partial_json: '1,' })],
    ['citations', anthropicMessages, () => delta(0, { type: 'citations_delta', citation: { cited_text: 'a' } })],
    ['deltas nobody knows', anthropicMessages, () => delta(0, { type: 'new_delta', list: [1], text: 'a' })],
    ['blocks', anthropicMessages, start],
    ['blocks without a start', anthropicMessages, (i) => delta(i, { type: 'text_delta', text: 'a' })],
    ['blocks in turns', anthropicMessages, (i) => delta(i % 5000, { type: 'text_delta', text: 'a' })],
    ['usages', anthropicMessages, (i) => ({ type: 'message_delta', delta: {}, usage: { output_tokens: i } })],
  ]);
});

describe('Google', () => {
  const parts = (value: unknown, index = 0, more: object = {}): object => ({
    candidates: [{ index, content: { role: 'model', parts: value }, ...more }],
  });
  linear('', [
    ['pieces of text', googleGenerateContent, (i) => parts([{ text: `a${i}` }])],
    ['thoughts in turns', googleGenerateContent, (i) => parts([{ text: 'a', thought: i % 2 === 0 }])],
    ['calls', googleGenerateContent, (i) => parts([{ functionCall: { id: `c${i}`, name: 'f', args: {} } }])],
    ['candidates', googleGenerateContent, (i) => parts([{ text: 'a' }], i)],
    ['candidates in turns', googleGenerateContent, (i) => parts([{ text: 'a' }], i % 5000)],
    ['counts', googleGenerateContent, (i) => ({ usageMetadata: { promptTokenCount: 1, candidatesTokenCount: i } })],
    ['probabilities', googleGenerateContent, () => parts([], 0, { logprobsResult: { chosenCandidates: [{}] } })],
    ['sources', googleGenerateContent, (i) => parts([], 0, { groundingMetadata: { webSearchQueries: [`q${i}`] } })],
  ]);
});

describe('Cohere', () => {
  const piece = (type: string, message: object, index = 0): object => ({ type, index, delta: { message } });
  linear('', [
    ['text of v2', cohereChat, (i) => piece('content-delta', { content: { text: `a${i}` } })],
    ['arguments of v2', cohereChat, () => piece('tool-call-delta', { tool_calls: { function: { arguments: '1' } } })],
    ['citations of v2', cohereChat, (i) => piece('citation-start', { citations: { start: i, text: 'a' } }, i)],
    ['plans of v2', cohereChat, () => piece('tool-plan-delta', { tool_plan: 'a' })],
    ['text of v1', cohereChat, (i) => ({ event_type: 'text-generation', text: `a${i}` })],
    ['calls of v1', cohereChat, (i) => ({ event_type: 'tool-calls-chunk', tool_call_delta: { index: i, name: 'f' } })],
    ['citations of v1', cohereChat, () => ({ event_type: 'citation-generation', citations: [{ text: 'a' }] })],
  ]);
});

describe('Ollama', () => {
  const line = (message: object): object => ({ model: 'm', created_at: 'now', done: false, message });
  linear('', [
    ['lines', ollama, (i) => line({ content: `a${i}` })],
    ['calls of Ollama', ollama, () => line({ tool_calls: [{ function: { name: 'f' } }] })],
  ]);
});

describe('OpenAI', () => {
  const chat = (delta: object, index = 0): object => ({ choices: [{ index, delta, finish_reason: null }] });
  const call = (index: number, more: object): object => chat({ tool_calls: [{ index, ...more }] });
  const item = (output_index: number, value: object): object => ({
    type: 'response.output_item.added',
    output_index,
    item: value,
  });
  const delta = (kind: string, value: unknown, more: object = {}): object => ({
    type: `response.${kind}.delta`,
    output_index: 0,
    delta: value,
    ...more,
  });
  linear('', [
    ['deltas of text', openaiChat, (i) => chat({ content: `a${i}` })],
    ['parts of text', openaiChat, () => chat({ content: [{ type: 'text', text: 'a' }] })],
    ['pieces of arguments', openaiChat, (i) => call(0, { id: 'a', function: { name: 'f', arguments: `${i},` } })],
    [
      'pieces of arguments without an index',
      openaiChat,
      () => chat({ tool_calls: [{ function: { arguments: '1,' } }] }),
    ],
    ['tools in parallel', openaiChat, (i) => call(i, { id: `c${i}`, function: { name: 'f', arguments: '{}' } })],
    [
      'tools in parallel at one index',
      openaiChat,
      (i) => call(0, { id: `c${i}`, function: { name: 'f', arguments: '{}' } }),
    ],
    ['choices', openaiChat, (i) => chat({ content: 'a' }, i)],
    [
      'choices of completions',
      openaiChat,
      (i) => ({ choices: [{ index: i, text: 'a', logprobs: { tokens: ['a'] } }] }),
    ],
    ['pieces of speech in a chat', openaiChat, () => chat({ audio: { data: 'YQ==' } })],
    ['details of reasoning', openaiChat, () => chat({ reasoning_details: [{ type: 'reasoning.text', text: 'a' }] })],
    ['usages', openaiChat, (i) => ({ ...chat({ content: 'a' }), usage: { prompt_tokens: 1, completion_tokens: i } })],
    [
      'deltas of a response',
      openaiResponses,
      (i) => delta('output_text', `a${i}`, { content_index: 0, logprobs: [{}] }),
    ],
    ['pieces of its arguments', openaiResponses, () => delta('function_call_arguments', '1,')],
    ['pieces of its speech', openaiResponses, () => delta('audio', 'YQ==')],
    ['items', openaiResponses, (i) => item(i, { type: 'function_call', id: `c${i}` })],
    ['pictures', openaiImages, () => ({ type: 'image_generation.completed', b64_json: 'AAAA' })],
    ['pieces of speech', openaiSpeech, () => ({ type: 'speech.audio.delta', audio: 'YQ==' })],
    ['pieces of a transcript', openaiTranscription, (i) => ({ type: 'transcript.text.delta', delta: `a${i}` })],
  ]);
});

describe('Bedrock', () => {
  const block = (contentBlockIndex: number, delta: object): object => ({ contentBlockIndex, delta });
  const chunk = (said: object): object => ({ bytes: Buffer.from(JSON.stringify(said)).toString('base64') });
  linear('contentBlockDelta', [
    ['text', bedrockConverse, (i) => block(0, { text: `a${i}` })],
    ['blocks', bedrockConverse, (i) => block(i, { text: 'a' })],
    ['pieces of a blob', bedrockConverse, () => block(0, { image: { source: { bytes: 'aGk=' } } })],
    ['kinds of blobs', bedrockConverse, (i) => block(0, { [`k${i}`]: { source: { bytes: 'aGk=' } } })],
    ['results of tools', bedrockConverse, () => block(0, { toolResult: [{ text: 'a' }, { json: 1 }] })],
    ['chunks of Llama', bedrockInvoke, (i) => chunk({ generation: `a${i}` })],
    ['choices', bedrockInvoke, (i) => chunk({ choices: [{ index: i, text: 'a' }] })],
  ]);
});
