import { asObject, asText, type JsonObject } from './json-read.js';

/**
 * The tier that an answer was served at; null for Google's standard. Gemini's API tells it in a header, which holds where what was
 * asked for was not to be had, and in `usageMetadata.serviceTier`; Vertex AI in `usageMetadata.trafficType`.
 *
 * https://ai.google.dev/gemini-api/docs/priority-inference,
 * https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/GenerateContentResponse#TrafficType
 */
export function contentTier(
  answer: JsonObject | null,
  headers: Readonly<Record<string, string>> | undefined,
): string | null {
  const usage = asObject(answer?.usageMetadata);
  const told =
    asText(headers?.['x-gemini-service-tier']) ??
    asText(usage?.serviceTier) ??
    asText(answer?.serviceTier) ??
    asText(usage?.trafficType);
  if (told === null) return null;
  const tier = told.toLowerCase().replace(/^(?:service_tier|on_demand)_/, '');
  return STANDARD.has(tier) ? null : tier;
}

const STANDARD: ReadonlySet<string> = new Set(['standard', 'unspecified', 'on_demand', 'traffic_type_unspecified']);
