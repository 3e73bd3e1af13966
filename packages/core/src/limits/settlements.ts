import { difference, type Reservation, type TrueUsage } from './reservation.js';

/** The part of a store that settling needs. */
export interface Adjusting {
  adjust(key: string, points: number, taken: Reservation['taken']): void;
}

/** Calls that may wait for their true figures; beyond it the oldest stay at their bounds. */
const MAX_PENDING = 50_000;

const NOTHING_USED: TrueUsage = { costNanoUsd: 0, tokens: 0 };

/**
 * Reservations of calls whose true cost and tokens are not known yet, by record id. Each is settled at most once: whoever comes
 * first, the records worker or the call's own failure, takes it out. What nobody comes for stays at its bound.
 */
export class Settlements {
  readonly #store: Adjusting;
  readonly #maxPending: number;
  readonly #pending = new Map<string, readonly Reservation[]>();

  constructor(store: Adjusting, maxPending = MAX_PENDING) {
    this.#store = store;
    this.#maxPending = maxPending;
  }

  /** Calls that wait. */
  get pending(): number {
    return this.#pending.size;
  }

  hold(id: string, reservations: readonly Reservation[]): void {
    // Oldest first: a map keeps the order of insertion.
    if (this.#pending.size >= this.#maxPending) this.#pending.delete(this.#pending.keys().next().value as string);
    this.#pending.set(id, reservations);
  }

  /** Corrects what the call reserved to what it used; a figure that is not known leaves the bound. */
  settle(id: string, used: TrueUsage): void {
    const reservations = this.#pending.get(id);
    if (reservations === undefined) return;
    this.#pending.delete(id);
    for (const reservation of reservations) {
      const points = difference(reservation, used);
      if (points !== 0) this.#store.adjust(reservation.key, points, reservation.taken);
    }
  }

  /** The call used nothing. */
  giveBack(id: string): void {
    this.settle(id, NOTHING_USED);
  }

  /** Nobody will know what the call used: it stays at its bound. */
  forget(id: string): void {
    this.#pending.delete(id);
  }
}
