import type { Call } from '../call.js';
import type { ByteObserver, EngineResponse } from '../contract.js';
import { AnswerTape, type TapeOptions } from './answer-tape.js';
import type { CacheEntry } from './entry.js';
import { type AnswerOrigin, documentEntry, originOf, tapeEntry } from './entry-of-answer.js';
import { lookUp, type Place } from './look-up.js';
import { storableKind } from './storable.js';
import { storeEntry } from './store-entry.js';

/** Where an answer goes. */
export interface SavePlace extends Pick<TapeOptions, 'maxBytes' | 'budget'> {
  place: Place;
}

/** Stores the answer of a call that reads nothing and shares nothing, when it is whole. It goes on to its client as it is. */
export function saveAnswer(call: Call, response: EngineResponse, where: SavePlace): void {
  const { place, maxBytes, budget } = where;
  const kind = storableKind(response, call.target?.wire ?? null, maxBytes);
  const { body } = response;
  if (kind === null || body === null) return;
  const origin = originOf(call, response.headers, place.policy.lifetimeMs);
  if (!(body instanceof Uint8Array)) {
    body.observe(new TapingObserver(place, origin, new AnswerTape({ maxBytes, events: kind === 'events', budget })));
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
    this.#tape.drop();
    if (entry !== null) void put(this.#place, entry);
  }
}

/** Into the first free bucket, else over the first. */
async function put(place: Place, entry: CacheEntry): Promise<void> {
  const { free } = place.policy.buckets === 1 ? { free: 0 } : await lookUp(place);
  await storeEntry(place, free, entry);
}
