/** Things made on first use and found by a key that comes from outside; beyond the cap the one longest unused goes. */
export class RecentTable<T> {
  readonly #entries = new Map<string, { value: T; usedAt: number }>();
  readonly #max: number;
  readonly #make: (key: string) => T;
  #uses = 0;

  constructor(max: number, make: (key: string) => T) {
    this.#max = max;
    this.#make = make;
  }

  /** The thing of this key, which counts as a use. */
  get(key: string): T {
    const found = this.#entries.get(key);
    this.#uses += 1;
    if (found !== undefined) {
      found.usedAt = this.#uses;
      return found.value;
    }
    if (this.#entries.size >= this.#max) this.#dropIdlest();
    const value = this.#make(key);
    this.#entries.set(key, { value, usedAt: this.#uses });
    return value;
  }

  /** The thing of this key if there is one; no use. */
  peek(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }

  values(): T[] {
    return [...this.#entries.values()].map(({ value }) => value);
  }

  /** Looks at all of them, but only when a new one comes to a full table; setting each anew on every use would cost every call. */
  #dropIdlest(): void {
    let idlest = '';
    let least = Number.POSITIVE_INFINITY;
    for (const [key, { usedAt }] of this.#entries) {
      if (usedAt >= least) continue;
      idlest = key;
      least = usedAt;
    }
    this.#entries.delete(idlest);
  }
}
