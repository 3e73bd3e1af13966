import type { Sample } from './metrics-text.js';

/** Counts values by bounds, for Prometheus. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** One more than bounds: the last is for what is above them all. */
  readonly #counts: number[];
  #sum = 0;

  /** `bounds` ascend. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    const at = this.#bounds.findIndex((bound) => value <= bound);
    const index = at < 0 ? this.#bounds.length : at;
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#sum += value;
  }

  /** Its lines; none when nothing was counted. */
  samples(labels: Readonly<Record<string, string>>): Sample[] {
    let count = 0;
    const buckets = this.#counts.map((each, i) => {
      count += each;
      return { suffix: '_bucket', labels: { ...labels, le: boundText(this.#bounds[i]) }, value: count };
    });
    if (count === 0) return [];
    return [...buckets, { suffix: '_sum', labels, value: this.#sum }, { suffix: '_count', labels, value: count }];
  }
}

function boundText(bound: number | undefined): string {
  return bound === undefined ? '+Inf' : String(bound);
}
