import type { Call, Route } from '../call.js';
import type { EngineResponse, Stage } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { Caller } from '../identity.js';
import type { Policy } from '../policy/policy.js';
import { askedWaitMs } from '../policy/retry-delay.js';
import type { Target } from '../policy/target.js';
import type { ProviderTarget } from '../providers/registry.js';
import type { Breakers } from '../upstream/breakers.js';
import type { Cooling } from '../upstream/cooling.js';
import { forwardedHead, holdsKey, needsServerKey } from '../upstream/request-headers.js';

/** What the choice among targets goes by. */
export interface BalanceParts {
  cooling: Cooling;
  breakers: Breakers;
  /** From 0 to below 1. */
  random: () => number;
}

/** A target that was picked among several; the next attempt of the call prefers another. */
interface PickedTarget extends Target {
  picked: ProviderTarget;
}

type TargetedCall = Call & { caller: Caller; policy: Policy; route: Route; target: Target };

/** Picks among a provider's targets by weight, for each attempt anew. Targets that a caller chose are not touched. */
export function createBalance(parts: BalanceParts): Stage {
  return function balance(call, next) {
    const { target, route, policy } = call as TargetedCall;
    const targets = route.provider?.targets;
    if (targets === undefined || targets.length === 0 || !target.trusted || policy.fallbacks !== null) return next();
    return onOneOf(targets, call as TargetedCall, { ...parts, next });
  };
}

async function onOneOf(
  targets: readonly ProviderTarget[],
  call: TargetedCall,
  { next, ...parts }: BalanceParts & { next: () => Promise<EngineResponse> },
): Promise<EngineResponse> {
  const before = (call.target as Partial<PickedTarget>).picked ?? null;
  const picked = pick(targets, before, waitsOf(targets, call, parts), parts.random);
  const { origin, basePath, apiKey, aws } = picked;
  const target: PickedTarget = { ...call.target, origin, path: basePath + call.route.rest, apiKey, aws, picked };
  call.target = target;
  call.hasOtherOrigin = targets.some((other) => other.origin !== origin);
  call.otherTargetReady = false;
  try {
    const answer = await next();
    if (answer.status === 429) limited(targets, call, { ...parts, answer, picked });
    return answer;
  } catch (error) {
    if (error instanceof ProxyError && error.code === 'circuit_open') {
      call.otherTargetReady = hasFree(targets, call, { ...parts, isOther: (other) => other.origin !== origin });
    }
    throw error;
  }
}

/** A limit of the caller's own key says nothing about other callers, and another key of ours would not help against it. */
function limited(
  targets: readonly ProviderTarget[],
  call: TargetedCall,
  { answer, picked, ...parts }: BalanceParts & { answer: EngineResponse; picked: ProviderTarget },
): void {
  const forwarded = forwardedHead({ headers: call.headers, query: call.query }, call.caller, call.target);
  const ours = !holdsKey(picked) || needsServerKey(forwarded, call.caller, call.target);
  if (ours) parts.cooling.cool(picked, askedWaitMs(answer.headers, Date.now()));
  const isOther = (other: ProviderTarget): boolean => (ours ? other !== picked : other.origin !== picked.origin);
  call.otherTargetReady = hasFree(targets, call, { ...parts, isOther });
}

function hasFree(
  targets: readonly ProviderTarget[],
  call: TargetedCall,
  { isOther, ...parts }: BalanceParts & { isOther: (other: ProviderTarget) => boolean },
): boolean {
  const waits = waitsOf(targets, call, parts);
  return targets.some((target, i) => waits[i] === 0 && isOther(target));
}

/** How long each target is to be left alone, ms. */
function waitsOf(targets: readonly ProviderTarget[], call: TargetedCall, parts: BalanceParts): number[] {
  const { cooling, breakers } = parts;
  return targets.map((target) => Math.max(cooling.waitMs(target), breakers.waitMs(call.caller.tenant, target.origin)));
}

/** One that is free by weight, if it can be another than `before`; when none is free, the one that is so soonest. */
function pick(
  targets: readonly ProviderTarget[],
  before: ProviderTarget | null,
  waits: readonly number[],
  random: () => number,
): ProviderTarget {
  const free = targets.filter((_, i) => waits[i] === 0);
  const others = free.filter((target) => target !== before);
  if (free.length > 0) return byWeight(others.length > 0 ? others : free, random());
  return targets[waits.indexOf(Math.min(...waits))] as ProviderTarget;
}

function byWeight(targets: readonly ProviderTarget[], random: number): ProviderTarget {
  let left = random * targets.reduce((sum, { weight }) => sum + weight, 0);
  for (const target of targets) {
    left -= target.weight;
    if (left < 0) return target;
  }
  return targets.at(-1) as ProviderTarget;
}
