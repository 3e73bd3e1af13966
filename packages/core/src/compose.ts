import type { Call } from './call.js';
import type { EngineResponse, Stage } from './contract.js';

/** A whole list of stages as one function of the call. */
export type Pipeline = (call: Call) => Promise<EngineResponse>;

/**
 * Folds the stages once, when the engine is made, so that a call costs nothing but the closures. The last stage answers;
 * `next` of any stage may be called again, which runs everything behind it once more.
 */
export function compose(stages: readonly Stage[]): Pipeline {
  const end: Pipeline = () => Promise.reject(new Error('the last stage must answer'));
  return stages.reduceRight<Pipeline>((next, stage) => (call) => stage(call, () => next(call)), end);
}
