import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_USAGE } from './empty-usage.js';
import type { PriceTable } from './price-table.js';
import { chargesOf, costNanoUsd } from './table-cost.js';
import type { Usage } from './usage.js';

function usage(parts: Partial<Usage>): Usage {
  return {
    ...EMPTY_USAGE,
    ...parts,
  };
}

const cost = (table: PriceTable, parts: Partial<Usage>): number | null => costNanoUsd(table, usage(parts));

describe('units besides tokens', () => {
  test('each is charged by its own rate', () => {
    expect(cost({ input_mchars: 15 }, { inputCharacters: 4096 })).toBe(61_440_000); // 4096 x 15 / 1e6 = 0.06144 USD
    expect(cost({ images_kcount: 40 }, { images: 3 })).toBe(120_000_000); // 3 x 0.04 USD
    // 0.36 USD an hour is 0.0001 USD a second
    expect(cost({ audio_hours: 0.36, input_audio_hours: 0.36 }, { inputAudioSeconds: 12.5 })).toBe(1_250_000);
    expect(cost({ input_audio_hours: 0.111 }, { inputAudioSeconds: 7 })).toBe(215_833); // 0.111 x 7 / 3600 = 0.000215833…
    expect(cost({ input_document_kpages: 4 }, { pages: 3 })).toBe(12_000_000);
    expect(cost({ rerank_searches_kcount: 2 }, { searchUnits: 1 })).toBe(2_000_000);
    expect(cost({ requests_kcount: 5 }, {})).toBe(5_000_000);
    expect(cost({}, {})).toBe(0);
  });

  test('annotated pages cost their own price instead of the plain one', () => {
    const table = { input_document_kpages: 4, input_annotated_document_kpages: 5 };
    expect(cost(table, { pages: 10, annotatedPages: 4 })).toBe(44_000_000); // 6 x 0.004 + 4 x 0.005 USD
    expect(cost(table, { pages: 10 })).toBe(40_000_000);
    expect(cost({ input_document_kpages: 4 }, { pages: 10, annotatedPages: 4 })).toBe(40_000_000);
  });

  test('the least that is charged for', () => {
    const table = { audio_hours: 0.36, minimum_audio_seconds: 10 };
    expect(cost(table, { inputAudioSeconds: 0.5 })).toBe(1_000_000);
    expect(cost(table, { inputAudioSeconds: 11 })).toBe(1_100_000);
    expect(cost(table, { inputAudioSeconds: 0 })).toBe(0);
  });

  test('what nobody counted is not known', () => {
    const tables = [
      { input_mchars: 15 },
      { images_kcount: 40 },
      { audio_hours: 1 },
      { input_document_kpages: 4 },
      { rerank_searches_kcount: 2 },
    ];
    for (const table of tables) expect(cost(table, { inputTokens: 10, outputTokens: 10 })).toBe(null);
    for (const seconds of [Number.NaN, -1, Number.POSITIVE_INFINITY, 1e300]) {
      expect(cost({ audio_hours: 1 }, { inputAudioSeconds: seconds })).toBe(null);
    }
    expect(cost({ input_mchars: 15 }, { inputCharacters: 0.5 })).toBe(null);
  });

  test('used, billed besides tokens, and without a rate: not known, and never 0', () => {
    const table = { input_mtok: 1, output_mtok: 2 };
    const tokens = { inputTokens: 10, outputTokens: 10 };
    const plain = 30_000; // 10 x 1 + 10 x 2 USD per million
    expect(cost(table, tokens)).toBe(plain);
    for (const unit of ['webSearches', 'fileSearches', 'codeSessions', 'searchUnits'] as const) {
      expect(cost(table, { ...tokens, [unit]: 1 })).toBe(null);
      expect(cost(table, { ...tokens, [unit]: 0 })).toBe(plain);
    }
    expect(cost({ input_mtok: 1 }, { ...tokens, images: 1 })).toBe(null);
    // These are in the tokens.
    expect(cost(table, { ...tokens, images: 1, inputCharacters: 9, inputAudioSeconds: 3, pages: 2 })).toBe(plain);
    expect(cost(table, { ...tokens, citationTokens: 5 })).toBe(plain);
  });

  test('fees', () => {
    const table = {
      input_mtok: 1,
      output_mtok: 2,
      web_searches_kcount: 10,
      web_search_previews_kcount: 25,
      storage_searches_kcount: 2.5,
      code_sessions_kcount: 30,
      output_citation_mtok: 2,
    };
    const none = { inputTokens: 0, outputTokens: 0 };
    expect(cost(table, { ...none, webSearches: 3 })).toBe(30_000_000);
    expect(cost(table, { ...none, webSearches: 3, webSearchPreviews: 1 })).toBe(45_000_000);
    expect(cost(table, { ...none, webSearches: 1, webSearchPreviews: 9 })).toBe(25_000_000);
    expect(cost(table, { ...none, fileSearches: 2 })).toBe(5_000_000);
    expect(cost(table, { ...none, codeSessions: 1 })).toBe(30_000_000);
    expect(cost(table, { ...none, citationTokens: 500 })).toBe(1_000_000);
  });

  test('a rate of null is charged, at a price that is not known', () => {
    const table: PriceTable = { input_mtok: 1, output_mtok: 2, cache_read_mtok: null, requests_kcount: undefined };
    expect(cost(table, { inputTokens: 10, outputTokens: 1 })).toBe(12_000);
    expect(cost(table, { inputTokens: 10, outputTokens: 1, cacheReadTokens: 1 })).toBe(null);
    const long: PriceTable = { input_mtok: { base: 1, tiers: [{ start: 100, price: null }] } };
    expect(cost(long, { inputTokens: 100, outputTokens: 0 })).toBe(100_000);
    expect(cost(long, { inputTokens: 101, outputTokens: 0 })).toBe(null);
  });
});

