import type { AnswerFacts, Rebuilder, StreamEvent } from '../wire.js';
import { joinBase64 } from './base64-join.js';
import { asText, errorMessage, type JsonObject, parseObject, setOwn } from './json-read.js';

/**
 * Rebuilds streamed speech into `{ audio, usage }`, all audio that arrived as one base64 text: a call without events gets the bare
 * audio, which no JSON can be. `readFacts` reads such an object.
 */
export function rebuildSpeech(readFacts: (answer: JsonObject | null) => AnswerFacts): Rebuilder {
  const pieces: string[] = [];
  /** Everything else that was told. */
  let rest: JsonObject = {};
  let ended = false;
  let failed = false;
  return {
    push(event: StreamEvent): boolean {
      const data = parseObject(event.data);
      if (data === null) return false;
      const type = asText(data.type) ?? event.event;
      if (event.event === 'error' || type === 'error' || errorMessage(data.error) !== null) {
        failed = true;
        rest.error = data.error ?? data;
        return false;
      }
      if (type === 'speech.audio.delta') {
        if (typeof data.audio === 'string') pieces.push(data.audio);
        return true;
      }
      if (type === 'speech.audio.done') {
        ended = true;
        const { type: _, ...told } = data;
        rest = { ...rest, ...told };
      }
      return false;
    },
    body() {
      const body: JsonObject = pieces.length === 0 ? {} : { audio: joinBase64(pieces) };
      for (const key of Object.keys(rest)) setOwn(body, key, rest[key]);
      return pieces.length === 0 && !ended && !failed ? null : body;
    },
    facts: () => readFacts(rest),
    complete: () => ended && !failed,
  };
}
