import { asText } from './json-read.js';

/** What providers call the tier that their price lists mean: OpenAI, xAI; Mistral; Groq. */
const STANDARD: ReadonlySet<string> = new Set(['default', 'auto', 'standard', 'on_demand']);

/**
 * The tier that an answer was processed at, where its price is not the standard one: `flex`, `priority`, `batch`, `scale`, `fast`.
 * https://platform.openai.com/docs/api-reference/responses/object#service_tier
 */
export function openaiServiceTier(value: unknown): string | null {
  const tier = asText(value);
  return tier === null || STANDARD.has(tier) ? null : tier;
}

/** The member that tells the tier, in the text of an answer of which a part is missing; empty when there is none. */
export function tierIn(text: string): { service_tier?: string } {
  const tier = TIER.exec(text)?.[1];
  return tier === undefined ? {} : { service_tier: tier };
}

const TIER = /"service_tier"\s*:\s*"([a-z_]{1,32})"/;