test('exact far beyond 2^53 picodollars, and half a nano-dollar goes up', () => {
  // 9e12 tokens x 3.333333 USD per million = 29 999 997 USD: 3e22 picodollars, 3e16 nano-USD is no safe integer
  expect(cost({ input_mtok: 3.333333 }, { inputTokens: 9e12, outputTokens: 0 })).toBe(null);
  // 2 700 000 000 001 x 3.333333 = 8 999 999 100 003.333333 per million = 8 999 999 100 003 333 nano (.333 goes down)
  expect(cost({ input_mtok: 3.333333 }, { inputTokens: 2_700_000_000_001, outputTokens: 0 })).toBe(
    8_999_999_100_003_333,
  );
  expect(cost({ input_mtok: 0.0005 }, { inputTokens: 1, outputTokens: 0 })).toBe(1); // 0.5 nano
  expect(cost({ input_mtok: 0.000499 }, { inputTokens: 1, outputTokens: 0 })).toBe(0);
  // 0.1 + 0.2: no noise of floating point
  expect(cost({ input_mtok: 0.1, output_mtok: 0.2 }, { inputTokens: 5, outputTokens: 5 })).toBe(1_500);
});

/** Rates that differ, so that a token which is charged twice, or by the wrong rate, is seen. */
const RATES: Record<string, number> = {
  input_mtok: 2.5,
  cache_read_mtok: 0.25,
  cache_write_mtok: 3.125,
  cache_write_5m_mtok: 3.2,
  cache_write_1h_mtok: 5,
  input_audio_mtok: 32,
  cache_audio_read_mtok: 0.4,
  input_image_mtok: 8,
  cache_image_read_mtok: 2,
  input_video_mtok: 12,
  output_mtok: 10,
  output_reasoning_mtok: 3,
  output_audio_mtok: 64,
  output_image_mtok: 30,
  output_video_mtok: 17.5,
};
const PARENT: Record<string, string[]> = {
  cache_write_5m_mtok: ['cache_write_mtok'],
  cache_write_1h_mtok: ['cache_write_mtok'],
  cache_audio_read_mtok: ['cache_read_mtok', 'input_audio_mtok'],
  cache_image_read_mtok: ['cache_read_mtok', 'input_image_mtok'],
};

