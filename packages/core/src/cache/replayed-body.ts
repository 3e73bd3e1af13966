import type { ByteStream } from '../contract.js';
import { type BodySupply, PulledBody } from '../stream/pulled-body.js';

/** Events that one turn of the event loop gives out: a long entry must not hold up other calls. */
const EVENTS_PER_TURN = 64;

/** A stored stream as a body: event by event as it was stored, as fast as the client takes it. */
export function replayedBody(bytes: Uint8Array, eventEnds: readonly number[]): ByteStream {
  return new Replay(bytes, eventEnds).body;
}

class Replay implements BodySupply {
  readonly body = new PulledBody(this);
  readonly #bytes: Uint8Array;
  readonly #eventEnds: readonly number[];
  #event = 0;
  #at = 0;
  #left = EVENTS_PER_TURN;

  constructor(bytes: Uint8Array, eventEnds: readonly number[]) {
    this.#bytes = bytes;
    this.#eventEnds = eventEnds;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  take(): Uint8Array | null {
    if (this.done || this.#left === 0) return null;
    const from = this.#at;
    // What follows the last event, as blank lines may, goes out as it is.
    this.#at = this.#eventEnds[this.#event++] ?? this.#bytes.length;
    this.#left -= 1;
    if (this.#left === 0) setImmediate(nextTurn, this);
    return this.#bytes.subarray(from, this.#at);
  }

  closed(): void {
    this.#at = this.#bytes.length;
  }

  nextTurn(): void {
    this.#left = EVENTS_PER_TURN;
    this.body.pump();
  }
}

function nextTurn(replay: Replay): void {
  replay.nextTurn();
}
