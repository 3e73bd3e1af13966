import { PERCENTILES } from '../summary.js';

/** Values of one group that are kept as they are; beyond it they are counted in ranges. */
const EXACT_VALUES = 10_000;
/** Largest relative error of a value that was counted in a range. */
const RELATIVE_ERROR = 0.01;
/** Smallest value that has a range of its own (for ms: a nanosecond); what is below counts as 0. */
const SMALLEST = 1e-6;

const LOG_RATIO = Math.log((1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR));
const FIRST_RANGE = rangeOf(SMALLEST);
/** One for 0, then about 2500 up to the largest number of a record. */
const RANGES = rangeOf(Number.MAX_SAFE_INTEGER) - FIRST_RANGE + 2;

/**
 * Percentiles of any number of values in bounded memory: exact up to 10 000 values, beyond that each within 1 % of the true one.
 * Between two values it interpolates (the value at position `(n - 1) * fraction` of the sorted values, counted from 0), as
 * Postgres' `percentile_cont` and ClickHouse's `quantileExactInclusive` do.
 *
 * Ranges grow by a fixed ratio, as in DDSketch (Masson, Rim and Lee, VLDB 2019): the relative error is the same everywhere.
 */
export class Percentiles {
  #values: number[] = [];
  #counts: Float64Array | null = null;
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    this.#count += 1;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (this.#counts !== null) {
      countIn(this.#counts, value);
      return;
    }
    this.#values.push(value);
    if (this.#values.length <= EXACT_VALUES) return;
    this.#counts = new Float64Array(RANGES);
    for (const kept of this.#values) countIn(this.#counts, kept);
    this.#values = [];
  }

  /** Percentiles in the order of `PERCENTILES`, then as many from the other end; null without values. */
  results(): Float64Array | null {
    if (this.#count === 0) return null;
    const valueAt = this.#counts === null ? exactly(this.#values) : this.#nearly(this.#counts);
    const fractions = PERCENTILES.map((name) => FRACTIONS[name]);
    // To the thousandth, so that 1 - 0.95 is 0.05.
    const fromBelow = fractions.map((fraction) => Math.round((1 - fraction) * 1000) / 1000);
    return Float64Array.from([...fractions, ...fromBelow], (fraction) => {
      const position = (this.#count - 1) * fraction;
      const below = valueAt(Math.floor(position));
      return below + (valueAt(Math.ceil(position)) - below) * (position % 1);
    });
  }

  /** The value at a position of the sorted values, within the error. */
  #nearly(counts: Float64Array): (position: number) => number {
    return (position) => {
      let seen = 0;
      const range = counts.findIndex((count) => {
        seen += count;
        return seen > position;
      });
      return Math.min(Math.max(middleOf(range), this.#min), this.#max);
    };
  }
}

/** What a percentile's name says. */
export const FRACTIONS = {
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  'p99.9': 0.999,
} as const satisfies Record<(typeof PERCENTILES)[number], number>;

function exactly(values: number[]): (position: number) => number {
  const sorted = Float64Array.from(values).sort();
  return (position) => sorted[position] as number;
}

function countIn(counts: Float64Array, value: number): void {
  const range = value < SMALLEST ? 0 : Math.min(rangeOf(value) - FIRST_RANGE + 1, RANGES - 1);
  counts[range] = (counts[range] as number) + 1;
}

function rangeOf(value: number): number {
  return Math.ceil(Math.log(value) / LOG_RATIO);
}

/** The value from which both ends of a range are equally far, relatively. */
function middleOf(range: number): number {
  if (range === 0) return 0;
  return Math.exp((range - 1 + FIRST_RANGE) * LOG_RATIO) * (1 - RELATIVE_ERROR);
}
