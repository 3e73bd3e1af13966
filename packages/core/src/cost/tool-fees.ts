import { atMost, type PriceTable, type Rate } from './price-table.js';

/** What a call is priced by, with its table. */
interface Priced {
  provider: string;
  model: string;
  table: PriceTable;
}

/**
 * The table with what a provider charges for beside tokens, where it is not in there: fees for searches and containers, and cache
 * writes that the library takes for cheaper ones. Free amounts per day or month are not taken off, since a call does not tell what
 * is left of them.
 */
export function withFees({ provider, model, table }: Priced): PriceTable {
  switch (provider) {
    case 'openai':
      return table.output_mtok === undefined
        ? table
        : { ...openaiFees(model), ...longWrites(table), ...table, ...openaiSearchModels(model) };
    case 'azure':
      // Azure runs searches with a service of its own; the library has the fee of OpenAI's.
      return 'web_searches_kcount' in table ? { ...table, web_searches_kcount: null } : table;
    case 'google':
      return { ...geminiFees(model), ...table };
    case 'vertex':
      return { ...geminiFees(model), ...withHourWrites(model, table) };
    case 'bedrock':
      return withHourWrites(model, table);
    case 'xai':
      // https://docs.x.ai/developers/pricing#tools-pricing, seen 2026-11-20
      return { web_searches_kcount: 5, storage_searches_kcount: 2.5, ...table };
    case 'perplexity':
      return perplexityFees(table);
    case 'mistral':
      // Audio is charged by the minute besides the tokens; the library has no such rate for this model.
      return model.startsWith('voxtral-small') ? { input_audio_hours: null, ...table } : table;
    default:
      return table;
  }
}

const REASONING = /^(?:o\d|gpt-[56]|chat-latest|codex)/;

/**
 * https://developers.openai.com/api/docs/pricing#tools, seen 2026-10-05. A container of the usual 1 GB; larger ones, and those that
 * are billed by the minute, are not told apart in an answer. The preview of web search costs more on models that do not reason.
 */
function openaiFees(model: string): PriceTable {
  return {
    web_searches_kcount: 10,
    web_search_previews_kcount: REASONING.test(model) ? 10 : 25,
    storage_searches_kcount: 2.5,
    code_sessions_kcount: 30,
  };
}

/** Where cache writes are charged, those for 12 hours cost more than those for 30 minutes; few lists say how much. */
function longWrites({ cache_write_mtok: write }: PriceTable): PriceTable {
  return write === undefined ? {} : { cache_write_12h_mtok: null };
}

/** In Chat Completions these models search before each answer: https://developers.openai.com/api/docs/guides/tools-web-search */
function openaiSearchModels(model: string): PriceTable {
  if (/^gpt-4o(?:-mini)?-search-preview/.test(model)) return { requests_kcount: 25, web_searches_kcount: 0 };
  return model.startsWith('gpt-5-search-api') ? { requests_kcount: 10, web_searches_kcount: 0 } : {};
}

/**
 * Grounding with Google Search: for each prompt up to Gemini 2.5, for each query since Gemini 3; a usage counts the one or the other.
 * https://ai.google.dev/gemini-api/docs/pricing, seen 2026-10-07
 */
function geminiFees(model: string): PriceTable {
  if (/gemini-[12]\./.test(model)) return { web_searches_kcount: 35 };
  return /gemini-3/.test(model) ? { web_searches_kcount: 14 } : {};
}

/**
 * Searching is in the fee for the request, which is by the size of its search context; the library has that of the largest. What it
 * was for a call only Perplexity tells, as the call's cost. https://docs.perplexity.ai/getting-started/pricing
 */
function perplexityFees(table: PriceTable): PriceTable {
  const { requests_kcount: fee } = table;
  return typeof fee === 'number' ? { web_searches_kcount: 0, ...table, requests_kcount: atMost(fee) } : table;
}

/**
 * Cache writes of Claude for an hour cost twice the input, as at Anthropic: https://aws.amazon.com/bedrock/pricing/ and
 * https://cloud.google.com/vertex-ai/generative-ai/pricing#claude-models
 */
function withHourWrites(model: string, table: PriceTable): PriceTable {
  const { input_mtok: input, cache_write_mtok: write, cache_write_1h_mtok: hour } = table;
  if (!model.includes('claude') || input === undefined || write === undefined || hour !== undefined) return table;
  return { ...table, cache_write_1h_mtok: twice(input) };
}

function twice(rate: Rate | null): Rate | null {
  if (rate === null) return null;
  if (typeof rate === 'number') return rate * 2;
  const price = (usd: number | null): number | null => (usd === null ? null : usd * 2);
  return { base: price(rate.base), tiers: rate.tiers.map(({ start, price: usd }) => ({ start, price: price(usd) })) };
}
