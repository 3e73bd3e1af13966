import { asObject, type JsonObject } from './json-read.js';

/**
 * What a provider itself says that a call cost, from the usage object of a chat; integer nano-USD (1e-9 USD), half up. Null when it
 * does not say so. All of these are in USD:
 * - OpenRouter's `cost`. Who brings a provider's own key (`is_byok`) pays that provider `cost_details.upstream_inference_cost`
 *   besides; for others it is told too, but is the same money. https://openrouter.ai/docs/use-cases/usage-accounting
 * - Perplexity's `cost.total_cost`: https://docs.perplexity.ai/api-reference/chat-completions-post
 * - xAI's `cost_in_usd_ticks`, 1e-10 USD each: https://docs.x.ai/developers/cost-tracking
 * - DeepInfra's `estimated_cost`: https://deepinfra.com/docs/openai_api
 */
export function toldCostNanoUsd(usage: JsonObject): number | null {
  const ticks = amount(usage.cost_in_usd_ticks);
  if (ticks !== null) return integer(ticks / 10);
  const usd = amount(usage.cost) ?? amount(asObject(usage.cost)?.total_cost) ?? amount(usage.estimated_cost);
  if (usd === null) return null;
  const upstream = usage.is_byok === true ? amount(asObject(usage.cost_details)?.upstream_inference_cost) : null;
  return integer((usd + (upstream ?? 0)) * 1e9);
}

function amount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** Fifteen digits are what a double keeps of a decimal number: 1.0000000005 USD must be half of a nano-USD and not a hair less. */
function integer(nanoUsd: number): number | null {
  const rounded = Math.round(Number(nanoUsd.toPrecision(15)));
  return Number.isSafeInteger(rounded) ? rounded : null;
}
