import { calcPrice, findProvider } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { EMPTY_USAGE } from './empty-usage.js';
import { createPricer, PRICE_PROVIDERS } from './price.js';
import type { Usage } from './usage.js';

const AT = Date.UTC(2026, 9, 1, 12);

function usage(inputTokens: number | null, outputTokens: number | null, parts: Partial<Usage> = {}): Usage {
  return {
    ...EMPTY_USAGE,
    inputTokens,
    outputTokens,
    ...parts,
  };
}

const pricer = createPricer();

function nano(provider: string, model: string, used: Usage): number | null {
  return pricer.price({ provider, model, usage: used, at: AT })?.nanoUsd ?? null;
}

const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
const stderr = vi.spyOn(process.stderr, 'write');
afterEach(() => {
  expect(warn).not.toHaveBeenCalled();
  expect(stderr).not.toHaveBeenCalled();
});

// Rates are USD per million tokens; x 1000 is nano-USD per token.

test('openai: cached input at its own rate', () => {
  // gpt-4o-mini: (1000 - 600) x 0.15 + 600 x 0.075 + 50 x 0.60 per MTok = 60 + 45 + 30 = 135 USD/M = 135 000 nano
  expect(nano('openai', 'gpt-4o-mini-2024-07-18', usage(1000, 50, { cacheReadTokens: 600, reasoningTokens: 20 }))).toBe(
    135_000,
  );
  // gpt-4o: 1200 x 2.50 + 300 x 10 per MTok = 3000 + 3000 = 6000 USD/M = 6 000 000 nano
  expect(nano('openai', 'gpt-4o-2024-08-06', usage(1200, 300))).toBe(6_000_000);
  // text-embedding-3-small: 8 x 0.02 per MTok = 0.16 USD/M = 160 nano
  expect(nano('openai', 'text-embedding-3-small', usage(8, 0))).toBe(160);
});

test('anthropic: cache reads, writes of 5 minutes and of 1 hour, web searches', () => {
  // claude-sonnet-4: input 1325 = 25 fresh + 1000 read + 300 written, of these 100 for 1 h
  // 25 x 3 + 1000 x 0.30 + 200 x 3.75 + 100 x 6 + 89 x 15 = 75 + 300 + 750 + 600 + 1335 = 3060 USD/M
  const parts = { cacheReadTokens: 1000, cacheWriteTokens: 300, cacheWrite5mTokens: 200, cacheWrite1hTokens: 100 };
  expect(nano('anthropic', 'claude-sonnet-4-20250514', usage(1325, 89, parts))).toBe(3_060_000);
  expect(nano('anthropic', 'claude-sonnet-4-5-20250929', usage(1325, 89, parts))).toBe(3_060_000);
  // Lifetimes not known: all 300 at 3.75 = 1125; 75 + 300 + 1125 + 1335 = 2835
  expect(
    nano('anthropic', 'claude-sonnet-4-20250514', usage(1325, 89, { cacheReadTokens: 1000, cacheWriteTokens: 300 })),
  ).toBe(2_835_000);
  // Only the parts given: the same as with their sum
  expect(nano('anthropic', 'claude-sonnet-4-20250514', usage(1325, 89, { ...parts, cacheWriteTokens: null }))).toBe(
    3_060_000,
  );
  // 2 searches at 10 USD per 1000 = 20 000 000 nano; 1000 x 3 = 3 000 000
  expect(nano('anthropic', 'claude-sonnet-4-20250514', usage(1000, 0, { webSearches: 2 }))).toBe(23_000_000);
});

test('tiers by the whole input: gemini-2.5-pro changes above 200 000', () => {
  // 200 000 x 1.25 + 10 x 10 = 250 100 USD/M; one token more: 200 001 x 2.50 + 10 x 15 = 500 152.5 USD/M
  expect(nano('google', 'gemini-2.5-pro', usage(200_000, 10))).toBe(250_100_000);
  expect(nano('google', 'gemini-2.5-pro', usage(200_001, 10))).toBe(500_152_500);
});

test('audio, cached audio only where it cannot be otherwise, a fee per request', () => {
  // gemini-2.5-flash: 500 x 0.30 + 300 audio x 1 + 200 cached x 0.03 = 150 + 300 + 6 = 456 USD/M
  expect(nano('google', 'gemini-2.5-flash', usage(1000, 0, { inputAudioTokens: 300, cacheReadTokens: 200 }))).toBe(
    456_000,
  );
  // 900 audio and 200 cached of 1000: 100 must be both. 800 x 1 + 100 x 0.03 + 100 x 0.1 = 813 USD/M
  expect(nano('google', 'gemini-2.5-flash', usage(1000, 0, { inputAudioTokens: 900, cacheReadTokens: 200 }))).toBe(
    813_000,
  );
  // perplexity sonar: the fee for the request is by the size of its search context, which a usage does not tell
  expect(nano('perplexity', 'sonar', usage(100, 10))).toBe(null);
  expect(nano('perplexity', 'sonar', usage(100, 10, { toldCostNanoUsd: 5_110_000 }))).toBe(5_110_000);
});

