import { expect, test } from 'vitest';
import { EMPTY_USAGE } from './empty-usage.js';
import { sumUsage } from './sum-usage.js';

const TOLD = { ...EMPTY_USAGE, inputTokens: 10, outputTokens: 2 };

test('what one does not tell, the sum does not either; what one never had is no lack', () => {
  const other = { ...EMPTY_USAGE, inputTokens: 1, outputTokens: null, cacheReadTokens: 1, inputImageTokens: 4 };
  expect(sumUsage([{ ...TOLD, cacheReadTokens: 5 }, other])).toEqual({
    ...EMPTY_USAGE,
    inputTokens: 11,
    outputTokens: null,
    cacheReadTokens: 6,
    inputImageTokens: 4,
  });
});

test('one that is charged by the second takes no tokens away, in any order', () => {
  const bySecond = { ...EMPTY_USAGE, inputAudioSeconds: 3 };
  const sum = { ...TOLD, inputAudioSeconds: 7 };
  expect(sumUsage([TOLD, bySecond, { ...bySecond, inputAudioSeconds: 4 }])).toEqual(sum);
  expect(sumUsage([bySecond, { ...bySecond, inputAudioSeconds: 4 }, TOLD])).toEqual(sum);
});

test('of none there is none; of one it is that one', () => {
  expect(sumUsage([])).toBe(null);
  expect(sumUsage([TOLD])).toEqual(TOLD);
});
