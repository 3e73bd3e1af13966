import { asArray, asObject, type JsonObject } from './json-read.js';
import { tierIn } from './openai-service-tier.js';
import { valueAtEnd } from './value-at-end.js';

/**
 * Of a response whose middle is missing, what else than its usage tells its cost: its tier, its tools and what they used, and whether
 * there was a picture in it, which is mostly why it is so long.
 */
export function responseEnds(text: string): JsonObject {
  const tools = asArray(valueAtEnd(text, 'tools'));
  const used = asObject(valueAtEnd(text, 'tool_usage'));
  const svg = asObject(valueAtEnd(text, 'svg_usage'));
  return {
    ...tierIn(text),
    ...(tools === null ? {} : { tools }),
    ...(used === null ? {} : { tool_usage: used }),
    ...(PICTURE.test(text) ? { output: [{ type: 'image_generation_call', ...(svg && { svg_usage: svg }) }] } : {}),
  };
}

const PICTURE = /"type"\s*:\s*"image_generation_call"/;
