/**
 * How a streamed answer is cut into events: server-sent events, one JSON document a line, the elements of one JSON array, or
 * AWS's `application/vnd.amazon.eventstream` frames.
 */
export type Framing = 'sse' | 'ndjson' | 'json-array' | 'aws-frames';

const FRAMINGS: readonly (readonly [RegExp, Framing])[] = [
  [/^text\/event-stream\b/i, 'sse'],
  [/^application\/(x-ndjson|ndjson|stream\+json|jsonl|x-jsonl|jsonlines)\b/i, 'ndjson'],
  [/^application\/vnd\.amazon\.eventstream\b/i, 'aws-frames'],
];

/** How an answer of this content type is cut into events; null when it is one document, as far as its type tells. */
export function framingOf(type: string): Framing | null {
  for (const [pattern, framing] of FRAMINGS) if (pattern.test(type)) return framing;
  return null;
}
