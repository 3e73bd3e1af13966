import { InvalidIntake } from '../intake.js';

/** What an attribute holds. Integers beyond 2^53 have lost their last digits. */
export type AttributeValue = string | number | boolean | null | AttributeValue[] | { [key: string]: AttributeValue };

export type Attributes = ReadonlyMap<string, AttributeValue>;

export interface SpanEvent {
  name: string;
  /** Unix ms, with fractions. */
  time: number;
  attributes: Attributes;
}

/** One span of a trace, whichever encoding it came in. */
export interface Span {
  /** Lower-case hex; as it came where it is no id. */
  traceId: string;
  spanId: string;
  /** Empty for the first span of a trace. */
  parentSpanId: string;
  name: string;
  /** Unix ms, with fractions. */
  startTime: number;
  endTime: number;
  attributes: Attributes;
  events: readonly SpanEvent[];
  /** 0 unset, 1 ok, 2 error. */
  statusCode: number;
  statusMessage: string;
}

/** Deepest nesting of an attribute's value. */
export const MAX_VALUE_DEPTH = 32;

/** Spans in one delivery. */
const MAX_SPANS = 5000;
/** Attributes and their parts in one delivery. */
const MAX_VALUES = 200_000;

/** Counts what a delivery consists of: small things can be many in few bytes. */
export class SpanBudget {
  #spans = 0;
  #values = 0;

  /** @throws {InvalidIntake} */
  span(): void {
    this.#spans += 1;
    if (this.#spans > MAX_SPANS) throw tooMany(`${MAX_SPANS} spans`);
  }

  /** @throws {InvalidIntake} */
  value(): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw tooMany(`${MAX_VALUES} attributes`);
  }
}

function tooMany(what: string): InvalidIntake {
  return new InvalidIntake(`body: more than ${what} in one delivery`, { tooLarge: true });
}

/** Nanoseconds since 1970 as unix ms, to the microsecond. */
export function msOfNanos(nanos: bigint): number {
  return Number(nanos / 1000n) / 1000;
}
