import { createCacheStore } from './cache/cache-options.js';
import type { CacheStore } from './cache/cache-store.js';
import { createEvents, type ProxyEvents } from './events.js';
import { type Authenticator, createAuthenticator } from './identity.js';
import type { Intake } from './intake/intake.js';
import { startIntake } from './intake/start-intake.js';
import { type RunningLimiter, startLimiter } from './limits/start-limiter.js';
import type { ResolvedOptions } from './options.js';
import { createPolicyReader, type PolicyReader } from './policy/policy-reader.js';
import { createRegistry, type Provider } from './providers/registry.js';
import { createRecorder, type Recorder } from './records/recorder.js';
import { type CallTelemetry, createCallTelemetry } from './telemetry/call-telemetry.js';
import { type Breakers, createBreakers } from './upstream/breakers.js';
import { type ByteBudget, createByteBudget } from './upstream/byte-budget.js';
import { createPools, type Pools } from './upstream/pools.js';
import { createTargetGuard, type TargetGuard } from './upstream/target-guard.js';
import { type RunningWebhooks, startWebhooks } from './webhooks/webhooks.js';

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
  readonly intake: Intake;
  readonly telemetry: CallTelemetry;
  /** Null: turned off. */
  readonly cache: CacheStore | null;
  /** Null: turned off. */
  readonly limiter: RunningLimiter | null;
  readonly breakers: Breakers;
  readonly webhooks: RunningWebhooks;
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
  const telemetry = createCallTelemetry(options.telemetry, logger);
  const recorder = createRecorder(options, events, telemetry);
  const policies = createPolicyReader(options);
  const pools = createPools({ connectMs: options.timeouts.connectMs, lookup: guard.lookup });
  const cache = options.cache === null ? null : createCacheStore(options.cache, { tell, logger });
  const limiter =
    options.rateLimit === null ? null : startLimiter(options.rateLimit, { recorder, registry, tell, logger });
  const webhooks = startWebhooks(options.webhooks, { recorder, pools, guard, tell, logger });
  return {
    registry,
    guard,
    authenticator: createAuthenticator(options.auth),
    policies,
    budget: createByteBudget(options.limits.inFlightBytes),
    pools,
    events,
    recorder,
    intake: startIntake(options, { policies, recorder }),
    telemetry,
    cache,
    limiter,
    breakers: createBreakers(options.breaker, tell),
    webhooks,
    async close() {
      const noMoreDeliveries = webhooks.close();
      // Settlements come back from the recorder, and the counters that they change go to it.
      if (limiter !== null && limiter.unsettled > 0) await recorder.drain();
      await limiter?.close();
      await noMoreDeliveries;
      await Promise.all([recorder.close(), pools.destroy(), cache?.close()]);
      telemetry.close();
    },
  };
}
