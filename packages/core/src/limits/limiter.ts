import type { Call } from '../call.js';
import { ProxyError } from '../errors.js';
import type { ProxyEvents } from '../events.js';
import type { Caller } from '../identity.js';
import type { Policy, RateLimit } from '../policy/policy.js';
import { secretsIn } from '../policy/secrets.js';
import { REDACTED } from '../records/redact-secrets.js';
import { type CostBoundOptions, costBound } from './cost-bound.js';
import type { GuardedLimitStore } from './guarded-limit-store.js';
import { type LimitState, labelLimit, labelRefusal } from './limit-headers.js';
import { limitKey, segmentValue } from './limit-key.js';
import { type LimitPoints, limitPoints } from './limit-points.js';
import type { Taken } from './limit-store.js';
import { pointsFor, type Reservation } from './reservation.js';
import type { Settlements } from './settlements.js';
import { usageBound } from './usage-bound.js';

export interface LimiterOptions extends CostBoundOptions {
  store: Pick<GuardedLimitStore, 'take' | 'adjust' | 'maxPoints'>;
  settlements: Settlements;
  /** What a call gets whose limits cannot be counted. */
  onStoreError: 'allow' | 'deny';
  /** Gets `limited` for each refused call. */
  tell: ProxyEvents['tell'];
}

/** Null: the call is admitted. An error: it is refused. */
export type Verdict = ProxyError | null;

export interface Limiter {
  /**
   * Counts a call in each of its limits, in order; a refusal gives back what the earlier ones counted. Limits of tokens and cents
   * are charged an upper bound, and `call.settles` is set until that is settled. Synchronous with a store that is. Never rejects.
   */
  admit(call: Call): Verdict | Promise<Verdict>;
  /** An admitted call has its answer's head: only one of 200 to 299, or a WebSocket's 101, can have used anything. */
  answered(call: Call, status: number): void;
  /** An admitted call was answered by nobody. */
  failed(call: Call): void;
}

/** What a call can use at most. */
interface Bound {
  tokens: number;
  nanoUsd: number;
}

const NO_BOUND: Bound = { tokens: 0, nanoUsd: 0 };

export function createLimiter(options: LimiterOptions): Limiter {
  const { settlements } = options;
  const endWithout = (call: Call): void => {
    call.settles = false;
    if (mayHaveUsed(call)) settlements.forget(call.id);
    else settlements.giveBack(call.id);
  };
  return {
    admit(call) {
      const { rateLimits } = call.policy as Policy;
      if (!rateLimits.some(({ unit }) => unit !== 'request')) return new Admission(options, call, NO_BOUND).next();
      const usage = usageBound(call);
      const tokens = usage.inputTokens + usage.outputTokens;
      const nanoUsd = rateLimits.some(({ unit }) => unit === 'cents') ? costBound(call, usage, options) : 0;
      if (nanoUsd instanceof Promise)
        return nanoUsd.then((known) => new Admission(options, call, { tokens, nanoUsd: known }).next());
      return new Admission(options, call, { tokens, nanoUsd }).next();
    },
    answered(call, status) {
      if ((status < 200 || status > 299) && status !== 101) endWithout(call);
    },
    failed: endWithout,
  };
}

/** Whether a provider may charge for a call that got no answer: one had begun, or the call was ended while it was waited for. */
function mayHaveUsed({ attempts, life }: Call): boolean {
  const last = attempts.at(-1);
  if (life.ended !== null && last !== undefined && last.error === life.ended.code) return true;
  return attempts.some(({ status }) => status !== null && status >= 200 && status <= 299);
}

/** One call on its way through its limits. */
class Admission {
  readonly #options: LimiterOptions;
  readonly #call: Call;
  readonly #bound: Bound;
  readonly #taken: Reservation[] = [];
  #index = 0;
  /** The limit that is nearest to its end. */
  #nearest: LimitState | null = null;

  constructor(options: LimiterOptions, call: Call, bound: Bound) {
    this.#options = options;
    this.#call = call;
    this.#bound = bound;
  }

