import type { ProxyEvents } from '../events.js';
import type { Logger } from '../options.js';
import type { Provider } from '../providers/registry.js';
import type { Recorder } from '../records/recorder.js';
import { clusterStore } from './cluster-store.js';
import { EmbeddedStore } from './embedded-store.js';
import { createLimitStore, type ResolvedRateLimitOptions, START_FACTOR } from './limit-options.js';
import { createLimiter, type Limiter } from './limiter.js';
import { PriceBounds } from './price-bounds.js';
import { Settlements } from './settlements.js';

/** What the limiter of an engine stands on. */
export interface LimiterParts {
  recorder: Recorder;
  registry: ReadonlyMap<string, Provider>;
  tell: ProxyEvents['tell'];
  logger: Logger | null;
}

/** A limiter with its store, and the end of it. */
export interface RunningLimiter {
  limiter: Limiter;
  /** Calls whose true cost or tokens are not known yet. */
  readonly unsettled: number;
  /** Keeps what was counted. To be called while the recorder still takes it. */
  close(): Promise<void>;
}

/** Builds the limiter that the options name. Throws when its store cannot work. */
export function startLimiter(options: ResolvedRateLimitOptions, parts: LimiterParts): RunningLimiter {
  const { recorder, registry, tell, logger } = parts;
  const { timeoutMs, onStoreError } = options;
  const store = createLimitStore(options, {
    embedded: (loadMs) => new EmbeddedStore({ keeper: recorder.counters, timeoutMs: loadMs, logger }),
    cluster: () => clusterStore({ timeoutMs }),
    tell,
    logger,
  });
  const settlements = new Settlements(store);
  recorder.onSettled((figures) => {
    for (const [id, costNanoUsd, tokens] of figures) settlements.settle(id, { costNanoUsd, tokens });
  });
  const names = namesByOrigin(registry);
  const limiter = createLimiter({
    store,
    settlements,
    prices: new PriceBounds({ ask: recorder.priceBound, timeoutMs, startMs: START_FACTOR * timeoutMs }),
    providerOf: (origin) => names.get(origin) ?? new URL(origin).hostname,
    onStoreError,
    tell,
  });
  return {
    limiter,
    get unsettled() {
      return settlements.pending;
    },
    close: () => store.close(),
  };
}

/** Names of providers as records have them, by the origins that they are called at. */
function namesByOrigin(registry: ReadonlyMap<string, Provider>): Map<string, string> {
  const names = new Map<string, string>();
  for (const { name, origin, targets } of registry.values()) {
    if (origin !== null) names.set(origin, name);
    for (const target of targets) names.set(target.origin, name);
  }
  return names;
}
