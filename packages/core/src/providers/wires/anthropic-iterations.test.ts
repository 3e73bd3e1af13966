import { expect, test } from 'vitest';
import { anthropicMessages } from './anthropic-messages.js';

const iteration = (type: string, input: number, output: number, more: object = {}) => ({
  type,
  input_tokens: input,
  output_tokens: output,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  ...more,
});

test('iterations: a compaction is billed besides', () => {
  // The example of platform.claude.com/docs/en/build-with-claude/compaction#understanding-usage
  const { usage, charged } = anthropicMessages.facts({
    model: 'claude-opus-4-6',
    usage: {
      input_tokens: 23_000,
      output_tokens: 1000,
      iterations: [iteration('compaction', 180_000, 3500), iteration('message', 23_000, 1000)],
    },
  });
  expect(usage).toMatchObject({ inputTokens: 203_000, outputTokens: 4500, cacheReadTokens: 0 });
  expect(charged).toMatchObject([
    { model: null, usage: { inputTokens: 180_000, outputTokens: 3500 } },
    { model: null, usage: { inputTokens: 23_000, outputTokens: 1000 } },
  ]);
});

test('iterations: an advisor is billed at the rates of its own model', () => {
  // The example of platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool#usage-and-billing, with a search
  const usage = {
    input_tokens: 412,
    output_tokens: 531,
    output_tokens_details: { thinking_tokens: 90 },
    server_tool_use: { web_search_requests: 2 },
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    iterations: [
      iteration('message', 412, 89),
      iteration('advisor_message', 823, 1612, { model: 'claude-opus-4-7' }),
      iteration('message', 1348, 442, {
        cache_read_input_tokens: 412,
        cache_creation_input_tokens: 10,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 10 },
      }),
    ],
  };
  const facts = anthropicMessages.facts({ model: 'claude-sonnet-4-6', usage });
  expect(facts.usage).toMatchObject({
    inputTokens: 3005, // 412 + 823 + 1348 + 412 read + 10 written
    outputTokens: 2143, // 89 + 1612 + 442
    cacheReadTokens: 412,
    cacheWriteTokens: 10,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 10,
    reasoningTokens: 90,
    webSearches: 2,
  });
  expect(facts.charged?.map((part) => [part.model, part.usage.inputTokens, part.usage.webSearches])).toEqual([
    [null, 412, 2],
    ['claude-opus-4-7', 823, null],
    [null, 1770, null],
  ]);
  expect(facts.usageObject).toEqual(usage);
});

test('iterations: a model that declined is billed when it had put something out', () => {
  const charged = (output: number) =>
    anthropicMessages.facts({
      model: 'claude-opus-4-8',
      usage: {
        input_tokens: 10,
        output_tokens: 20,
        iterations: [
          iteration('message', 9, output, { model: 'claude-fable-5' }),
          iteration('fallback_message', 10, 20, { model: 'claude-opus-4-8' }),
        ],
      },
    });
  expect(charged(0).usage).toMatchObject({ inputTokens: 10, outputTokens: 20 });
  expect(charged(0).charged).toMatchObject([{ model: 'claude-opus-4-8' }]);
  expect(charged(4).usage).toMatchObject({ inputTokens: 19, outputTokens: 24 });
  expect(charged(4).charged).toMatchObject([{ model: 'claude-fable-5' }, { model: 'claude-opus-4-8' }]);
});

test.each([
  ['none', null],
  ['empty', []],
  ['one that says the same', [iteration('message', 5, 7)]],
  ['no numbers', [iteration('message', 5, 7), { type: 'compaction' }]],
  ['no objects', [iteration('compaction', 5, 7), null]],
])('iterations: %s, and the counts above them hold', (_what, iterations) => {
  const facts = anthropicMessages.facts({ usage: { input_tokens: 5, output_tokens: 7, iterations } });
  expect(facts.usage).toMatchObject({ inputTokens: 5, outputTokens: 7 });
  expect(facts).not.toHaveProperty('charged');
});
