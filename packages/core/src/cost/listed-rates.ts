import { type PriceTable, type Rate, type RateName, rateFor } from './price-table.js';

/**
 * Rates of a model, USD per million tokens unless another unit is named. One that is null is not 0: those tokens cost what the next
 * wider kind does, and any other unit is not charged or its price is not known.
 */
export interface ListedRates {
  input: number | null;
  output: number | null;
  cacheRead: number | null;
  cacheWrite: number | null;
  /** Cache writes that are kept for five minutes. */
  cacheWrite5m: number | null;
  /** Cache writes that are kept for an hour. */
  cacheWrite1h: number | null;
  /** Cache writes that are kept for 12 hours. */
  cacheWrite12h: number | null;
  inputAudio: number | null;
  cacheAudioRead: number | null;
  outputAudio: number | null;
  inputImage: number | null;
  cacheImageRead: number | null;
  outputImage: number | null;
  inputVideo: number | null;
  outputVideo: number | null;
  reasoning: number | null;
  /** Sources that are billed besides input and output. */
  citation: number | null;
  /** USD for each request, besides its tokens. */
  request: number | null;
  /** USD for each web search that the provider runs. */
  webSearch: number | null;
  /** USD for each search of stored files that the provider runs. */
  fileSearch: number | null;
  /** USD for each container for running code that the provider starts. */
  codeSession: number | null;
  /** USD per minute of audio that is transcribed. */
  audioMinute: number | null;
  /** USD per million characters that are spoken. */
  characters: number | null;
  /** USD for each picture that is made. */
  image: number | null;
  /** USD for each page that is read. */
  page: number | null;
  /** USD for each page that is annotated as well. */
  annotatedPage: number | null;
  /** USD for each search of a re-ranker. */
  rerankSearch: number | null;
}

/** What a listed rate is in a table, and for how many of our units. */
const NAMES: Readonly<Record<keyof ListedRates, readonly [name: RateName, per?: number]>> = {
  input: ['input_mtok'],
  output: ['output_mtok'],
  cacheRead: ['cache_read_mtok'],
  cacheWrite: ['cache_write_mtok'],
  cacheWrite5m: ['cache_write_5m_mtok'],
  cacheWrite1h: ['cache_write_1h_mtok'],
  cacheWrite12h: ['cache_write_12h_mtok'],
  inputAudio: ['input_audio_mtok'],
  cacheAudioRead: ['cache_audio_read_mtok'],
  outputAudio: ['output_audio_mtok'],
  inputImage: ['input_image_mtok'],
  cacheImageRead: ['cache_image_read_mtok'],
  outputImage: ['output_image_mtok'],
  inputVideo: ['input_video_mtok'],
  outputVideo: ['output_video_mtok'],
  reasoning: ['output_reasoning_mtok'],
  citation: ['output_citation_mtok'],
  request: ['requests_kcount', 1000],
  webSearch: ['web_searches_kcount', 1000],
  fileSearch: ['storage_searches_kcount', 1000],
  codeSession: ['code_sessions_kcount', 1000],
  audioMinute: ['input_audio_hours', 60],
  characters: ['input_mchars'],
  image: ['images_kcount', 1000],
  page: ['input_document_kpages', 1000],
  annotatedPage: ['input_annotated_document_kpages', 1000],
  rerankSearch: ['rerank_searches_kcount', 1000],
};

/** Beyond these decimals is only the noise of floating point. */
const DECIMALS = 12;

/** The rates of a table for a call whose input is a token longer than `start`. */
export function ratesAbove(table: PriceTable, start: number): ListedRates {
  const rate = (name: RateName, per: number): number | null => {
    const found: Rate | null = table[name] ?? null;
    const usd = rateFor(found, start + 1);
    return usd === null ? null : Number((usd / per).toFixed(DECIMALS));
  };
  const listed = Object.entries(NAMES).map(([name, [from, per = 1]]) => [name, rate(from, per)]);
  return Object.fromEntries(listed) as unknown as ListedRates;
}
