import { expect, test } from 'vitest';
import { googleGenerateContent } from '../providers/wires/google-generate-content.js';
import { partWithin } from './part-within.js';

test.each([
  [3, 5, 3],
  [6, 5, 5],
  [6, null, 6],
  [null, 5, null],
])('%s of %s is %s', (part, total, within) => {
  expect(partWithin(part, total)).toBe(within);
});

test('what Google says was cached is never more than the prompt', () => {
  const usageMetadata = { promptTokenCount: 8, toolUsePromptTokenCount: 1, cachedContentTokenCount: 10 };
  expect(googleGenerateContent.facts({ usageMetadata }).usage).toMatchObject({ inputTokens: 9, cacheReadTokens: 9 });
});
