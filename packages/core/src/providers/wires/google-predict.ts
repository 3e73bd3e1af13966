import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { knownParts } from '../../cost/known-parts.js';
import type { Usage } from '../../cost/usage.js';
import type { AnswerFacts, Wire } from '../wire.js';
import { googleGenerateContent } from './google-generate-content.js';
import { asArray, asCount, asObject, asText, errorMessage, type JsonObject } from './json-read.js';
import { neverStreams } from './never-streams.js';

/**
 * Google's `predict`: embeddings of text and pictures of Imagen are understood, what other models predict is kept as it is. It never
 * streams. https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/PredictResponse
 */
export const googlePredict: Wire = {
  name: 'google-predict',
  ...neverStreams(facts),
  errorEvent: googleGenerateContent.errorEvent,
};

/** Its `model` is the name of a resource, with project and place; the path tells the model. */
function facts(body: unknown): AnswerFacts {
  const answer = asObject(body);
  const predictions = (asArray(answer?.predictions) ?? []).map(asObject);
  const metadata = asObject(answer?.metadata);
  return {
    model: null,
    usage: textUsage(predictions, asCount(metadata?.billableCharacterCount)) ?? pictureUsage(predictions),
    finishReason: null,
    error: errorMessage(answer?.error),
    usageObject: metadata,
  };
}

/** https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api */
function textUsage(predictions: readonly (JsonObject | null)[], characters: number | null): Usage | null {
  let inputTokens: number | null = null;
  for (const prediction of predictions) {
    const tokens = asCount(asObject(asObject(prediction?.embeddings)?.statistics)?.token_count);
    if (tokens !== null) inputTokens = (inputTokens ?? 0) + tokens;
  }
  if (inputTokens === null) return null;
  return { ...EMPTY_USAGE, inputTokens, outputTokens: 0, ...knownParts({ inputCharacters: characters }) };
}

/** Pictures that were held back are none. https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api */
function pictureUsage(predictions: readonly (JsonObject | null)[]): Usage | null {
  const images = predictions.filter(isPicture).length;
  return images === 0 ? null : { ...EMPTY_USAGE, images };
}

function isPicture(prediction: JsonObject | null): boolean {
  const isImage = asText(prediction?.mimeType)?.startsWith('image/') === true;
  return isImage && (asText(prediction?.bytesBase64Encoded) ?? asText(prediction?.gcsUri)) !== null;
}
