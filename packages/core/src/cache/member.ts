import { type CacheUse, type Call, label } from '../call.js';
import type { Cancelable } from '../call-life.js';
import type { EngineResponse } from '../contract.js';
import type { ProxyError } from '../errors.js';
import type { ReaderOwner, SharedReader } from './shared-reader.js';

/** What a member tells its flight. */
export interface MemberFlight {
  /** The member's client left. */
  leave(member: Member, reason: ProxyError): void;
  /** The member's reader has no client any more. True: it goes on to the end, for the record. */
  readerLeft(member: Member): boolean;
  /** The member's reader is over: it got everything (null), or what ended it. */
  readerClosed(member: Member, reason: Error | null): void;
}

/** One call in a flight. */
export class Member implements Cancelable, ReaderOwner {
  readonly call: Call;
  /** What the call gets. */
  readonly answer: Promise<EngineResponse>;
  /** It belongs to its flight no more. */
  over = false;
  /** Why its client left, if it did while the shared call went on: then its record waits for the end of that call. */
  left: ProxyError | null = null;
  /** Its place in a shared answer, once it has one. */
  reader: SharedReader | null = null;
  readonly #flight: MemberFlight;
  readonly #next: () => Promise<EngineResponse>;
  #resolve!: (response: EngineResponse | Promise<EngineResponse>) => void;
  #reject!: (error: unknown) => void;

  constructor(flight: MemberFlight, call: Call, next: () => Promise<EngineResponse>) {
    this.#flight = flight;
    this.call = call;
    this.#next = next;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    label(call, 'helicone-cache', 'MISS');
  }

  /** From the call's own life. */
  cancel(reason: ProxyError): void {
    this.#flight.leave(this, reason);
  }

  readerLeft(): boolean {
    return this.#flight.readerLeft(this);
  }

  readerMissed(): void {
    (this.call.cached as CacheUse).leftEarly = true;
  }

  readerClosed(reason: Error | null): void {
    this.#flight.readerClosed(this, reason);
  }

  /** Everything behind the cache, as this call. */
  async run(): Promise<EngineResponse> {
    return this.#next();
  }

  resolve(response: EngineResponse): void {
    this.#resolve(response);
  }

  reject(error: unknown): void {
    this.#reject(error);
  }

  /** The shared answer is none for this call: it gets its own. */
  goAlone(): void {
    this.#resolve(this.run());
  }
}
