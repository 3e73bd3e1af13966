import { expect, test } from 'vitest';
import { openaiResponses } from './openai-responses.js';

// Answers of which the middle was not kept. Shapes: OpenAI's API reference (response object, streaming events).

const USAGE = { input_tokens: 328, output_tokens: 52, output_tokens_details: { reasoning_tokens: 40 } };
const HEAD = { id: 'resp_1', object: 'response', model: 'gpt-4o-2024-08-06', error: null };
const MESSAGE = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] };
const PLAIN = { ...HEAD, status: 'completed', output: [MESSAGE], usage: USAGE };
const OPEN = [
  { type: 'response.created', response: { ...HEAD, status: 'in_progress', output: [], usage: null } },
  { type: 'response.output_item.added', output_index: 0, item: { ...MESSAGE, content: [] } },
  { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hello' },
];

test('the end of a terminal event whose beginning is lost has the usage', () => {
  const rebuilder = openaiResponses.rebuild();
  for (const event of OPEN) rebuilder.push({ event: event.type, data: JSON.stringify(event) });
  rebuilder.pushEnd?.('AAA"}],"usage":null,"delta":"no"}');
  expect(rebuilder.complete()).toBe(false);
  rebuilder.pushEnd?.(`AAA"}],"usage":${JSON.stringify(PLAIN.usage)},"user":null,"metadata":{}}}`);
  expect(rebuilder.complete()).toBe(true);
  expect(rebuilder.body()).toMatchObject({ id: 'resp_1', output: [MESSAGE], usage: PLAIN.usage });
  expect(rebuilder.facts()).toMatchObject({
    model: PLAIN.model,
    usage: { inputTokens: 328, outputTokens: 52, reasoningTokens: 40 },
  });
});

test('its tier is the one that the answer was processed at, not the one that was asked for', () => {
  const rebuilder = openaiResponses.rebuild();
  const created = { type: 'response.created', response: { ...HEAD, service_tier: 'auto', output: [], usage: null } };
  rebuilder.push({ event: created.type, data: JSON.stringify(created) });
  rebuilder.pushEnd?.(`AAA"}],"service_tier":"priority","tools":[],"usage":${JSON.stringify(USAGE)}}}`);
  expect(rebuilder.facts()).toMatchObject({ usage: { inputTokens: 328 }, serviceTier: 'priority' });
  expect(rebuilder.body()).toMatchObject({ output: [], service_tier: 'priority' });
});

test('what a picture cost is not known where only the end of its answer is', () => {
  const rebuilder = openaiResponses.rebuild();
  const item = { type: 'image_generation_call', id: 'ig', status: 'in_progress' };
  const tools = [{ type: 'image_generation', model: 'gpt-image-1.5' }];
  for (const event of [
    { type: 'response.created', response: { ...HEAD, tools, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item },
  ]) {
    rebuilder.push({ event: event.type, data: JSON.stringify(event) });
  }
  const usage = `"usage":${JSON.stringify(PLAIN.usage)}`;
  rebuilder.pushEnd?.(`AAA"}],${usage}}}`);
  expect(rebuilder.facts().charged).toMatchObject([
    {},
    { model: 'gpt-image-1.5', usage: { images: 1, inputTokens: null } },
  ]);
  const told = openaiResponses.rebuild();
  told.pushEnd?.(`AAA"}],"tool_usage":{"image_gen":{"input_tokens":1,"output_tokens":2},"web_search":{}},${usage}}}`);
  expect(told.facts().charged).toMatchObject([{}, { usage: { inputTokens: 1, outputTokens: 2 } }]);
});

test('the ends of an answer tell what its cost depends on', () => {
  const picture = { type: 'image_generation_call', result: 'AAAA' };
  const answer = { ...PLAIN, output: [picture], service_tier: 'flex', tool_usage: { web_search: { num_requests: 2 } } };
  const told = { service_tier: 'flex', tool_usage: answer.tool_usage, output: [{ type: 'image_generation_call' }] };
  expect(openaiResponses.ends?.(JSON.stringify(answer))).toEqual(told);
  expect(openaiResponses.ends?.(JSON.stringify(answer, null, 2))).toEqual(told);
  expect(openaiResponses.ends?.(JSON.stringify(MESSAGE))).toEqual({});
});

test('compatible servers break off with an error that has no type', () => {
  const rebuilder = openaiResponses.rebuild();
  for (const event of OPEN) rebuilder.push({ event: event.type, data: JSON.stringify(event) });
  rebuilder.push({ event: '', data: '{"error":{"message":"Overloaded","code":503}}' });
  expect(rebuilder.facts().error).toBe('Overloaded');
  expect(rebuilder.complete()).toBe(false);
  expect(rebuilder.body()).toMatchObject({ output: [MESSAGE], error: { message: 'Overloaded' } });
});
