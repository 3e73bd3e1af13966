/** Names of providers and models come from outside, and every one is a series that is kept until the process ends. */
const MAX_COMBINATIONS = 200;
/** Longest value of a label. Characters. */
const MAX_LENGTH = 128;

/** What combinations beyond the bound are counted as. */
export const OTHER = 'other';

/** A value as a label takes it. */
export function labelText(value: string): string {
  return (value.length > MAX_LENGTH ? value.slice(0, MAX_LENGTH) : value).toWellFormed();
}

/** Lets the first 200 combinations of label values through. */
export class LabelBound {
  readonly #known = new Set<string>();

  /** Whether this combination may have series of its own. */
  admits(...values: readonly string[]): boolean {
    const key = values.join('\n');
    if (this.#known.has(key)) return true;
    if (this.#known.size >= MAX_COMBINATIONS) return false;
    this.#known.add(key);
    return true;
  }
}
