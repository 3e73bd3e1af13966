import { expect, test } from 'vitest';
import { createPricer, type PriceOverrides } from './price.js';
import type { Usage } from './usage.js';

const AT = Date.UTC(2026, 9, 1, 12);

function usage(inputTokens: number, outputTokens: number, parts: Partial<Usage> = {}): Usage {
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens: null,
    inputAudioTokens: null,
    outputAudioTokens: null,
    webSearches: null,
    ...parts,
  };
}

function overridden(rows: PriceOverrides, model: string, used: Usage, at = AT, provider = 'openai') {
  return createPricer(structuredClone(rows)).price({ provider, model, usage: used, at });
}

test('overrides: exact, prefix and regex, before the library, by provider', () => {
  const rates = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
  const price = { nanoUsd: 3000, source: 'override' }; // 1 x 1 + 1 x 2 per MTok = 3 USD/M
  expect(overridden([{ model: 'gpt-4o', ...rates }], 'gpt-4o', usage(1, 1))).toEqual(price);
  expect(overridden([{ model: 'gpt-4o', ...rates }], 'gpt-4o-mini', usage(1, 1))?.source).toBe('genai-prices');
  expect(overridden([{ model: { prefix: 'my-' }, ...rates }], 'my-model', usage(1, 1))).toEqual(price);
  expect(overridden([{ model: { regex: '^my-\\d+$' }, ...rates }], 'my-12', usage(1, 1))).toEqual(price);
  expect(overridden([{ model: { regex: '^my-\\d+$' }, ...rates }], 'my-x', usage(1, 1))).toBe(null);
  expect(
    overridden([{ provider: 'ollama', model: { prefix: '' }, ...rates }], 'llama', usage(1, 1), AT, 'ollama'),
  ).toEqual(price);
  expect(overridden([{ provider: 'ollama', model: { prefix: '' }, ...rates }], 'llama', usage(1, 1))).toBe(null);
});

test('overrides: the latest `from` that has come counts, among equals the first row', () => {
  const row = (inputUsdPerMTok: number, from?: string) => ({ model: 'm', inputUsdPerMTok, outputUsdPerMTok: 0, from });
  const rows = [row(1), row(3, '2026-03-01'), row(2, '2026-02-01T00:00:00Z'), row(9, '2026-02-01')];
  const at = (date: string) => overridden(rows, 'm', usage(1, 0), Date.parse(date))?.nanoUsd;
  expect(at('2026-01-31T23:59:59Z')).toBe(1000);
  expect(at('2026-02-01T00:00:00Z')).toBe(2000);
  expect(at('2026-03-01T00:00:00Z')).toBe(3000);
});

test('overrides: missing cache rates fall back', () => {
  const rates = { model: 'm', inputUsdPerMTok: 10, outputUsdPerMTok: 0 };
  const used = usage(100, 0, { cacheReadTokens: 20, cacheWriteTokens: 50, cacheWrite1hTokens: 30 });
  const total = (more: object) => overridden([{ ...rates, ...more }], 'm', used)?.nanoUsd;
  expect(total({})).toBe(1_000_000); // 100 x 10
  expect(total({ cacheReadUsdPerMTok: 1 })).toBe(820_000); // 80 x 10 + 20 x 1
  expect(total({ cacheWriteUsdPerMTok: 12 })).toBe(1_100_000); // 50 x 10 + 50 x 12
  expect(total({ cacheWriteUsdPerMTok: 12, cacheWrite1hUsdPerMTok: 20 })).toBe(1_340_000); // 50 x 10 + 20 x 12 + 30 x 20
  expect(total({ cacheWrite1hUsdPerMTok: 20 })).toBe(1_300_000); // 70 x 10 + 30 x 20
});

test('overrides that cannot be used throw and name their row', () => {
  const rates = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
  const make = (row: object) => () =>
    createPricer([
      { model: 'ok', ...rates },
      { model: 'm', ...rates, ...row },
    ]);
  expect(make({ from: 'soon' })).toThrow(/prices\[1\]\.from/);
  expect(make({ model: { regex: '(' } })).toThrow(/prices\[1\]\.model\.regex/);
  expect(make({ model: {} })).toThrow(/prices\[1\]\.model/);
  expect(make({ inputUsdPerMTok: -1 })).toThrow(/prices\[1\]/);
  expect(make({ outputUsdPerMTok: undefined })).toThrow(/prices\[1\]/);
});
