import type { Call } from '../call.js';
import type { ByteObserver, EngineResponse } from '../contract.js';
import { AnswerTape } from './answer-tape.js';
import type { CacheEntry } from './entry.js';
import { type AnswerOrigin, documentEntry, originOf, tapeEntry } from './entry-of-answer.js';
import { lookUp, type Place } from './look-up.js';
import { storableKind } from './storable.js';
import { storeEntry } from './store-entry.js';

/** Stores the answer of a call that reads nothing and shares nothing, when it is whole. It goes on to its client as it is. */
export function saveAnswer(call: Call, response: EngineResponse, where: { place: Place; maxBytes: number }): void {
  const { place, maxBytes } = where;
  const kind = storableKind(response, call.target?.wire ?? null, maxBytes);
  const { body } = response;
  if (kind === null || body === null) return;
  const origin = originOf(call, response.headers, place.policy.lifetimeMs);
  if (!(body instanceof Uint8Array)) {
    body.observe(new TapingObserver(place, origin, new AnswerTape(maxBytes, kind === 'events')));
  } else if (kind === 'json') {
    const entry = documentEntry(origin, body, maxBytes);
    if (entry !== null) void put(place, entry);
  }
}

class TapingObserver implements ByteObserver {
  readonly #place: Place;
  readonly #origin: AnswerOrigin;
  readonly #tape: AnswerTape;

  constructor(place: Place, origin: AnswerOrigin, tape: AnswerTape) {
    this.#place = place;
    this.#origin = origin;
    this.#tape = tape;
  }

  chunk(bytes: Uint8Array): void {
    this.#tape.add(bytes);
  }

  end(error?: Error): void {
    const entry = error === undefined ? tapeEntry(this.#origin, this.#tape) : null;
    if (entry !== null) void put(this.#place, entry);
  }
}

/** Into the first free bucket, else over the first. */
async function put(place: Place, entry: CacheEntry): Promise<void> {
  const { free } = place.policy.buckets === 1 ? { free: 0 } : await lookUp(place);
  await storeEntry(place, free, entry);
}
