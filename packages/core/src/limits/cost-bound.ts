import type { Call } from '../call.js';
import type { DearestRates } from '../cost/price-bound.js';
import type { Policy } from '../policy/policy.js';
import { mayBeDearer } from './may-be-dearer.js';
import { CEILING, type PriceBounds } from './price-bounds.js';
import { requestedModel, type UsageBound } from './usage-bound.js';

export interface CostBoundOptions {
  prices: PriceBounds;
  /** Our name of the provider at an origin, as records have it. */
  providerOf(origin: string): string;
}

/**
 * An upper bound of a call's cost in nano-USD: what its tokens can cost at the dearest rate, of the service tiers that it may be
 * served at, at the dearest of the targets that may answer it. Warns when no price is known. Synchronous when the prices are here already.
 */
export function costBound(call: Call, usage: UsageBound, options: CostBoundOptions): number | Promise<number> {
  if (usage.inputTokens + usage.outputTokens === 0) return 0;
  const model = requestedModel(call);
  const tier = mayBeDearer(call) ? 'dearest' : 'standard';
  const { fallbacks } = call.policy as Policy;
  if (fallbacks === null) {
    const bound = options.prices.of(call.target?.provider ?? '', model);
    if (bound instanceof Promise) return bound.then((known) => priced(call, usage, known?.[tier]));
    return priced(call, usage, bound?.[tier]);
  }
  const bounds = fallbacks.map(({ origin, bodyKeyOverride }) => {
    const other = bodyKeyOverride?.model;
    return options.prices.of(options.providerOf(origin), typeof other === 'string' ? other : model);
  });
  return Promise.all(bounds).then((all) => Math.max(0, ...all.map((bound) => priced(call, usage, bound?.[tier]))));
}

const UNKNOWN_PRICE =
  'helicone-ratelimit-policy: no price of this model is known; 75 USD per million input tokens and 150 per million output ' +
  'tokens are reserved';

function priced(call: Call, { inputTokens, outputTokens }: UsageBound, known: DearestRates | undefined): number {
  if (known === undefined && !call.warnings.includes(UNKNOWN_PRICE)) call.warnings.push(UNKNOWN_PRICE);
  const { input, output, call: fee } = known ?? CEILING;
  return inputTokens * input + outputTokens * output + fee;
}
