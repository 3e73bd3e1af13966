import { expect, test } from 'vitest';
import { mayHideReasoning } from './hidden-reasoning.js';

test.each([
  ...[
    'o1',
    'o3-mini',
    'o4-mini-2025-04-16',
    'gpt-5',
    'openai/gpt-5-mini',
    'gpt-5.4',
    'ft:gpt-5:acme',
    'codex-mini-latest',
  ],
  ...['gemini-2.5-pro', 'gemini-2.5-flash', 'google/gemini-3-pro-preview', 'grok-4-0709', 'sonar-deep-research'],
])('%s may', (model) => {
  expect(mayHideReasoning(model, undefined)).toBe(true);
});

test.each([
  ...['gpt-4o', 'gpt-4.1-mini', 'gpt-5-chat-latest', 'gpt-5.2-chat-latest', 'gpt-oss-120b', 'claude-sonnet-4-5'],
  ...[
    'gemini-2.0-flash',
    'gemini-2.5-flash-lite',
    'grok-4-fast-non-reasoning',
    'grok-3',
    'deepseek-reasoner',
    'omni',
    null,
  ],
])('%s does not by itself', (model) => {
  expect(mayHideReasoning(model, { messages: [] })).toBe(false);
});

test.each<[object, boolean]>([
  [{ reasoning_effort: 'low' }, true],
  [{ reasoning_effort: 'none' }, false],
  [{ reasoning: { effort: 'high' } }, true],
  [{ reasoning: 'x' }, false],
  [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, true],
  [{ thinking: { type: 'adaptive' } }, true],
  [{ thinking: { type: 'disabled' } }, false],
  [{ additionalModelRequestFields: { thinking: { type: 'enabled' } } }, true],
])('asked for by %j: %s', (request, may) => {
  expect(mayHideReasoning('some-model', request)).toBe(may);
});
