import type { AnswerContext, AnswerFacts, StreamEvent, Wire } from '../wire.js';
import { contentFacts } from './google-generate-content-facts.js';
import { rebuildContent } from './google-generate-content-rebuild.js';
import { asArray, asObject } from './json-read.js';

/**
 * Google's `generateContent` and `streamGenerateContent`, at Gemini's API and at Vertex AI, and their embeddings.
 * https://ai.google.dev/api/generate-content
 */
export const googleGenerateContent: Wire = {
  name: 'google-generate-content',
  members: { usage: 'usageMetadata', model: 'modelVersion' },
  // Without `alt=sse` a stream is one JSON array.
  framings: ['sse', 'json-array'],
  facts,
  rebuild: rebuildContent,
  endsWhole,
  errorEvent,
};

/** Where a server calls the array of a stream a plain document: its chunks are those that events would have carried. */
function facts(body: unknown, context?: AnswerContext): AnswerFacts {
  const chunks = asArray(body);
  if (chunks === null) return contentFacts(asObject(body), context);
  const rebuilder = rebuildContent(context);
  for (const chunk of chunks) rebuilder.merge(asObject(chunk));
  return rebuilder.facts();
}

/** There is no event that says that nothing follows: every candidate in the last ones must have said why it stopped. */
function endsWhole(last: readonly StreamEvent[]): boolean {
  const rebuilder = rebuildContent();
  for (const event of last) rebuilder.push(event);
  return rebuilder.complete() && rebuilder.facts().error === null;
}

/** The SDK throws where `error.code` is a status from 400 to 599; our own code has its place in the details. */
function errorEvent(code: string, message: string): string {
  const [status, name] = code === 'upstream_timeout' ? [504, 'DEADLINE_EXCEEDED'] : [502, 'UNAVAILABLE'];
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code, domain: 'helicone-proxy' }];
  return `data: ${JSON.stringify({ error: { code: status, message, status: name, details } })}\n\n`;
}
