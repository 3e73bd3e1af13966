import type { RateLimit } from '../policy/policy.js';

/** How a limit is counted: in integer points, since that is what stores count in. */
export interface LimitPoints {
  /** Points admitted in one window, at least 1. */
  readonly quota: number;
  /** Requests, tokens or nano-USD (1e-9 USD) of one point. */
  readonly scale: number;
}

const NANO_USD_PER_CENT = 1e7;

/**
 * Largest quota of a store that counts in doubles, points: a thousand calls that each reserve all of it, of which all but one
 * are about to be refused, still add up exactly.
 */
export const MAX_POINTS = 2 ** 43;

/** A limit's quota in points, rounded down; a point is made as coarse as `maxPoints` needs. */
export function limitPoints({ quota, unit }: RateLimit, maxPoints: number): LimitPoints {
  const units = Math.max(1, Math.floor(unit === 'cents' ? quota * NANO_USD_PER_CENT : quota));
  // A request is one point whatever the quota: its count does not come near any store's bound.
  const scale = unit === 'request' ? 1 : Math.max(1, Math.ceil(units / maxPoints));
  return { quota: Math.max(1, Math.floor(units / scale)), scale };
}

/** What `points` are in the limit's own unit: requests, tokens or cents. */
export function inUnit({ unit }: RateLimit, { scale }: LimitPoints, points: number): number {
  return (points * scale) / (unit === 'cents' ? NANO_USD_PER_CENT : 1);
}
