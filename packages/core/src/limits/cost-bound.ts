import type { Call } from '../call.js';
import type { PriceBound } from '../cost/price-bound.js';
import type { Policy } from '../policy/policy.js';
import { CEILING, type PriceBounds } from './price-bounds.js';
import { requestedModel, type UsageBound } from './usage-bound.js';

export interface CostBoundOptions {
  prices: PriceBounds;
  /** Our name of the provider at an origin, as records have it. */
  providerOf(origin: string): string;
}

/**
 * An upper bound of a call's cost in nano-USD: what its tokens can cost at the dearest rate, at the dearest of the targets that
 * may answer it. Warns when no price is known. Synchronous when the prices are here already.
 */
export function costBound(call: Call, usage: UsageBound, options: CostBoundOptions): number | Promise<number> {
  if (usage.inputTokens + usage.outputTokens === 0) return 0;
  const model = requestedModel(call);
  const { fallbacks } = call.policy as Policy;
  if (fallbacks === null) {
    const bound = options.prices.of(call.target?.provider ?? '', model);
    return bound instanceof Promise ? bound.then((known) => priced(call, usage, known)) : priced(call, usage, bound);
  }
  const bounds = fallbacks.map(({ origin, bodyKeyOverride }) => {
    const other = bodyKeyOverride?.model;
    return options.prices.of(options.providerOf(origin), typeof other === 'string' ? other : model);
  });
  return Promise.all(bounds).then((all) => Math.max(0, ...all.map((bound) => priced(call, usage, bound))));
}

const UNKNOWN_PRICE =
  'helicone-ratelimit-policy: no price of this model is known; 75 USD per million input tokens and 150 per million output ' +
  'tokens are reserved';

function priced(call: Call, { inputTokens, outputTokens }: UsageBound, bound: PriceBound | null): number {
  if (bound === null && !call.warnings.includes(UNKNOWN_PRICE)) call.warnings.push(UNKNOWN_PRICE);
  const { input, output, call: fee } = bound ?? CEILING;
  return inputTokens * input + outputTokens * output + fee;
}
