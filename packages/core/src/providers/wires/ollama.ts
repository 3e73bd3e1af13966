import type { StreamEvent, Wire } from '../wire.js';
import { asObject, errorMessage, parseObject } from './json-read.js';
import { ollamaEnds, ollamaFacts } from './ollama-facts.js';
import { rebuildOllama } from './ollama-rebuild.js';

/**
 * Ollama's own API: `/api/chat`, `/api/generate` and `/api/embed`. The first two stream a JSON document a line unless `stream` is
 * false; the content type tells. https://github.com/ollama/ollama/blob/main/docs/api.md
 */
export const ollama: Wire = {
  name: 'ollama',
  framings: ['ndjson'],
  facts: (body) => ollamaFacts(asObject(body)),
  ends: ollamaEnds,
  rebuild: rebuildOllama,
  endsWhole,
  errorEvent,
};

function endsWhole(last: readonly StreamEvent[]): boolean {
  let whole = false;
  for (const { data } of last) {
    const object = parseObject(data);
    if (errorMessage(object?.error) !== null) return false;
    if (object?.done === true) whole = true;
  }
  return whole;
}

/** The SDK throws on any line that has an `error`, and takes it for the message; there is no place for a code. */
function errorEvent(_code: string, message: string): string {
  return `${JSON.stringify({ error: message })}\n`;
}