  /** Takes from the limits that are left. */
  next(): Verdict | Promise<Verdict> {
    const { store } = this.#options;
    const { rateLimits } = this.#call.policy as Policy;
    for (let limit = rateLimits[this.#index]; limit !== undefined; limit = rateLimits[this.#index]) {
      this.#index += 1;
      const counted = limitPoints(limit, store.maxPoints);
      const wanted = { limit, counted, key: this.#keyOf(limit), points: this.#pointsOf(limit, counted) };
      const taken = store.take(wanted.key, wanted.points, limit.windowSeconds * 1000);
      if (taken instanceof Promise) return taken.then((each) => this.#judge(wanted, each) ?? this.next());
      const refused = this.#judge(wanted, taken);
      if (refused !== null) return refused;
    }
    this.#admitted();
    return null;
  }

  #keyOf(limit: RateLimit): string {
    const { caller, warnings } = this.#call;
    const { segment } = limit;
    const secrets = this.#secrets();
    const shown = (text: string | null): string | null =>
      text === null ? null : secrets.reduce((left, secret) => left.replaceAll(secret, REDACTED), text);
    const value = segment === null ? null : shown(segmentValue(this.#call, segment));
    if (segment !== null && value === null) {
      const text = `helicone-ratelimit-policy: no value for segment "${segment}"; counted with all others without one`;
      if (!warnings.includes(text)) warnings.push(text);
    }
    return limitKey((caller as Caller).tenant, limit, value);
  }

  /** More than the whole quota shuts everybody else out no better than the quota does, and could overflow a store's integers. */
  #pointsOf({ unit }: RateLimit, { scale, quota }: LimitPoints): number {
    if (unit === 'request') return 1;
    const { tokens, nanoUsd } = this.#bound;
    return Math.min(pointsFor(unit === 'cents' ? nanoUsd : tokens, scale), quota);
  }

  #judge({ limit, counted, key, points }: Wanted, taken: Taken | null): ProxyError | null {
    if (taken === null) {
      if (this.#options.onStoreError === 'allow') return null;
      this.#giveBack();
      return new ProxyError('overloaded', 'rate limits cannot be checked at this moment; try again');
    }
    this.#taken.push({ key, unit: limit.unit, scale: counted.scale, points, taken });
    const before = taken.points - points;
    const admitted = limit.unit === 'request' ? taken.points <= counted.quota : before < counted.quota;
    const state = { limit, counted, points: admitted ? taken.points : before, endsAt: taken.endsAt };
    if (!admitted) return this.#refuse(state);
    if (this.#nearest === null || leftOf(state) < leftOf(this.#nearest)) this.#nearest = state;
    return null;
  }

  #refuse(state: LimitState): ProxyError {
    this.#giveBack();
    const { limit } = state;
    const { userId } = this.#call.policy as Policy;
    const { segment } = limit;
    const secrets = this.#secrets();
    const shown = (text: string | null): string | null =>
      text === null ? null : secrets.reduce((left, secret) => left.replaceAll(secret, REDACTED), text);
    const value = segment === null ? null : shown(segmentValue(this.#call, segment));
    this.#options.tell('limited', {
      requestId: this.#call.requestId,
      tenant: (this.#call.caller as Caller).tenant,
      policy: limit.text,
      segment,
      segmentValue: value,
      userId: segment === 'user' ? value : shown(userId),
    });
    const seconds = labelRefusal(this.#call, state, Date.now());
    return new ProxyError('rate_limited', `the rate limit ${limit.text} is used up; try again in ${seconds} s`);
  }

  /** Some callers name their users by a key; events are not to tell it. */
  #secrets(): readonly string[] {
    const { request, headers, query } = this.#call;
    return secretsIn({ headers: [headers, request.headers], queries: [query, request.query], serverKeys: null });
  }

  #giveBack(): void {
    for (const { key, points, taken } of this.#taken) {
      if (points !== 0) this.#options.store.adjust(key, -points, taken);
    }
  }

  #admitted(): void {
    if (this.#nearest !== null) labelLimit(this.#call, this.#nearest, Date.now());
    const reserved = this.#taken.filter(({ unit, points }) => unit !== 'request' && points > 0);
    if (reserved.length === 0) return;
    this.#call.settles = true;
    this.#options.settlements.hold(this.#call.id, reserved);
  }
}

interface Wanted {
  limit: RateLimit;
  counted: LimitPoints;
  key: string;
  points: number;
}

/** The part of the quota that is left. */
function leftOf({ counted, points }: LimitState): number {
  return (counted.quota - points) / counted.quota;
}
