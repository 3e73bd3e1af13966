import { googleTier } from './google-tiers.js';
import { openaiTier } from './openai-tiers.js';
import { hasUnitRates, type PriceTable, timesTokenRates } from './price-table.js';

/** A call of a model, by the part of its service tier that changes the price. */
interface TieredCall {
  /** Our provider name. */
  provider: string;
  model: string;
  /** Unix ms. */
  at: number;
  /** The provider's standard prices. */
  table: PriceTable;
}

/** Tiers that a call can have without asking for a dearer one: the standard, the cheaper ones, and what its place adds. */
export const USUAL_TIERS: readonly string[] = ['', 'flex', 'batch', 'regional'];

/** Tiers that cost more than the standard somewhere, alone or together; what a request may ask for. */
export const DEARER_TIERS: readonly string[] = ['priority', 'fast', 'us', 'fast+us', 'ultrafast'];

/**
 * The standard table as a service tier changes it; `tier` as `normalTier` gives it. Null when the price of that tier is not known:
 * commitments and contracts (`scale`, `provisioned`, `reserved`, Anthropic's `priority`, Groq's `performance`) are never a list
 * price. Fees, and units other than tokens, stay as they are; where a model is charged by them alone, its tiers are not known.
 */
export function atTier(call: TieredCall, tier: string): PriceTable | null {
  let table: PriceTable | null = call.table;
  for (const part of tier === '' ? [] : tier.split('+')) {
    table = table === null || hasUnitRates(table) ? null : partOf({ ...call, table }, part);
  }
  return table;
}

function partOf(call: TieredCall, part: string): PriceTable | null {
  switch (call.provider) {
    case 'openai':
      return openaiTier(call, part);
    case 'anthropic':
      return anthropicTier(call, part);
    case 'google':
    case 'vertex':
      return googleTier(call, part);
    case 'azure':
      // "50% discount on Global Standard Pricing": https://azure.microsoft.com/pricing/details/azure-openai/, seen 2026-10-07
      return part === 'batch' ? timesTokenRates(call.table, 0.5) : null;
    case 'bedrock':
      // "50% lower price": https://aws.amazon.com/bedrock/pricing/, seen 2026-10-07. It gives no rule for the other tiers.
      return part === 'batch' ? timesTokenRates(call.table, 0.5) : null;
    case 'groq':
      return groqTier(call, part);
    default:
      return null;
  }
}

/** "Pricing matches the on-demand tier": https://console.groq.com/docs/flex-processing; https://console.groq.com/docs/batch */
function groqTier({ table }: TieredCall, part: string): PriceTable | null {
  if (part === 'flex') return table;
  return part === 'batch' ? timesTokenRates(table, 0.5) : null;
}

/** Claude 4.6 and later; earlier models cost the same everywhere. */
const PRICED_BY_PLACE = /claude-(?:(?:opus|sonnet|haiku)-(?:4-[6-9]|[5-9])|fable|mythos)/;

/**
 * Factors of https://platform.claude.com/docs/en/about-claude/pricing#fast-mode-pricing, seen 2026-10-09; for Opus 4.6 and 4.7 as
 * long as they had that mode (https://platform.claude.com/docs/en/build-with-claude/fast-mode, seen 2026-05-05).
 */
const FAST: readonly (readonly [model: RegExp, factor: number])[] = [
  [/^claude-opus-5-5(?!-?\d{1,2}(?!\d))/, 2],
  [/^claude-opus-5(?!-\d{1,2}(?!\d))/, 2],
  [/^claude-opus-4-8/, 2],
  [/^claude-opus-4-[67]/, 6],
];

/** All of these stack: batch halves, the United States add a tenth to every kind of tokens. */
function anthropicTier({ model, table }: TieredCall, part: string): PriceTable | null {
  if (part === 'batch') return timesTokenRates(table, 0.5);
  if (part === 'us') return PRICED_BY_PLACE.test(model) ? timesTokenRates(table, 1.1) : table;
  if (part !== 'fast') return null;
  const factor = FAST.find(([pattern]) => pattern.test(model))?.[1];
  return factor === undefined ? null : timesTokenRates(table, factor);
}