test('parts beyond their whole are cut to it', () => {
  // 100 cached at 0.075 = 7.5 USD/M
  expect(nano('openai', 'gpt-4o-mini', usage(100, 0, { cacheReadTokens: 900 }))).toBe(7_500);
  // read 60 at 0.30 = 18, written 40 of which all 1 h at 6 = 240
  const parts = { cacheReadTokens: 60, cacheWriteTokens: 70, cacheWrite1hTokens: 80 };
  expect(nano('anthropic', 'claude-sonnet-4-20250514', usage(100, 0, parts))).toBe(258_000);
  const damaged = { cacheReadTokens: -5, cacheWriteTokens: Number.NaN, inputAudioTokens: 0.5, webSearches: -1 };
  expect(nano('openai', 'gpt-4o-mini', usage(100, 0, damaged))).toBe(15_000);
});

test('unknown is null, never 0', () => {
  expect(nano('openai', 'gpt-99-unheard-of', usage(1, 1))).toBe(null);
  expect(nano('openai', '', usage(1, 1))).toBe(null);
  expect(nano('openai', 'g'.repeat(100_000), usage(1, 1))).toBe(null);
  for (const provider of ['ollama', 'nvidia', 'mine', '__proto__', 'constructor'])
    expect(nano(provider, 'gpt-4o', usage(1, 1))).toBe(null);
  expect(nano('openai', 'gpt-4o', usage(null, 1))).toBe(null);
  expect(nano('openai', 'gpt-4o', usage(1, null))).toBe(null);
  expect(nano('openai', 'gpt-4o', usage(-1, 1))).toBe(null);
  expect(nano('openai', 'gpt-4o', usage(1, Number.POSITIVE_INFINITY))).toBe(null);
  // Priced by the hour of audio, which a usage does not tell.
  expect(nano('openai', 'whisper-1', usage(10, 10))).toBe(null);
  for (const at of [Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1e300]) {
    expect(() => pricer.price({ provider: 'openai', model: 'o3', usage: usage(1, 1), at })).not.toThrow();
  }
  // Free models are known to cost nothing.
  expect(nano('openrouter', 'qwen/qwq-32b:free', usage(10, 10))).toBe(0);
});

test('prices of their time: o3 before and after June 2025', () => {
  const at = (year: number, month: number) =>
    pricer.price({ provider: 'openai', model: 'o3', usage: usage(1000, 0), at: Date.UTC(year, month) });
  expect(at(2025, 4)?.nanoUsd).toBe(10_000_000);
  expect(at(2026, 0)).toEqual({ nanoUsd: 2_000_000, source: 'genai-prices' });
});

const MODELS: [provider: string, model: string][] = [
  ...[
    ...[
      'gpt-4o',
      'gpt-4o-2024-08-06',
      'gpt-4o-mini',
      'gpt-4o-mini-2024-07-18',
      'gpt-4.1',
      'gpt-4.1-mini',
      'gpt-4.1-nano',
    ],
    ...[
      'o1',
      'o3',
      'o3-mini',
      'o4-mini',
      'gpt-5',
      'gpt-5-mini',
      'gpt-5-nano',
      'gpt-5.4',
      'gpt-4-turbo',
      'gpt-3.5-turbo',
    ],
    ...['text-embedding-3-large', 'gpt-realtime', 'gpt-audio', 'gpt-image-1'],
  ].map((model): [string, string] => ['openai', model]),
  ...[
    ...['claude-3-haiku-20240307', 'claude-3-5-haiku-latest', 'claude-sonnet-4-20250514', 'claude-sonnet-4-5-20250929'],
    ...['claude-haiku-4-5-20251001', 'claude-opus-4-5', 'claude-opus-4-6', 'claude-sonnet-4-6', 'claude-opus-4-1'],
  ].map((model): [string, string] => ['anthropic', model]),
  ...[
    ...[
      'gemini-2.5-pro',
      'gemini-2.5-flash',
      'gemini-2.5-flash-lite',
      'gemini-2.0-flash',
      'gemini-1.5-pro',
      'gemini-1.5-flash',
    ],
    ...['gemini-3-pro-preview', 'gemini-3-flash-preview', 'gemini-3.1-flash-live-preview', 'gemini-live-2.5-flash'],
  ].map((model): [string, string] => ['google', model]),
  ['perplexity', 'sonar-deep-research'],
  ['xai', 'grok-4'],
  ['bedrock', 'amazon.nova-sonic-v1:0'],
  ['openrouter', 'google/gemini-2.5-flash-lite'],
];

