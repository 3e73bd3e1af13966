import { expect, test } from 'vitest';
import { EMPTY_USAGE } from './empty-usage.js';
import { createPricer, type PriceOverrides } from './price.js';
import type { Usage } from './usage.js';

const AT = Date.UTC(2026, 9, 1, 12);

function usage(inputTokens: number, outputTokens: number, parts: Partial<Usage> = {}): Usage {
  return {
    ...EMPTY_USAGE,
    inputTokens,
    outputTokens,
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

test('overrides: every kind of token, and long inputs', () => {
  const row = {
    model: 'm',
    inputUsdPerMTok: 1,
    outputUsdPerMTok: 10,
    cacheReadUsdPerMTok: 0.1,
    cacheWrite5mUsdPerMTok: 1.25,
    inputAudioUsdPerMTok: 20,
    inputImageUsdPerMTok: 3,
    outputAudioUsdPerMTok: 40,
    outputImageUsdPerMTok: 30,
    reasoningUsdPerMTok: 5,
    tiers: [{ aboveInputTokens: 1000, inputUsdPerMTok: 2, cacheReadUsdPerMTok: 0.2 }],
  };
  const of = (input: number, output: number, parts: Partial<Usage>) =>
    overridden([row], 'm', usage(input, output, parts))?.nanoUsd;
  // 700 x 1 + 100 x 0.1 + 50 x 1.25 + 100 x 20 + 50 x 3 = 700 + 10 + 62.5 + 2000 + 150 USD/M
  const parts = { cacheReadTokens: 100, cacheWrite5mTokens: 50, inputAudioTokens: 100, inputImageTokens: 50 };
  expect(of(1000, 0, parts)).toBe(2_922_500);
  // 1001 x 2 - 100 x 1.8, all else as before: 701 x 2 + 100 x 0.2 + 62.5 + 2000 + 150
  expect(of(1001, 0, parts)).toBe(3_634_500);
  // 10 x 10 + 20 x 40 + 5 x 30 + 15 x 5
  expect(of(0, 50, { outputAudioTokens: 20, outputImageTokens: 5, reasoningTokens: 15 })).toBe(1_125_000);
  // Audio that was cached costs what audio does, where no other price is given.
  expect(of(100, 0, { inputAudioTokens: 100, cacheReadTokens: 100, cacheAudioReadTokens: 100 })).toBe(2_000_000);
});

test('overrides: models without a price for tokens', () => {
  const priced = (rates: object, parts: Partial<Usage>) =>
    overridden([{ model: 'm', ...rates }], 'm', { ...usage(0, 0), inputTokens: null, outputTokens: null, ...parts })
      ?.nanoUsd ?? null;
  expect(priced({ audioUsdPerMinute: 0.006 }, { inputAudioSeconds: 90 })).toBe(9_000_000);
  expect(priced({ charactersUsdPerMChar: 15 }, { inputCharacters: 100 })).toBe(1_500_000);
  expect(priced({ imageUsd: 0.04 }, { images: 2 })).toBe(80_000_000);
  expect(priced({ pageUsdPer1000: 2, annotatedPageUsdPer1000: 3 }, { pages: 3, annotatedPages: 1 })).toBe(7_000_000);
  expect(priced({ searchUnitUsdPer1000: 2 }, { searchUnits: 3 })).toBe(6_000_000);
  expect(priced({ requestUsd: 0.005 }, {})).toBe(5_000_000);
  expect(priced({ imageUsd: 0.04 }, {})).toBe(null);
  // Tokens have a price of their own here, so they must be told.
  expect(priced({ imageUsd: 0.04, inputUsdPerMTok: 1 }, { images: 2 })).toBe(null);
  expect(priced({ imageUsd: 0.04, inputUsdPerMTok: 1 }, { images: 2, inputTokens: 5, outputTokens: 5 })).toBe(
    80_005_000,
  );
});

test('overrides: fees', () => {
  const row = {
    model: 'm',
    inputUsdPerMTok: 1,
    outputUsdPerMTok: 2,
    webSearchUsdPer1000: 10,
    fileSearchUsdPer1000: 2.5,
    codeSessionUsd: 0.03,
    citationUsdPerMTok: 2,
    requestUsd: 0.001,
  };
  const parts = { webSearches: 1, fileSearches: 1, codeSessions: 1, citationTokens: 1000 };
  // 0.01 + 0.0025 + 0.03 + 0.002 + 0.001 USD
  expect(overridden([row], 'm', usage(0, 0, parts))?.nanoUsd).toBe(45_500_000);
  expect(overridden([{ model: 'm', inputUsdPerMTok: 1, outputUsdPerMTok: 2 }], 'm', usage(0, 0, parts))).toBe(null);
});

test('overrides: a row that names the service tier goes first', () => {
  const row = (inputUsdPerMTok: number, more: object = {}) => ({
    model: 'gpt-5',
    inputUsdPerMTok,
    outputUsdPerMTok: 0,
    ...more,
  });
  const of = (rows: PriceOverrides, serviceTier: string | null) =>
    createPricer(rows).price({ provider: 'openai', model: 'gpt-5', usage: usage(1000, 0), serviceTier, at: AT });
  const rows = [row(1), row(2, { serviceTier: 'us+Fast' }), row(3, { serviceTier: 'standard', from: '2020-01-01' })];
  expect(of(rows, 'fast+us')?.nanoUsd).toBe(2_000_000);
  expect(of(rows, null)?.nanoUsd).toBe(3_000_000);
  expect(of(rows, 'default')?.nanoUsd).toBe(3_000_000);
  // The price of the model, whatever the tier.
  expect(of(rows, 'flex')?.nanoUsd).toBe(1_000_000);
  // Rows for other tiers leave the built-in prices alone.
  expect(of([row(2, { serviceTier: 'flex' })], null)).toEqual({ nanoUsd: 1_250_000, source: 'genai-prices' });
  expect(of([row(2, { serviceTier: 'flex' })], 'flex')).toEqual({ nanoUsd: 2_000_000, source: 'override' });
});

test('overrides that cannot be used throw and name their row', () => {
  const rates = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
  const make = (row: object) => () =>
    createPricer([
      { model: 'ok', ...rates },
      { model: 'm', ...rates, ...row },
    ]);
  expect(make({ from: 'soon' })).toThrow(/^cost\.prices\[1\]\.from/);
  expect(make({ model: { regex: '(' } })).toThrow(/^cost\.prices\[1\]\.model\.regex/);
  expect(make({ model: {} })).toThrow(/^cost\.prices\[1\]\.model/);
  expect(make({ inputUsdPerMTok: -1 })).toThrow(/^cost\.prices\[1\]/);
  expect(make({ outputUsdPerMTok: undefined })).toThrow(/^cost\.prices\[1\]/);
  expect(make({ ouputUsdPerMTok: 1 })).toThrow(/^cost\.prices\[1\].*"ouputUsdPerMTok"/);
  expect(make({ imageUsd: '1' })).toThrow(/^cost\.prices\[1\]\.imageUsd/);
  expect(make({ inputAudioUsdPerMTok: Number.POSITIVE_INFINITY })).toThrow(/^cost\.prices\[1\]\.inputAudioUsdPerMTok/);
  expect(make({ requestUsd: 1e10 })).toThrow(/^cost\.prices\[1\]\.requestUsd/);
  expect(make({ tiers: {} })).toThrow(/^cost\.prices\[1\]\.tiers/);
  expect(make({ tiers: [{ aboveInputTokens: 1.5 }] })).toThrow(/^cost\.prices\[1\]\.tiers\[0\]\.aboveInputTokens/);
  expect(make({ tiers: [{ aboveInputTokens: 1, imageUsd: 1 }] })).toThrow(/^cost\.prices\[1\]\.tiers\[0\].*"imageUsd"/);
  expect(make({ serviceTier: 7 })).toThrow(/^cost\.prices\[1\]\.serviceTier/);
  expect(make({ model: null })).toThrow(/^cost\.prices\[1\]\.model/);
  // What would throw, or match anything, once a call is priced.
  expect(make({ model: { prefix: /x/ } })).toThrow(/^cost\.prices\[1\]\.model\.prefix/);
  expect(make({ model: { prefix: undefined } })).toThrow(/^cost\.prices\[1\]\.model\.prefix/);
  expect(make({ model: { regex: /x/g } })).toThrow(/^cost\.prices\[1\]\.model\.regex/);
  expect(make({ model: { prefix: 'a', regex: 'b' } })).toThrow(/^cost\.prices\[1\]\.model/);
  expect(make({ model: { prefix: 'a', suffix: 'b' } })).toThrow(/^cost\.prices\[1\]\.model.*"suffix"/);
  expect(make({ model: '' })).toThrow(/^cost\.prices\[1\]\.model/);
  expect(make({ provider: 7 })).toThrow(/^cost\.prices\[1\]\.provider/);
  expect(make({ provider: null })).toThrow(/^cost\.prices\[1\]\.provider/);
  for (const wrong of [Number.NaN, Number.NEGATIVE_INFINITY, -0.1, 1e10, null, '1', 1n]) {
    expect(make({ cacheReadUsdPerMTok: wrong })).toThrow(/^cost\.prices\[1\]\.cacheReadUsdPerMTok: /);
    expect(make({ tiers: [{ aboveInputTokens: 1, inputUsdPerMTok: wrong }] })).toThrow(
      /^cost\.prices\[1\]\.tiers\[0\]\.inputUsdPerMTok: /,
    );
    expect(make({ tiers: [{ aboveInputTokens: wrong === 1e10 ? 1e300 : wrong }] })).toThrow(
      /^cost\.prices\[1\]\.tiers\[0\]\.aboveInputTokens: /,
    );
  }
  expect(() => createPricer([null as never])).toThrow(/^cost\.prices\[0\]: /);
});

test.each(['2026-02-01', '2026-02-01T00:00Z', '2026-02-01T00:00:00.000Z', '2026-02-01T02:00:00+02:00'])(
  'overrides: %s is the same time everywhere',
  (from) => {
    const row = { model: 'm', inputUsdPerMTok: 1, outputUsdPerMTok: 0, from };
    const at = (date: string) => overridden([row], 'm', usage(1, 0), Date.parse(date))?.nanoUsd;
    expect([at('2026-01-31T23:59:59Z'), at('2026-02-01T00:00:00Z')]).toEqual([undefined, 1000]);
  },
);

test.each(['2026-02-01T00:00:00', 'Feb 1 2026', '2026-02-31', '2026-13-01', '20260201', '', 7, null])(
  'overrides: %j is no time, or one of a place that nobody names',
  (from) => {
    const row = { model: 'm', inputUsdPerMTok: 1, outputUsdPerMTok: 0, from } as never;
    expect(() => createPricer([row])).toThrow(/^cost\.prices\[0\]\.from: /);
  },
);

test('overrides: a rate that only long inputs have is that of the next wider kind up to there', () => {
  const row = {
    model: 'm',
    inputUsdPerMTok: 1,
    outputUsdPerMTok: 0,
    cacheWriteUsdPerMTok: 2,
    inputAudioUsdPerMTok: 30,
    tiers: [
      { aboveInputTokens: 100, inputUsdPerMTok: 3, cacheWriteUsdPerMTok: 4, inputAudioUsdPerMTok: 50 },
      { aboveInputTokens: 1000, cacheWrite1hUsdPerMTok: 9, cacheAudioReadUsdPerMTok: 5, cacheReadUsdPerMTok: 0.5 },
    ],
  };
  const rate = (tokens: number, parts: Partial<Usage>) =>
    (overridden([row], 'm', usage(tokens, 0, parts))?.nanoUsd as number) / tokens / 1000;
  const kept = (tokens: number) => rate(tokens, { cacheWriteTokens: tokens, cacheWrite1hTokens: tokens });
  expect([kept(100), kept(1000), kept(1001)]).toEqual([2, 4, 9]);
  const heard = (tokens: number) =>
    rate(tokens, { inputAudioTokens: tokens, cacheReadTokens: tokens, cacheAudioReadTokens: tokens });
  expect([heard(100), heard(1000), heard(1001)]).toEqual([30, 50, 5]);
  const read = (tokens: number) => rate(tokens, { cacheReadTokens: tokens });
  expect([read(100), read(1000), read(1001)]).toEqual([1, 3, 0.5]);
});
