import type { AnswerFacts, SseEvent, Wire } from '../wire.js';
import { rebuildContent } from './google-generate-content-rebuild.js';
import { contentUsage, embeddingUsage } from './google-generate-content-usage.js';
import { asArray, asObject, asText, errorMessage, type JsonObject } from './json-read.js';

/**
 * Google's `generateContent` and `streamGenerateContent`, at Gemini's API and at Vertex AI, and their embeddings.
 * https://ai.google.dev/api/generate-content
 */
export const googleGenerateContent: Wire = {
  name: 'google-generate-content',
  members: { usage: 'usageMetadata', model: 'modelVersion' },
  facts,
  rebuild: () => rebuildContent(factsOfObject),
  endsWhole,
  errorEvent,
};

/** Without `alt=sse` a stream is a JSON array of the chunks that the events would have carried; errors come in one, too. */
function facts(body: unknown): AnswerFacts {
  const chunks = asArray(body);
  if (chunks === null) return factsOfObject(asObject(body));
  const rebuilder = rebuildContent(factsOfObject);
  for (const chunk of chunks) rebuilder.merge(asObject(chunk));
  return rebuilder.facts();
}

function factsOfObject(answer: JsonObject | null): AnswerFacts {
  return {
    model: asText(answer?.modelVersion),
    usage: isEmbedding(answer) ? embeddingUsage(answer?.usageMetadata) : contentUsage(answer?.usageMetadata),
    finishReason: asText(asObject(asArray(answer?.candidates)?.[0])?.finishReason),
    error: errorMessage(answer?.error) ?? blocked(asObject(answer?.promptFeedback)),
  };
}

function isEmbedding(answer: JsonObject | null): boolean {
  return answer?.embedding !== undefined || answer?.embeddings !== undefined;
}

/** A prompt that Google does not answer: status 200, and no candidates. */
function blocked(feedback: JsonObject | null): string | null {
  const reason = asText(feedback?.blockReason);
  if (reason === null) return null;
  const said = asText(feedback?.blockReasonMessage);
  return said === null ? `prompt blocked: ${reason}` : `prompt blocked: ${reason}: ${said}`;
}

/** There is no event that says that nothing follows: every candidate in the last ones must have said why it stopped. */
function endsWhole(last: readonly SseEvent[]): boolean {
  const rebuilder = rebuildContent(factsOfObject);
  for (const event of last) rebuilder.push(event);
  return rebuilder.complete() && rebuilder.facts().error === null;
}

/** The SDK throws where `error.code` is a status from 400 to 599; our own code has its place in the details. */
function errorEvent(code: string, message: string): string {
  const [status, name] = code === 'upstream_timeout' ? [504, 'DEADLINE_EXCEEDED'] : [502, 'UNAVAILABLE'];
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code, domain: 'helicone-proxy' }];
  return `data: ${JSON.stringify({ error: { code: status, message, status: name, details } })}\n\n`;
}
