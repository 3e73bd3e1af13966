import type { Logger } from '../options.js';
import type { CounterKeeper, CounterRow } from '../records/store-facade.js';
import { Counters } from './counters.js';
import type { LimitStore, Taken } from './limit-store.js';

export interface EmbeddedStoreOptions {
  /** Keeps the counters over restarts; null: they live in memory alone. */
  keeper: CounterKeeper | null;
  /** How long takes wait for the kept counters when the first one comes, ms. */
  timeoutMs: number;
  logger: Logger | null;
  /** Counters held at one time. Default 100 000. */
  maxKeys?: number;
}

/** Changes are kept this long after the first of them, ms: a part of the 250 ms that a kill may cost. */
const SAVE_MS = 100;
/** A keeper that fails is left alone this long, ms. */
const SAVE_AGAIN_MS = 1_000;
/** Counters handed over at once: copying more of them would hold up the request thread. */
const ROWS_AT_ONCE = 1_000;
/** A full table is told of again when it had room for this long, ms. */
const ROOM_AGAIN_MS = 60_000;

/**
 * The default: counts on the request thread, and keeps what it counted in the records database, so that a restart changes
 * nothing and a killed process forgets at most its last 250 ms. The first take reads the kept counters, and it and those that
 * come meanwhile wait for them at most `timeoutMs`; what is read later than that is added to what was counted since. All other
 * takes are synchronous.
 *
 * Each process counts for itself, also where several share a database: limits over several processes want Redis or `'cluster'`.
 */
export class EmbeddedStore implements LimitStore {
  readonly #keeper: CounterKeeper | null;
  readonly #timeoutMs: number;
  readonly #logger: Logger | null;
  readonly #counters: Counters;
  /** Keys of windows that the keeper does not have as they are; each is among the counters. */
  readonly #changed = new Set<string>();
  /** Takes are synchronous. */
  #open: boolean;
  #opening: Promise<void> | null = null;
  /** Ends, whether it worked or not, when the kept counters are read; null until they are asked for. */
  #loading: Promise<void> | null = null;
  #loaded = false;
  #timer: NodeJS.Timeout | null = null;
  #saving: Promise<void> | null = null;
  #failing = false;
  #closed = false;
  /** On the clock of `performance.now()`. */
  #fullAt = Number.NEGATIVE_INFINITY;

  constructor({ keeper, timeoutMs, logger, maxKeys }: EmbeddedStoreOptions) {
    this.#keeper = keeper;
    this.#timeoutMs = timeoutMs;
    this.#logger = logger;
    this.#open = keeper === null;
    this.#counters = new Counters({
      maxKeys,
      dropped: (key, live) => {
        this.#changed.delete(key);
        if (live) this.#tellFull();
      },
    });
  }

  take(key: string, points: number, windowMs: number): Taken | Promise<Taken> {
    if (this.#open) return this.#count(key, points, windowMs);
    this.#opening ??= this.#start();
    return this.#opening.then(() => this.#count(key, points, windowMs));
  }

  adjust(key: string, points: number, taken: Taken): void {
    if (this.#counters.adjust(key, points, taken)) this.#note(key);
  }

  /** Resolves when what was counted before is kept, or could not be. Never rejects. */
  async flush(): Promise<void> {
    if (this.#loading === null) return;
    await this.#loading;
    // A loop, since another flush may have begun the next one meanwhile.
    while (this.#saving !== null) await this.#saving;
    await this.#save();
  }

  /** Keeps what is not kept yet. Takes that come later are counted but not kept. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  #count(key: string, points: number, windowMs: number): Taken {
    const taken = this.#counters.take(key, points, windowMs);
    this.#note(key);
    return taken;
  }

  /** Resolves when the kept counters are here, or are not waited for any longer. */
  #start(): Promise<void> {
    return new Promise((resolve) => {
      const open = (): void => {
        clearTimeout(timer);
        this.#open = true;
        resolve();
      };
      const late = (): void => {
        if (this.#loaded) return;
        this.#logger?.warn({}, 'the kept counters of rate limits are late; they are added when they come');
        open();
      };
      // In a turn of its own: if it was this process that stood still, they are here and only not read yet.
      const timer = setTimeout(() => setImmediate(late), this.#timeoutMs);
      timer.unref();
      this.#loading = this.#load(this.#keeper as CounterKeeper).then(open);
    });
  }

  async #load(keeper: CounterKeeper): Promise<void> {
    try {
      for (let after = ''; ; ) {
        const rows = await keeper.load(after);
        for (const [key, points, endsAt] of rows) this.#counters.merge(key, { points, endsAt });
        const last = rows.at(-1);
        if (last === undefined || this.#counters.size >= this.#counters.maxKeys) break;
        after = last[0];
      }
    } catch (cause) {
      this.#logger?.error(
        { err: cause },
        'the kept counters of rate limits cannot be read; counting starts from nothing',
      );
    }
    this.#loaded = true;
    if (this.#changed.size > 0) this.#saveLater(SAVE_MS);
  }

  #note(key: string): void {
    if (this.#keeper === null) return;
    this.#changed.add(key);
    // What is saved before all is read would be read again, and be counted twice.
    if (this.#loaded && this.#timer === null && this.#saving === null) this.#saveLater(SAVE_MS);
  }

  #saveLater(ms: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#save(), ms);
    this.#timer.unref();
  }

  #save(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    // Cleared behind the promise, not inside it: with nothing to save the work ends before it is assigned here.
    this.#saving = this.#saveChanged(this.#keeper as CounterKeeper).finally(() => {
      this.#saving = null;
      if (this.#changed.size > 0) this.#saveLater(this.#failing ? SAVE_AGAIN_MS : SAVE_MS);
    });
    return this.#saving;
  }

  async #saveChanged(keeper: CounterKeeper): Promise<void> {
    const keys = [...this.#changed];
    this.#changed.clear();
    for (let start = 0; start < keys.length; start += ROWS_AT_ONCE) {
      try {
        const rows = this.#rowsOf(keys.slice(start, start + ROWS_AT_ONCE));
        if (rows.length > 0) await keeper.save(rows);
      } catch (cause) {
        for (const key of keys.slice(start)) if (this.#counters.get(key) !== undefined) this.#changed.add(key);
        if (!this.#failing)
          this.#logger?.error({ err: cause }, 'counters of rate limits cannot be kept; a restart forgets them');
        this.#failing = true;
        return;
      }
      if (this.#failing) this.#logger?.info({}, 'counters of rate limits are kept again');
      this.#failing = false;
    }
  }

  /** Windows that have ended are left out: nobody would load them. */
  #rowsOf(keys: readonly string[]): CounterRow[] {
    const now = Date.now();
    const rows: CounterRow[] = [];
    for (const key of keys) {
      const window = this.#counters.get(key);
      if (window !== undefined && window.endsAt > now) rows.push([key, window.points, window.endsAt]);
    }
    return rows;
  }

  #tellFull(): void {
    const now = performance.now();
    if (now - this.#fullAt > ROOM_AGAIN_MS) {
      const { maxKeys } = this.#counters;
      this.#logger?.warn({ maxKeys }, 'too many rate limits are counted at a time; those that end first are forgotten');
    }
    this.#fullAt = now;
  }
}
