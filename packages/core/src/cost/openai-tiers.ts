import { perMTok } from './own-price.js';
import { onlyShort, type PriceTable, timesTokenRates } from './price-table.js';

/** What OpenAI's fast mode costs: so many times the standard price, or a price list of its own. */
interface FastPrice {
  times?: number;
  table?: PriceTable;
  /** There is no price for long inputs. */
  onlyShort?: true;
}

/**
 * Fast mode, which was called priority processing until 2026-07-30 and answers to both names.
 * https://developers.openai.com/api/docs/pricing, seen 2026-10-05; for the codex models https://openai.com/api-priority-processing/,
 * seen 2026-05-20; for GPT-6.1 and 6.2 their own pages, seen 2026-11-20.
 */
const FAST: Readonly<Record<string, FastPrice>> = {
  'gpt-6-astra': { times: 2 },
  'gpt-6.1-sol': { times: 2 },
  'gpt-6.2-sol': { times: 2 },
  'gpt-5.6': { times: 2 },
  'gpt-5.6-sol': { times: 2 },
  'gpt-5.6-terra': { times: 2 },
  'gpt-5.6-luna': { times: 2 },
  'gpt-5.5': { times: 2.5, onlyShort: true },
  'gpt-5.4': { times: 2, onlyShort: true },
  'gpt-5.4-mini': { times: 2 },
  'gpt-5.3-codex': { times: 2 },
  'gpt-5.2': { times: 2 },
  'gpt-5.1': { times: 2 },
  'gpt-5.1-codex': { times: 2 },
  'gpt-5': { times: 2 },
  'gpt-5-codex': { times: 2 },
  'gpt-5-mini': { times: 1.8 },
  'gpt-4.1': { times: 1.75 },
  'gpt-4.1-mini': { times: 1.75 },
  'gpt-4.1-nano': { times: 2 },
  'gpt-4o': { times: 1.7 },
  'gpt-4o-2024-05-13': { times: 1.75 },
  'gpt-4o-mini': { table: perMTok({ input: 0.25, read: 0.125, output: 1 }) },
  o3: { times: 1.75 },
  'o4-mini': { table: perMTok({ input: 2, read: 0.5, output: 8 }) },
};

/**
 * What ultrafast mode costs, times the standard price. https://developers.openai.com/api/docs/models/gpt-6.2-sol, seen 2026-11-20;
 * …/gpt-6.1-sol, seen 2026-10; for Astra https://vercel.com/changelog/openai-ultrafast-mode-now-available-on-ai-gateway
 */
const ULTRAFAST: Readonly<Record<string, number>> = { 'gpt-6-astra': 6, 'gpt-6.1-sol': 6, 'gpt-6.2-sol': 6 };
/** Until then GPT-6.2 Sol costs half of that. */
const ULTRAFAST_DEARER = Date.UTC(2027, 2, 1);

/** The batch list has no price for cached input of these: it costs what all input does. */
const BATCH_WITHOUT_CACHE = /^(?:gpt-4|o[134])/;
/** The lists for batch and flex have no price for long inputs of these. */
const HALF_ONLY_SHORT = /^gpt-5\.5-pro/;

/** Flex and batch cost half: https://developers.openai.com/api/docs/guides/flex-processing. Null: not known. */
export function openaiTier(
  { model, table, at }: { model: string; table: PriceTable; at: number },
  tier: string,
): PriceTable | null {
  // Fine-tuned models have lists of their own.
  if (model.startsWith('ft:')) return null;
  if (tier === 'flex') return half(model, table);
  if (tier === 'batch') return half(model, BATCH_WITHOUT_CACHE.test(model) ? withoutCache(table) : table);
  if (tier === 'priority' || tier === 'fast') return fast(model, table);
  return tier === 'ultrafast' ? ultrafast(baseName(model), table, at) : null;
}

function ultrafast(model: string, table: PriceTable, at: number): PriceTable | null {
  if (!Object.hasOwn(ULTRAFAST, model)) return null;
  const times = model === 'gpt-6.2-sol' && at < ULTRAFAST_DEARER ? 3 : (ULTRAFAST[model] as number);
  return timesTokenRates(table, times);
}

function half(model: string, table: PriceTable): PriceTable {
  const halved = timesTokenRates(table, 0.5);
  return HALF_ONLY_SHORT.test(model) ? onlyShort(halved) : halved;
}

function withoutCache({ cache_read_mtok, ...table }: PriceTable): PriceTable {
  return table;
}

function fast(model: string, table: PriceTable): PriceTable | null {
  const name = Object.hasOwn(FAST, model) ? model : baseName(model);
  if (!Object.hasOwn(FAST, name)) return null;
  const price = FAST[name] as FastPrice;
  const faster = price.times === undefined ? { ...table, ...price.table } : timesTokenRates(table, price.times);
  return price.onlyShort === true ? onlyShort(faster) : faster;
}

/** Without the date of its snapshot. */
function baseName(model: string): string {
  return model.replace(/-20\d\d-\d\d-\d\d$/, '');
}
