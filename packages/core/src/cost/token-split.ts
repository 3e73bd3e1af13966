import type { PriceTable, RateName } from './price-table.js';
import type { Usage } from './usage.js';

/** So many units, and the rate that they are charged by. */
export interface Charge {
  rate: RateName;
  count: number;
}

export interface TokenTotals {
  input: number;
  output: number;
}

/**
 * Puts every token to the narrowest kind that the table has a rate for: no token is in two charges, and together they are the
 * totals. Parts that exceed their whole are cut to it.
 */
export function splitTokens(table: PriceTable, usage: Usage, total: TokenTotals): Charge[] {
  return [...splitInput(table, usage, total.input), ...splitOutput(table, usage, total.output)];
}

/**
 * Input has two sides: what it is (text, audio, images, video), and where it was read from or kept (fresh, cache read, cache
 * write). Where nobody says how much of the audio was cached, it is only as much as cannot be otherwise.
 */
function splitInput(table: PriceTable, usage: Usage, total: number): Charge[] {
  const media = splitMedia(table, usage, total);
  const text = total - media.reduce((sum, { tokens }) => sum + tokens, 0);
  const read = part(table.cache_read_mtok, usage.cacheReadTokens, total);
  const written = part(table.cache_write_mtok, writtenTokens(usage), total - read);
  const told = toldReads(media, read);
  // Text first: then as little as possible of the rest.
  let reads = read - told.reduce((sum, tokens) => sum + tokens, 0);
  const textRead = Math.min(reads, text);
  reads -= textRead;
  const mediaRead = media.map(({ tokens }, i) => {
    const more = Math.min(reads, tokens - (told[i] as number));
    reads -= more;
    return (told[i] as number) + more;
  });
  const textWritten = Math.min(written, text - textRead);
  let writes = written - textWritten;
  const mediaFresh = media.map(({ tokens }, i) => {
    const fresh = tokens - (mediaRead[i] as number);
    const kept = Math.min(writes, fresh);
    writes -= kept;
    return fresh - kept;
  });
  const written1h = part(table.cache_write_1h_mtok, usage.cacheWrite1hTokens, written);
  const written12h = part(table.cache_write_12h_mtok, usage.cacheWrite12hTokens, written - written1h);
  const written5m = part(table.cache_write_5m_mtok, usage.cacheWrite5mTokens, written - written1h - written12h);
  return [
    { rate: 'input_mtok', count: text - textRead - textWritten },
    { rate: 'cache_read_mtok', count: textRead },
    { rate: 'cache_write_mtok', count: written - written5m - written1h - written12h },
    { rate: 'cache_write_5m_mtok', count: written5m },
    { rate: 'cache_write_1h_mtok', count: written1h },
    { rate: 'cache_write_12h_mtok', count: written12h },
    ...media.flatMap(({ fresh, cached }, i): Charge[] => [
      { rate: fresh, count: mediaFresh[i] as number },
      // What it costs to read it from the cache may not be listed; then nothing says that it is cheaper.
      { rate: table[cached] === undefined ? fresh : cached, count: mediaRead[i] as number },
    ]),
  ];
}

interface Media {
  tokens: number;
  /** How much of it was read from the cache; null where the provider does not tell. */
  read: number | null | undefined;
  fresh: RateName;
  cached: RateName;
}

/** Only what has a rate of its own; the rest is charged as text. */
function splitMedia(table: PriceTable, usage: Usage, total: number): Media[] {
  const audio = part(table.input_audio_mtok, usage.inputAudioTokens, total);
  const image = part(table.input_image_mtok, usage.inputImageTokens, total - audio);
  const video = part(table.input_video_mtok, usage.inputVideoTokens, total - audio - image);
  return [
    { tokens: audio, read: usage.cacheAudioReadTokens, fresh: 'input_audio_mtok', cached: 'cache_audio_read_mtok' },
    { tokens: image, read: usage.cacheImageReadTokens, fresh: 'input_image_mtok', cached: 'cache_image_read_mtok' },
    { tokens: video, read: null, fresh: 'input_video_mtok', cached: 'cache_video_read_mtok' },
  ];
}

function toldReads(media: readonly Media[], read: number): number[] {
  let left = read;
  return media.map((each) => {
    const told = Math.min(count(each.read), each.tokens, left);
    left -= told;
    return told;
  });
}

function writtenTokens(usage: Usage): number {
  if (isCount(usage.cacheWriteTokens)) return usage.cacheWriteTokens;
  return count(usage.cacheWrite5mTokens) + count(usage.cacheWrite1hTokens) + count(usage.cacheWrite12hTokens);
}

function splitOutput(table: PriceTable, usage: Usage, total: number): Charge[] {
  const audio = part(table.output_audio_mtok, usage.outputAudioTokens, total);
  const image = part(table.output_image_mtok, usage.outputImageTokens, total - audio);
  const video = part(table.output_video_mtok, usage.outputVideoTokens, total - audio - image);
  const rest = total - audio - image - video;
  const reasoning = part(table.output_reasoning_mtok, usage.reasoningTokens, rest);
  return [
    { rate: 'output_mtok', count: rest - reasoning },
    { rate: 'output_reasoning_mtok', count: reasoning },
    { rate: 'output_audio_mtok', count: audio },
    { rate: 'output_image_mtok', count: image },
    { rate: 'output_video_mtok', count: video },
  ];
}

/** A part that has a rate of its own, cut to what is there of its whole; 0 when it is charged with its whole. */
function part(rate: PriceTable[string], tokens: number | null | undefined, whole: number): number {
  return rate === undefined ? 0 : Math.min(count(tokens), whole);
}

/** 0 where it is not told, and for anything else than a whole number from 0 up. */
export function count(value: number | null | undefined): number {
  return isCount(value) ? value : 0;
}

export function isCount(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
