import { asText, type JsonObject } from './json-read.js';

/**
 * What changes the price of a whole message, as its usage tells it, joined with `+`: the service tier, fast mode, inference that
 * was kept in the US. Null: the standard price.
 *
 * https://platform.claude.com/docs/en/api/messages (`usage.service_tier`, `usage.speed`, `usage.inference_geo`),
 * https://platform.claude.com/docs/en/build-with-claude/fast-mode,
 * https://platform.claude.com/docs/en/manage-claude/data-residency: `global` and `not_available` cost the standard price
 */
export function messageTier(usage: JsonObject | null): string | null {
  const parts: string[] = [];
  const tier = asText(usage?.service_tier);
  if (tier !== null && tier !== 'standard') parts.push(tier);
  if (usage?.speed === 'fast') parts.push('fast');
  if (usage?.inference_geo === 'us') parts.push('us');
  return parts.length === 0 ? null : parts.join('+');
}
