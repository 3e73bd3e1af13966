import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import type { Usage } from '../../cost/usage.js';
import type { SessionAnswer } from '../wire.js';
import { asArray, asCount, asObject, asText, type JsonObject } from './json-read.js';
import { imageTokens } from './openai-images-usage.js';

/**
 * What an answer's image generation is charged, which other models do than the one that answered. Empty: it made no pictures.
 * `tool_usage.image_gen` (https://platform.openai.com/docs/api-reference/responses/object) sums the tokens of all calls; where it
 * is missing, how many pictures there are is all that is known, and that is not what their models are priced by.
 */
export function imageCharges(response: JsonObject | null): SessionAnswer[] {
  const calls = (asArray(response?.output) ?? []).map(asObject).filter(isPicture);
  const counted = imageTokens(asObject(response?.tool_usage)?.image_gen);
  const told = counted !== null && ((counted.inputTokens ?? 0) > 0 || (counted.outputTokens ?? 0) > 0);
  const charges: SessionAnswer[] = [];
  if (told) charges.push({ model: imageModel(response), usage: { ...counted, ...NEVER_OF_IMAGES } });
  else if (calls.length > 0) {
    charges.push({ model: imageModel(response), usage: { ...EMPTY_USAGE, images: calls.length } });
  }
  for (const call of calls) {
    const drawn = svgCharge(call?.svg_usage);
    if (drawn !== null) charges.push(drawn);
  }
  return charges;
}

/** The model that wrote an SVG is told and charged besides the one that drew the picture. Null when there was none. */
export function svgCharge(value: unknown): SessionAnswer | null {
  const svg = asObject(value);
  const model = asText(svg?.model);
  if (svg === null || model === null) return null;
  const usage = {
    ...EMPTY_USAGE,
    ...NEVER_OF_IMAGES,
    inputTokens: asCount(svg.input_tokens),
    outputTokens: asCount(svg.output_tokens),
    reasoningTokens: asCount(svg.reasoning_tokens),
  };
  return { model, usage };
}

/** What image models do not have: 0 and not unknown, so that sums stay known. */
const NEVER_OF_IMAGES = {
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  inputAudioTokens: 0,
  outputAudioTokens: 0,
  webSearches: 0,
} as const satisfies Partial<Usage>;

/** One that is there, or of which nobody said that it failed: an answer of which the middle is lost may not have it. */
function isPicture(item: JsonObject | null): boolean {
  if (item?.type !== 'image_generation_call') return false;
  return asText(item.result) !== null || (item.status !== 'failed' && item.status !== 'completed');
}

/** Answers repeat the request's tools with their defaults. Where this one does not, the tool's name stands for what has no price. */
function imageModel(response: JsonObject | null): string {
  const tool = (asArray(response?.tools) ?? []).map(asObject).find((each) => each?.type === 'image_generation');
  return asText(tool?.model) ?? 'image_generation';
}
