import { expect, test } from 'vitest';
import type { WireFormat } from '../../providers/wire.js';
import type { CallFacts, CapturedBytes } from '../facts.js';
import { type ReadAnswer, readAnswer } from './read-answer.js';

// Whole answers of which the middle was not kept: what they cost must not depend on it.

/** Reads `answer`, of which the first and last bytes were kept. */
function readEnds(wire: WireFormat, answer: object | string, ends: { head: number; tail: number }): ReadAnswer {
  const whole = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer));
  const bytes = Buffer.concat([whole.subarray(0, ends.head), whole.subarray(-ends.tail)]);
  const { length } = bytes;
  const response: CapturedBytes = {
    offset: 0,
    length,
    headLength: ends.head,
    total: whole.length,
    type: 'application/json',
    encoding: '',
  };
  const facts = { wire, response, provider: 'openai', path: '', arrivals: null, firstByteMs: null } as CallFacts;
  return readAnswer({ ...facts }, bytes, { maxBytes: 1000, requestModel: null });
}

const LONG = 'A'.repeat(5000);

test('a chat keeps its service tier', () => {
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  const answer = {
    model: 'gpt-4o',
    choices: [{ message: { role: 'assistant', content: LONG } }],
    usage,
    service_tier: 'priority',
  };
  expect(readEnds('openai-chat', answer, { head: 500, tail: 300 })).toMatchObject({
    model: 'gpt-4o',
    usage: { inputTokens: 7, outputTokens: 3 },
    usageObject: usage,
    serviceTier: 'priority',
    cut: true,
  });
});

test('a usage of null is none, whatever object follows it', () => {
  const answer = {
    model: 'gpt-4o',
    choices: [LONG],
    usage: null,
    metadata: { prompt_tokens: 1, completion_tokens: 2 },
  };
  expect(readEnds('openai-chat', answer, { head: 100, tail: 300 })).toMatchObject({ model: 'gpt-4o', usage: null });
});

test('a response with a picture keeps the model that drew it', () => {
  const answer = {
    id: 'resp_1',
    model: 'gpt-5.1',
    output: [
      {
        id: 'ig_1',
        type: 'image_generation_call',
        result: LONG,
        svg_usage: { model: 'gpt-5-mini', input_tokens: 5, output_tokens: 6, reasoning_tokens: 0 },
      },
    ],
    service_tier: 'default',
    tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'image_generation' }] },
    tool_usage: { image_gen: { input_tokens: 50, output_tokens: 272 }, web_search: { num_requests: 0 } },
    tools: [{ type: 'image_generation', background: 'auto', input_image_mask: {}, model: 'gpt-image-1' }],
    usage: { input_tokens: 1000, output_tokens: 30, total_tokens: 1030 },
  };
  expect(readEnds('openai-responses', answer, { head: 200, tail: 900 }).charged).toMatchObject([
    { model: 'gpt-5.1', usage: { inputTokens: 1000, outputTokens: 30 } },
    { model: 'gpt-image-1', usage: { inputTokens: 50, outputTokens: 272 } },
    { model: 'gpt-5-mini', usage: { inputTokens: 5, outputTokens: 6 } },
  ]);
});

test('pictures keep what their drawing by text cost', () => {
  const answer = {
    created: 1,
    data: [{ b64_json: LONG }],
    svg_usage: { model: 'gpt-5-mini', input_tokens: 5, output_tokens: 6, reasoning_tokens: 0 },
    usage: { input_tokens: 50, output_tokens: 272, total_tokens: 322 },
  };
  expect(readEnds('openai-images', answer, { head: 100, tail: 300 }).charged).toMatchObject([
    { model: null, usage: { inputTokens: 50 } },
    { model: 'gpt-5-mini', usage: { inputTokens: 5, outputTokens: 6 } },
  ]);
});

test('embeddings of Ollama keep their count', () => {
  const answer = { model: 'all-minilm', embeddings: [LONG], total_duration: 14143917, prompt_eval_count: 8 };
  expect(readEnds('ollama', answer, { head: 100, tail: 100 })).toMatchObject({
    model: 'all-minilm',
    usage: { inputTokens: 8, outputTokens: 0 },
    usageObject: { total_duration: 14143917, prompt_eval_count: 8 },
  });
});

test('embeddings of Cohere keep their count', () => {
  const answer = { id: 'a', embeddings: { float: [LONG] }, meta: { billed_units: { input_tokens: 4 } } };
  expect(readEnds('cohere-embed', answer, { head: 100, tail: 100 })).toMatchObject({
    usage: { inputTokens: 4, outputTokens: 0 },
  });
});

test.each([
  ['meta', { billed_units: { search_units: 2 } }, { searchUnits: 2 }],
  ['usage', { total_tokens: 26 }, { inputTokens: 26 }],
])('ranks with their documents keep their %s', (name, told, usage) => {
  const answer = { results: [{ index: 0, document: { text: LONG } }], [name]: told };
  expect(readEnds('rerank', answer, { head: 100, tail: 100 })).toMatchObject({ usage });
});

test('a long transcript keeps its duration, where nothing else tells what it cost', () => {
  const answer = { task: 'transcribe', duration: 3600.5, text: LONG, segments: [{ start: 0, end: 3.2 }] };
  expect(readEnds('openai-transcription', answer, { head: 100, tail: 100 })).toMatchObject({
    usage: { inputAudioSeconds: 3600.5, inputTokens: null },
  });
  const told = { ...answer, duration: '3600.5', usage: { type: 'duration', seconds: 3601 } };
  expect(readEnds('openai-transcription', told, { head: 100, tail: 100 })).toMatchObject({
    usage: { inputAudioSeconds: 3601 },
  });
});

test('a usage that never closes takes linear time', () => {
  const cpuMs = (objects: number): number => {
    const answer = `{"usage":{${'"a":{},'.repeat(objects)}`;
    const before = process.cpuUsage();
    const { usage } = readEnds('openai-chat', `${LONG}${answer}`, { head: 100, tail: answer.length });
    const { user, system } = process.cpuUsage(before);
    expect(usage).toBe(null);
    return (user + system) / 1000;
  };
  cpuMs(1000);
  expect(cpuMs(16_000)).toBeLessThan(80 * cpuMs(1000) + 200);
});
