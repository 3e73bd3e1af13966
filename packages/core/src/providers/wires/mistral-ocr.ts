import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { knownParts } from '../../cost/known-parts.js';
import type { Usage } from '../../cost/usage.js';
import type { AnswerFacts, Wire } from '../wire.js';
import { asCount, asObject, asText, errorMessage, type JsonObject } from './json-read.js';
import { neverStreams } from './never-streams.js';

/** Mistral's OCR, which is charged by the page: `usage_info` tells how many. It never streams. https://docs.mistral.ai/api/#tag/ocr */
export const mistralOcr: Wire = {
  name: 'mistral-ocr',
  members: { usage: 'usage_info', model: 'model' },
  ...neverStreams(facts),
};

function facts(body: unknown): AnswerFacts {
  const answer = asObject(body);
  const usage = asObject(answer?.usage_info);
  return {
    model: asText(answer?.model),
    usage: ocrUsage(usage),
    finishReason: null,
    error: errorMessage(answer?.error),
    usageObject: usage,
  };
}

function ocrUsage(usage: JsonObject | null): Usage | null {
  const pages = asCount(usage?.pages_processed);
  if (pages === null) return null;
  const annotatedPages = asCount(usage?.pages_processed_annotation);
  return { ...EMPTY_USAGE, ...knownParts({ pages, annotatedPages }) };
}
