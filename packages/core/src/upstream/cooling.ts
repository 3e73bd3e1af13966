import type { ProviderTarget } from '../providers/registry.js';

/** Which of a provider's targets were rate limited just now. Bounded by the options: callers name none of them. */
export interface Cooling {
  /** The target answered 429 and asked to be left alone so long, ms; null: it did not say. */
  cool(target: ProviderTarget, askedMs: number | null): void;
  /** How long the target is left alone from now on, ms; 0 when it is free. */
  waitMs(target: ProviderTarget): number;
}

const DEFAULT_MS = 1000;

/** A target that asks for more is tried again all the same: it may have room for other callers. */
const MAX_MS = 60_000;

export function createCooling(): Cooling {
  const until = new Map<ProviderTarget, number>();
  return {
    cool(target, askedMs) {
      until.set(target, performance.now() + Math.min(askedMs ?? DEFAULT_MS, MAX_MS));
    },
    waitMs(target) {
      const at = until.get(target);
      return at === undefined ? 0 : Math.max(0, at - performance.now());
    },
  };
}
