import { CircuitState, circuitBreaker, handleWhen, type IBreaker } from 'cockatiel';
import type { ResolvedBreakerOptions } from '../breaker-options.js';
import type { EngineResponse } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { ProxyEvents } from '../events.js';
import { isServerFault } from '../policy/retryable.js';
import { RecentCounts } from './recent-counts.js';
import { RecentTable } from './recent-table.js';

/** One circuit per tenant and origin: one tenant's failures close no door to another. */
export interface Breakers {
  /** Runs `next` and counts how it ends. Ask `waitMs` first: a circuit that is open is not looked at here. */
  run(tenant: string, origin: string, next: () => Promise<EngineResponse>): Promise<EngineResponse>;
  /** How long calls are refused from now on, ms; 0 when the next one goes through. */
  waitMs(tenant: string, origin: string): number;
  /** How many circuits refuse calls now. */
  readonly open: number;
}

/** Tenants and origins both come from outside. */
const MAX_CIRCUITS = 1000;

/** While the one call that tries is under way nobody knows how it ends; the others are told to ask again soon. */
const TRYING_MS = 1000;

export function createBreakers(options: ResolvedBreakerOptions, tell: ProxyEvents['tell']): Breakers {
  const circuits = new RecentTable(MAX_CIRCUITS, (key) => new Circuit(key, options, tell));
  return {
    run: (tenant, origin, next) => circuits.get(keyOf(tenant, origin)).run(next),
    waitMs: (tenant, origin) => circuits.peek(keyOf(tenant, origin))?.waitMs() ?? 0,
    get open() {
      return circuits.values().filter((circuit) => circuit.waitMs() > 0).length;
    },
  };
}

/** An origin has no line break. */
function keyOf(tenant: string, origin: string): string {
  return `${origin}\n${tenant}`;
}

/** cockatiel's state machine, with a count and a clock of our own. */
class Circuit {
  readonly #policy: ReturnType<typeof circuitBreaker>;
  #openUntil = 0;

  constructor(key: string, options: ResolvedBreakerOptions, tell: ProxyEvents['tell']) {
    const [origin = '', ...tenant] = key.split('\n');
    const about = { tenant: tenant.join('\n'), origin };
    const policy = circuitBreaker(
      handleWhen((error) => error instanceof Inconclusive || isProviderFailure(error)).orWhenResult((answer) =>
        isServerFault((answer as EngineResponse).status),
      ),
      {
        breaker: new FailureRate(options),
        // The wait is kept by `waitMs`, since cockatiel's own goes by the wall clock, which may be set back.
        halfOpenAfter: Number.NEGATIVE_INFINITY,
      },
    );
    policy.onBreak(() => {
      this.#openUntil = performance.now() + options.halfOpenAfterMs;
      tell('breaker', { ...about, state: 'open' });
    });
    policy.onHalfOpen(() => tell('breaker', { ...about, state: 'half-open' }));
    policy.onReset(() => tell('breaker', { ...about, state: 'closed' }));
    this.#policy = policy;
  }

  run(next: () => Promise<EngineResponse>): Promise<EngineResponse> {
    return this.#policy.state === CircuitState.Closed ? this.#policy.execute(next) : this.#try(next);
  }

  waitMs(): number {
    const { state } = this.#policy;
    if (state === CircuitState.Closed) return 0;
    if (state === CircuitState.HalfOpen) return TRYING_MS;
    return Math.max(0, this.#openUntil - performance.now());
  }

  /** The one call that decides whether the circuit closes: cockatiel would close it for whatever is no failure. */
  async #try(next: () => Promise<EngineResponse>): Promise<EngineResponse> {
    try {
      return await this.#policy.execute(() => conclusive(next));
    } catch (thrown) {
      throw thrown instanceof Inconclusive ? thrown.error : thrown;
    }
  }
}

/** A call that got no answer, as when its client left: the provider has not shown that it is well again. */
class Inconclusive {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

async function conclusive(next: () => Promise<EngineResponse>): Promise<EngineResponse> {
  try {
    return await next();
  } catch (error) {
    throw new Inconclusive(error);
  }
}

function isProviderFailure(error: unknown): boolean {
  if (!(error instanceof ProxyError)) return false;
  const { code } = error;
  return code === 'upstream_unreachable' || code === 'upstream_reset' || code === 'upstream_timeout';
}

/**
 * Opens when enough of the calls within the window failed. In place of cockatiel's SamplingBreaker, which lets go of one old
 * part of its window with each new part in which there is a call, so that under little traffic failures of long ago count.
 */
class FailureRate implements IBreaker {
  readonly #options: ResolvedBreakerOptions;
  readonly #counts: RecentCounts;

  constructor(options: ResolvedBreakerOptions) {
    this.#options = options;
    this.#counts = new RecentCounts(options.windowMs);
  }

  /** For storing a circuit away, which is not done here. */
  get state(): null {
    return null;
  }

  success(state: CircuitState): void {
    if (state === CircuitState.HalfOpen) this.#counts.clear();
    this.#counts.add(false, performance.now());
  }

  failure(state: CircuitState): boolean {
    this.#counts.add(true, performance.now());
    if (state === CircuitState.HalfOpen) return true;
    const { all, marked } = this.#counts;
    return all >= this.#options.minimumCalls && marked >= this.#options.threshold * all;
  }
}
