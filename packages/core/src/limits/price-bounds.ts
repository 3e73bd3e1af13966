import type { DearestRates, PriceBound, PricedModel } from '../cost/price-bound.js';

/** Tells the dearest price of a model; null when it has none that is known. */
export type AskPriceBound = (model: PricedModel) => Promise<PriceBound | null>;

/** What counts for a model whose price is not known: above every price list of today. 75 USD per million input tokens ... */
export const CEILING: DearestRates = { input: 75_000, output: 150_000, call: 0 };

export interface PriceBoundsOptions {
  ask: AskPriceBound;
  /** How long a call waits for a price that is asked for, ms. */
  timeoutMs: number;
  /** The same until the first price was told, while the worker starts, ms. Default `timeoutMs`. */
  startMs?: number;
}

/** Models come from outside. */
const MAX_MODELS = 1_000;
/** The pricer takes no longer name. Characters. */
const MAX_MODEL_LENGTH = 256;
/** Prices change now and then, ms. */
const KEEP_MS = 3_600_000;

interface Known {
  bound: PriceBound | null;
  /** On the clock of `performance.now()`. */
  until: number;
}

interface Asked {
  answer: Promise<PriceBound | null>;
  /** Calls wait until then, on the clock of `performance.now()`. */
  until: number;
}

/**
 * The dearest prices of models, kept for an hour. The first call of a model asks the records worker, which has the price table,
 * and those that come meanwhile wait with it; later ones have it at once.
 */
export class PriceBounds {
  readonly #options: PriceBoundsOptions;
  readonly #known = new Map<string, Known>();
  readonly #asked = new Map<string, Asked>();
  #waitMs: number;

  constructor(options: PriceBoundsOptions) {
    this.#options = options;
    this.#waitMs = options.startMs ?? options.timeoutMs;
  }

  /** Null when the price is not known, or nobody tells it in time. Never rejects. */
  of(provider: string, model: string | null): PriceBound | null | Promise<PriceBound | null> {
    if (model === null || model === '' || model.length > MAX_MODEL_LENGTH) return null;
    const key = `${provider} ${model}`;
    const now = performance.now();
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.bound;
    const asked = this.#asked.get(key) ?? this.#ask(key, { provider, model }, now);
    // A worker that does not answer is waited for once, not by every call.
    if (asked === null || asked.until <= now) return null;
    return within(asked.until - now, asked.answer);
  }

  #ask(key: string, model: PricedModel, now: number): Asked | null {
    if (this.#asked.size >= MAX_MODELS) return null;
    const answer = this.#options.ask(model).then(
      (bound) => {
        this.#asked.delete(key);
        this.#waitMs = this.#options.timeoutMs;
        this.#keep(key, bound);
        return bound;
      },
      () => {
        this.#asked.delete(key);
        return null;
      },
    );
    const asked = { answer, until: now + this.#waitMs };
    this.#asked.set(key, asked);
    return asked;
  }

  #keep(key: string, bound: PriceBound | null): void {
    this.#known.delete(key);
    // Oldest first: a map keeps the order of insertion.
    if (this.#known.size >= MAX_MODELS) this.#known.delete(this.#known.keys().next().value as string);
    this.#known.set(key, { bound, until: performance.now() + KEEP_MS });
  }
}

function within(ms: number, answer: Promise<PriceBound | null>): Promise<PriceBound | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, null);
    timer.unref();
    void answer.then((bound) => {
      clearTimeout(timer);
      resolve(bound);
    });
  });
}
