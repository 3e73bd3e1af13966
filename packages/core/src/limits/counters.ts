import type { Taken } from './limit-store.js';

export interface CountersOptions {
  /** Windows kept at one time: keys come from outside. Default 100 000. */
  maxKeys?: number;
  /** A window is gone: it had ended, or it was `live` and had to make room for another one. */
  dropped?(key: string, live: boolean): void;
}

interface Window {
  points: number;
  /** Unix ms. */
  endsAt: number;
  /** Latest end that a take of this window was told: later than `endsAt` where the window was shortened. */
  toldEndsAt: number;
}

/** A window as it stands. */
export type OpenWindow = Pick<Readonly<Window>, 'points' | 'endsAt'>;

const MAX_KEYS = 100_000;
/** Windows looked at whenever a new one opens, so that those that ended go without timers of their own. */
const LOOKED_AT = 4;
/** And when there is no room: one that ended goes, else the one of these that ends first. */
const LOOKED_AT_WHEN_FULL = 128;

/**
 * Fixed windows in memory, exact and synchronous, of any length. Windows end by the system's clock, since they outlive a
 * process. A clock that is set back would make them longer: a window that ends later than one opened now would is shortened to
 * that. One that is set forward ends them early.
 */
export class Counters {
  readonly maxKeys: number;
  readonly #windows = new Map<string, Window>();
  readonly #dropped: CountersOptions['dropped'];
  /** Walks round and round through the map; it stays valid while the map changes. */
  #cursor = this.#windows.entries();

  constructor({ maxKeys = MAX_KEYS, dropped }: CountersOptions = {}) {
    this.maxKeys = maxKeys;
    this.#dropped = dropped;
  }

  /** Windows kept, some of which may have ended. */
  get size(): number {
    return this.#windows.size;
  }

  /** Adds points to the key's open window, or opens one of `windowMs`. */
  take(key: string, points: number, windowMs: number): Taken {
    const now = Date.now();
    const latestEnd = now + windowMs;
    let window = this.#windows.get(key);
    if (window === undefined) window = this.#open(key, latestEnd, now);
    else if (window.endsAt <= now) restart(window, latestEnd);
    else if (window.endsAt > latestEnd) window.endsAt = latestEnd;
    window.points = bounded(window.points + points);
    return { points: window.points, endsAt: window.endsAt };
  }

  /**
   * Changes the window that `taken` came from by `points`, down to 0. False, and nothing changed, when it has ended or had to
   * make room.
   */
  adjust(key: string, points: number, { endsAt }: Taken): boolean {
    const window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= Date.now()) return false;
    // An earlier window ended earlier, a later one ends later.
    if (endsAt < window.endsAt || endsAt > window.toldEndsAt) return false;
    window.points = bounded(window.points + points);
    return true;
  }

  /**
   * Adds a window that was counted elsewhere. Where both are open they are one, which began with the earlier of them, so it
   * ends with that one too.
   */
  merge(key: string, { points, endsAt }: OpenWindow): void {
    const now = Date.now();
    if (endsAt <= now) return;
    let window = this.#windows.get(key);
    if (window === undefined) window = this.#open(key, endsAt, now);
    else if (window.endsAt <= now) restart(window, endsAt);
    else {
      window.toldEndsAt = Math.max(window.toldEndsAt, endsAt);
      window.endsAt = Math.min(window.endsAt, endsAt);
    }
    window.points = bounded(window.points + points);
  }

  /** The key's window; undefined when it has none, and none that is kept. */
  get(key: string): OpenWindow | undefined {
    return this.#windows.get(key);
  }

  #open(key: string, endsAt: number, now: number): Window {
    for (let looked = 0; looked < LOOKED_AT; looked += 1) this.#dropNextIfEnded(now);
    if (this.#windows.size >= this.maxKeys) this.#makeRoom(now);
    const window = { points: 0, endsAt, toldEndsAt: endsAt };
    this.#windows.set(key, window);
    return window;
  }

  #makeRoom(now: number): void {
    let first: [string, Window] | null = null;
    for (let looked = 0; looked < LOOKED_AT_WHEN_FULL && this.#windows.size >= this.maxKeys; looked += 1) {
      const entry = this.#dropNextIfEnded(now);
      if (entry !== null && (first === null || entry[1].endsAt < first[1].endsAt)) first = entry;
    }
    if (first !== null && this.#windows.size >= this.maxKeys) this.#drop(first[0], true);
  }

  /** Moves on by one window and returns it; null where the walk begins anew, and for one that has ended, which is dropped. */
  #dropNextIfEnded(now: number): [string, Window] | null {
    const { done, value } = this.#cursor.next();
    if (done) {
      this.#cursor = this.#windows.entries();
      return null;
    }
    if (value[1].endsAt > now) return value;
    this.#drop(value[0], false);
    return null;
  }

  #drop(key: string, live: boolean): void {
    this.#windows.delete(key);
    this.#dropped?.(key, live);
  }
}

function restart(window: Window, endsAt: number): void {
  window.points = 0;
  window.endsAt = endsAt;
  window.toldEndsAt = endsAt;
}

/** From 0 to what a double counts exactly. */
function bounded(points: number): number {
  return Math.min(Math.max(points, 0), Number.MAX_SAFE_INTEGER);
}
