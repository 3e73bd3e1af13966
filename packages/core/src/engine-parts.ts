import { createCacheStore } from './cache/cache-options.js';
import type { CacheStore } from './cache/cache-store.js';
import { createEvents, type ProxyEvents } from './events.js';
import { type Authenticator, createAuthenticator } from './identity.js';
import { type RunningLimiter, startLimiter } from './limits/start-limiter.js';
import type { ResolvedOptions } from './options.js';
import { createPolicyReader, type PolicyReader } from './policy/policy-reader.js';
import { createRegistry, type Provider } from './providers/registry.js';
import { createRecorder, type Recorder } from './records/recorder.js';
import { type Breakers, createBreakers } from './upstream/breakers.js';
import { type ByteBudget, createByteBudget } from './upstream/byte-budget.js';
import { createPools, type Pools } from './upstream/pools.js';
import { createTargetGuard, type TargetGuard } from './upstream/target-guard.js';

/** Everything of an engine that outlives a call. */
export interface EngineParts {
  readonly registry: ReadonlyMap<string, Provider>;
  readonly guard: TargetGuard;
  readonly authenticator: Authenticator;
  readonly policies: PolicyReader;
  readonly budget: ByteBudget;
  readonly pools: Pools;
  readonly events: ProxyEvents;
  readonly recorder: Recorder;
  /** Null: turned off. */
  readonly cache: CacheStore | null;
  /** Null: turned off. */
  readonly limiter: RunningLimiter | null;
  readonly breakers: Breakers;
  /** Writes every record and closes what was opened. */
  close(): Promise<void>;
}

/** Builds the parts. Throws a `TypeError` or `RangeError` that names the option that is wrong. */
export function createParts(options: ResolvedOptions): EngineParts {
  const { logger } = options;
  const registry = createRegistry(options.providers);
  const guard = createTargetGuard(options.targets, registry.values());
  const events = createEvents(logger);
  const { tell } = events;
  const recorder = createRecorder(options, events);
  const pools = createPools({ connectMs: options.timeouts.connectMs, lookup: guard.lookup });
  const cache = options.cache === null ? null : createCacheStore(options.cache, { tell, logger });
  const limiter =
    options.rateLimit === null ? null : startLimiter(options.rateLimit, { recorder, registry, tell, logger });
  return {
    registry,
    guard,
    authenticator: createAuthenticator(options.auth),
    policies: createPolicyReader(options),
    budget: createByteBudget(options.limits.inFlightBytes),
    pools,
    events,
    recorder,
    cache,
    limiter,
    breakers: createBreakers(options.breaker, tell),
    async close() {
      // Settlements come back from the recorder, and the counters that they change go to it.
      if (limiter !== null && limiter.unsettled > 0) await recorder.drain();
      await limiter?.close();
      await Promise.all([recorder.close(), pools.destroy(), cache?.close()]);
    },
  };
}