/** A usage whose parts fit into their wholes, of both short and long inputs. */
const consistent = fc
  .record({
    fresh: fc.oneof(fc.nat(5000), fc.integer({ min: 150_000, max: 400_000 })),
    read: fc.nat(50_000),
    written5m: fc.nat(3000),
    written1h: fc.nat(3000),
    audio: fc.nat(1000),
    output: fc.nat(20_000),
    reasoning: fc.nat(5000),
    outputAudio: fc.nat(500),
    image: fc.nat(900),
  })
  .map((n) =>
    usage(n.fresh + n.read + n.written5m + n.written1h + n.audio + n.image, n.output + n.reasoning + n.outputAudio, {
      cacheReadTokens: n.read,
      cacheWriteTokens: n.written5m + n.written1h,
      cacheWrite5mTokens: n.written5m,
      cacheWrite1hTokens: n.written1h,
      reasoningTokens: n.reasoning,
      inputAudioTokens: n.audio,
      outputAudioTokens: n.outputAudio,
      inputImageTokens: n.image,
    }),
  );

/** What the library asks besides where both are reported; ours assumes no overlap as long as there need be none. */
function libraryUsage(used: Usage): Record<string, number> {
  return {
    input_tokens: used.inputTokens ?? 0,
    cache_read_tokens: used.cacheReadTokens ?? 0,
    cache_write_tokens: used.cacheWriteTokens ?? 0,
    cache_write_5m_tokens: used.cacheWrite5mTokens ?? 0,
    cache_write_1h_tokens: used.cacheWrite1hTokens ?? 0,
    input_audio_tokens: used.inputAudioTokens ?? 0,
    cache_audio_read_tokens: 0,
    output_tokens: used.outputTokens ?? 0,
    output_reasoning_tokens: used.reasoningTokens ?? 0,
    output_audio_tokens: used.outputAudioTokens ?? 0,
    input_image_tokens: used.inputImageTokens ?? 0,
    cache_image_read_tokens: 0,
  };
}

test.each(MODELS)("%s %s: the library's own total, rounded", (provider, model) => {
  fc.assert(
    fc.property(consistent, (used) => {
      const theirs = calcPrice(libraryUsage(used), model, {
        providerId: PRICE_PROVIDERS[provider],
        timestamp: new Date(AT),
      });
      const ours = nano(provider, model, used);
      if (theirs === null || ours === null) throw new Error(`${model} has no price`);
      expect(Number.isInteger(ours)).toBe(true);
      // Half a nano-USD for rounding, and the library's floating point noise, which decides exact halves.
      expect(Math.abs(ours - theirs.total_price * 1e9)).toBeLessThan(0.5 + 1e-4);
    }),
    { numRuns: 60 },
  );
});

test('cached audio is told, or only as much of it as cannot be otherwise', () => {
  const parts = { inputAudioTokens: 40, cacheReadTokens: 30, outputAudioTokens: 40 };
  const cost = (cacheAudioReadTokens?: number | null): number | null =>
    nano('openai', 'gpt-realtime', usage(100, 50, { ...parts, cacheAudioReadTokens }));
  // 40 text at 4, 20 text at 0.4, 30 audio at 32, 10 audio at 0.4 USD per million; 10 text at 16, 40 audio at 64.
  expect(cost(10)).toBe(3_852_000);
  // 30 text, 30 cached text, 40 audio.
  expect([cost(), cost(null), cost(0)]).toEqual([4_132_000, 4_132_000, 4_132_000]);
  // More than there is of either.
  expect(cost(1_000)).toBe(3_292_000);
});

test('any usage at all: a whole number from 0 up, or null', () => {
  const value = fc.oneof(fc.constantFrom<number | null>(null, -1, 0.5, Number.NaN, 2 ** 53, 1e300), fc.nat(10_000));
  const parts = fc.record({
    cacheReadTokens: value,
    cacheWriteTokens: value,
    cacheWrite5mTokens: value,
    cacheWrite1hTokens: value,
    reasoningTokens: value,
    inputAudioTokens: value,
    cacheAudioReadTokens: value,
    outputAudioTokens: value,
    webSearches: value,
  });
  fc.assert(
    fc.property(value, value, parts, fc.constantFrom(...MODELS), (input, output, rest, [provider, model]) => {
      const cost = nano(provider, model, usage(input, output, rest));
      if (cost !== null) expect(Number.isSafeInteger(cost) && cost >= 0).toBe(true);
    }),
  );
});

test('every provider of the map is known to the library by that id', () => {
  for (const id of Object.values(PRICE_PROVIDERS)) expect(findProvider({ providerId: id })?.id).toBe(id);
});

test('many models do not grow the memory without bound, and stay right', () => {
  const own = createPricer();
  for (let i = 0; i < 2000; i++)
    own.price({ provider: 'mine', model: `m${i}`, usage: usage(1, 1), at: AT + i * 60_000 });
  expect(own.price({ provider: 'openai', model: 'gpt-4o', usage: usage(1000, 0), at: AT })?.nanoUsd).toBe(2_500_000);
});
