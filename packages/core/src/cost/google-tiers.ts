import { type PriceTable, timesTokenRates } from './price-table.js';

/**
 * Whose lists for flex and batch halve cache reads, too, and whose have them at the standard price. Of all others, what they cost
 * is not known. https://ai.google.dev/gemini-api/docs/pricing, seen 2026-08-28
 */
const HALF_READS = /^gemini-3\.(?:1-flash-lite|[678]-flash)(?!.*(?:image|live|tts))/;
const WHOLE_READS = /^gemini-(?:2\.5-(?:pro|flash|flash-lite)|3\.1-pro|3-flash)(?!.*(?:image|live|tts|native))/;

/** Models whose list for priority is 1.8 times the standard, of all kinds of tokens. The same page. */
const PRIORITY =
  /^gemini-(?:2\.5-(?:pro|flash|flash-lite)|3-flash|3\.1-pro|3\.1-flash-lite|3\.5-flash(?!-lite)|3\.[678]-flash)(?!.*(?:image|live|tts|native))/;

/**
 * Gemini's tiers, at its own API and at Vertex AI (https://cloud.google.com/vertex-ai/generative-ai/pricing). Claude at Vertex AI
 * has others, and so has what is provisioned. Null: not known.
 */
export function googleTier(
  { provider, model: given, table }: { provider: string; model: string; table: PriceTable },
  tier: string,
): PriceTable | null {
  const model = given.slice(given.lastIndexOf('/') + 1);
  if (!model.startsWith('gemini-')) return provider === 'vertex' ? claudeTier(model, table, tier) : null;
  if (tier === 'priority') return PRIORITY.test(model) ? timesTokenRates(table, 1.8) : null;
  if (tier !== 'flex' && tier !== 'batch') return null;
  const halved = timesTokenRates(table, 0.5);
  if (HALF_READS.test(model)) return halved;
  const reads = Object.keys(table).filter((name) => /^cache_.*read_mtok$/.test(name));
  const whole = WHOLE_READS.test(model);
  return { ...halved, ...Object.fromEntries(reads.map((name) => [name, whole ? table[name] : null])) };
}

/** Since Claude 4.5 an endpoint of one region, or of several, costs a tenth more than the global one. */
const PRICED_BY_PLACE = /^claude-(?:(?:opus|sonnet|haiku)-(?:4-[5-9]|[5-9])|fable|mythos)/;

/** https://cloud.google.com/vertex-ai/generative-ai/pricing#claude-models */
function claudeTier(model: string, table: PriceTable, tier: string): PriceTable | null {
  if (tier !== 'regional') return null;
  return PRICED_BY_PLACE.test(model) ? timesTokenRates(table, 1.1) : table;
}
