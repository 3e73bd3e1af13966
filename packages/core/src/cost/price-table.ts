import type { Usage } from './usage.js';

/** One rate, or one that depends on the length of the whole input. */
export type Rate = number | { base: number; tiers: { start: number; price: number }[] };

/**
 * Rates of one model by the names of `@pydantic/genai-prices`: `…_mtok` in USD per million tokens, `…_kcount` in USD
 * per thousand. A rate that is missing is not 0: those tokens cost what the next wider kind does.
 */
export type PriceTable = Readonly<Record<string, Rate | undefined>>;

/** Tokens by the rate that each is charged at; every token is in one of them. */
interface Split {
  input: number;
  cacheRead: number;
  cacheWrite: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  inputAudio: number;
  cacheAudioRead: number;
  output: number;
  outputReasoning: number;
  outputAudio: number;
}

/** A table that has rates, but none for text tokens (transcription by the hour, OCR by the page), cannot price a call. */
export function isPricedByTokens(table: PriceTable): boolean {
  const keys = Object.keys(table);
  return keys.length === 0 || keys.includes('input_mtok') || keys.includes('output_mtok');
}

/**
 * Cost in integer nano-USD, by the library's rules: a tier holds when the whole input is longer than its start, and the
 * highest that holds sets the rate of all tokens; a rate per request is charged once.
 * Parts that exceed their whole are cut to it, since the library refuses them. Null when a total is unknown.
 */
export function costNanoUsd(table: PriceTable, usage: Usage): number | null {
  const input = usage.inputTokens;
  const output = usage.outputTokens;
  if (!isCount(input) || !isCount(output)) return null;
  const tokens = split(table, usage, { input, output });
  // Picodollars: rates have at most six decimals, so that rate x 1e6 is the exact price of one token.
  const pico =
    tokenPico(table.input_mtok, tokens.input, input) +
    tokenPico(table.cache_read_mtok, tokens.cacheRead, input) +
    tokenPico(table.cache_write_mtok, tokens.cacheWrite, input) +
    tokenPico(table.cache_write_5m_mtok, tokens.cacheWrite5m, input) +
    tokenPico(table.cache_write_1h_mtok, tokens.cacheWrite1h, input) +
    tokenPico(table.input_audio_mtok, tokens.inputAudio, input) +
    tokenPico(table.cache_audio_read_mtok, tokens.cacheAudioRead, input) +
    tokenPico(table.output_mtok, tokens.output, input) +
    tokenPico(table.output_reasoning_mtok, tokens.outputReasoning, input) +
    tokenPico(table.output_audio_mtok, tokens.outputAudio, input) +
    countPico(table.web_searches_kcount, usage.webSearches ?? 0, input) +
    countPico(table.requests_kcount, 1, input);
  const nanoUsd = Math.round(pico / 1000);
  return Number.isSafeInteger(nanoUsd) ? nanoUsd : null;
}

/** Every token goes to the narrowest kind that has a rate. */
function split(table: PriceTable, usage: Usage, total: { input: number; output: number }): Split {
  const cacheRead = part(table.cache_read_mtok, usage.cacheReadTokens, total.input);
  const written = isCount(usage.cacheWriteTokens)
    ? usage.cacheWriteTokens
    : count(usage.cacheWrite5mTokens) + count(usage.cacheWrite1hTokens);
  const cacheWrite = part(table.cache_write_mtok, written, total.input - cacheRead);
  const cacheWrite1h = part(table.cache_write_1h_mtok, usage.cacheWrite1hTokens, cacheWrite);
  const cacheWrite5m = part(table.cache_write_5m_mtok, usage.cacheWrite5mTokens, cacheWrite - cacheWrite1h);
  const audio = part(table.input_audio_mtok, usage.inputAudioTokens, total.input - cacheWrite);
  // Where nobody says how much of the audio was cached: only as much as cannot be otherwise.
  const least = Math.max(0, audio + cacheRead + cacheWrite - total.input);
  const told = part(table.cache_audio_read_mtok, usage.cacheAudioReadTokens ?? null, Math.min(audio, cacheRead));
  const cacheAudioRead = Math.max(least, told);
  const outputAudio = part(table.output_audio_mtok, usage.outputAudioTokens, total.output);
  const reasoning = part(table.output_reasoning_mtok, usage.reasoningTokens, total.output - outputAudio);
  return {
    input: total.input - cacheRead - cacheWrite - audio + cacheAudioRead,
    cacheRead: cacheRead - cacheAudioRead,
    cacheWrite: cacheWrite - cacheWrite5m - cacheWrite1h,
    cacheWrite5m,
    cacheWrite1h,
    inputAudio: audio - cacheAudioRead,
    cacheAudioRead,
    output: total.output - outputAudio - reasoning,
    outputReasoning: reasoning,
    outputAudio,
  };
}

/** A part that has a rate of its own, cut to what is there of its whole; 0 when it is charged with its whole. */
function part(rate: Rate | undefined, tokens: number | null, whole: number): number {
  return rate === undefined ? 0 : Math.min(count(tokens), whole);
}

function count(value: number | null): number {
  return isCount(value) ? value : 0;
}

function isCount(value: number | null): value is number {
  return value !== null && Number.isSafeInteger(value) && value >= 0;
}

function tokenPico(rate: Rate | undefined, tokens: number, wholeInput: number): number {
  return tokens === 0 || rate === undefined ? 0 : tokens * exact(rateFor(rate, wholeInput) * 1e6);
}

function countPico(rate: Rate | undefined, events: number, wholeInput: number): number {
  return rate === undefined ? 0 : count(events) * exact(rateFor(rate, wholeInput) * 1e9);
}

/** The rate of all tokens of a call whose whole input is this long. */
export function rateFor(rate: Rate, wholeInput: number): number {
  if (typeof rate === 'number') return rate;
  let price = rate.base;
  let reached = -1;
  for (const tier of rate.tiers) {
    if (wholeInput > tier.start && tier.start > reached) {
      price = tier.price;
      reached = tier.start;
    }
  }
  return price;
}

/** 0.55 x 1e6 must be 550000 and not a hair more; a rate with endless decimals (0.25 / 3) stays as it is. */
function exact(scaled: number): number {
  const whole = Math.round(scaled);
  return Math.abs(scaled - whole) < 1e-6 ? whole : scaled;
}