/** Any rates, each with those that it is a part of. */
const tables = fc.subarray(Object.keys(RATES).slice(1)).map((names): PriceTable => {
  const all = new Set(['input_mtok', ...names, ...names.flatMap((name) => PARENT[name] ?? [])]);
  return Object.fromEntries([...all].map((name) => [name, RATES[name]]));
});

const tokens = fc.oneof(fc.constant(null), fc.nat(3000));
const usages = fc
  .record({
    inputTokens: fc.nat(5000),
    outputTokens: fc.nat(5000),
    cacheReadTokens: tokens,
    cacheWriteTokens: tokens,
    cacheWrite5mTokens: tokens,
    cacheWrite1hTokens: tokens,
    reasoningTokens: tokens,
    inputAudioTokens: tokens,
    cacheAudioReadTokens: tokens,
    inputImageTokens: tokens,
    cacheImageReadTokens: tokens,
    inputVideoTokens: tokens,
    outputAudioTokens: tokens,
    outputImageTokens: tokens,
    outputVideoTokens: tokens,
  })
  .map(usage);

describe('any split', () => {
  test('charges every token once, and the parts together are the total', () => {
    fc.assert(
      fc.property(tables, usages, (table, used) => {
        const charges = chargesOf(table, used) ?? [];
        const sum = (of: (rate: string) => boolean): number =>
          charges.filter(({ rate }) => of(rate)).reduce((all, { count }) => all + count, 0);
        for (const { rate, count } of charges) {
          expect(table[rate]).toBeDefined();
          expect(Number.isSafeInteger(count) && count > 0).toBe(true);
        }
        const isOutput = (rate: string): boolean => rate.startsWith('output');
        expect(sum((rate) => !isOutput(rate))).toBe(used.inputTokens);
        if (table.output_mtok !== undefined) expect(sum(isOutput)).toBe(used.outputTokens);
        // Millionths of a USD per million are picodollars, and all of these rates have whole ones.
        const pico = charges.reduce(
          (all, { rate, count }) => all + count * Math.round((RATES[rate] as number) * 1e6),
          0,
        );
        expect(costNanoUsd(table, used)).toBe(Math.round(pico / 1000));
      }),
      { numRuns: 500 },
    );
  });

  test('charges as many tokens of a kind as the provider says, where they fit', () => {
    fc.assert(
      fc.property(
        fc.nat(900),
        fc.nat(900),
        fc.nat(900),
        fc.nat(900),
        fc.nat(900),
        (text, read, write, audio, image) => {
          const used = usage({
            inputTokens: text + read + write + audio + image,
            outputTokens: 0,
            cacheReadTokens: read,
            cacheWriteTokens: write,
            inputAudioTokens: audio,
            inputImageTokens: image,
          });
          const charged = new Map((chargesOf(RATES, used) ?? []).map(({ rate, count }) => [rate as string, count]));
          const expected = {
            input_mtok: text,
            cache_read_mtok: read,
            cache_write_mtok: write,
            input_audio_mtok: audio,
          };
          for (const [rate, count] of Object.entries(expected)) expect(charged.get(rate) ?? 0).toBe(count);
          expect(charged.get('input_image_mtok') ?? 0).toBe(image);
        },
      ),
    );
  });

  test('cached audio and cached images are taken off both of their wholes', () => {
    const used = usage({
      inputTokens: 1000,
      outputTokens: 0,
      cacheReadTokens: 300,
      inputAudioTokens: 200,
      cacheAudioReadTokens: 120,
      inputImageTokens: 400,
      cacheImageReadTokens: 50,
    });
    // Text: 1000 - 200 - 400 = 400, of which 300 - 120 - 50 = 130 were read.
    expect(chargesOf(RATES, used)).toEqual([
      { rate: 'input_mtok', count: 270 },
      { rate: 'cache_read_mtok', count: 130 },
      { rate: 'input_audio_mtok', count: 80 },
      { rate: 'cache_audio_read_mtok', count: 120 },
      { rate: 'input_image_mtok', count: 350 },
      { rate: 'cache_image_read_mtok', count: 50 },
    ]);
  });
});
