import { sumUsage } from '../../cost/sum-usage.js';
import type { AnswerFacts, StreamEvent, Wire } from '../wire.js';
import { asObject, asText, errorMessage, type JsonObject, parseObject } from './json-read.js';
import { openaiErrorEvent } from './openai-chat.js';
import { IMAGE_ENDS, rebuildImages } from './openai-images-rebuild.js';
import { imagesUsage } from './openai-images-usage.js';
import { svgCharge } from './openai-responses-charges.js';
import { valueAtEnd } from './value-at-end.js';

/** Pictures made, edited or varied, by OpenAI and by all who speak like it. */
export const openaiImages: Wire = {
  name: 'openai-images',
  facts: (body) => imagesFacts(asObject(body)),
  ends,
  rebuild: () => rebuildImages(imagesFacts),
  endsWhole,
  errorEvent: openaiErrorEvent,
};

function imagesFacts(answer: JsonObject | null): AnswerFacts {
  const model = asText(answer?.model);
  const usage = imagesUsage(answer);
  const drawn = usage === null ? null : svgCharge(answer?.svg_usage);
  return {
    model,
    usage: usage === null || drawn === null ? usage : sumUsage([usage, drawn.usage]),
    finishReason: null,
    error: errorMessage(answer?.error),
    usageObject: asObject(answer?.usage),
    ...(usage === null || drawn === null ? {} : { charged: [{ model, usage }, drawn] }),
  };
}

/** The model that is named in an SVG's usage is not the answer's, which OpenAI does not name. */
function ends(text: string): JsonObject {
  const svg = asObject(valueAtEnd(text, 'svg_usage'));
  return svg === null ? {} : { svg_usage: svg, model: null };
}

function endsWhole(last: readonly StreamEvent[]): boolean {
  let whole = false;
  for (const { event, data } of last) {
    const type = typeOf(event, data);
    if (event === 'error' || type === 'error' || hasError(data)) return false;
    if (IMAGE_ENDS.has(type)) whole = true;
  }
  return whole;
}

/** These events are megabytes long: their data is parsed only where the event has no name. */
function typeOf(event: string, data: string): string {
  return event !== '' && event !== 'message' ? event : (asText(parseObject(data)?.type) ?? '');
}

function hasError(data: string): boolean {
  return data.includes('"error"') && errorMessage(parseObject(data)?.error) !== null;
}
