import type { RateLimit } from '../policy/policy.js';
import type { Taken } from './limit-store.js';

/** What one call has taken of one limit's window. */
export interface Reservation {
  readonly key: string;
  readonly unit: RateLimit['unit'];
  /** Tokens or nano-USD of one point. */
  readonly scale: number;
  /** Points that the call took. */
  readonly points: number;
  /** The window that they are in. */
  readonly taken: Taken;
}

/** What a call truly used; null is not known. */
export interface TrueUsage {
  readonly costNanoUsd: number | null;
  readonly tokens: number | null;
}

/** Whole points for so many units, never fewer. */
export function pointsFor(units: number, scale: number): number {
  return Math.ceil(units / scale);
}

/** How far a reservation is from the true figure, points; 0 where that is not known, so that the bound stays. */
export function difference({ unit, scale, points }: Reservation, { costNanoUsd, tokens }: TrueUsage): number {
  const used = unit === 'cents' ? costNanoUsd : tokens;
  return used === null ? 0 : pointsFor(used, scale) - points;
}
