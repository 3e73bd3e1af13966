import { sumUsage } from '../../cost/sum-usage.js';
import type { Usage } from '../../cost/usage.js';
import type { SessionAnswer } from '../wire.js';
import { messageUsage } from './anthropic-usage.js';
import { asArray, asObject, asText, type JsonObject } from './json-read.js';

/**
 * The samplings of one message that are billed, each at the rates of the model that ran it; null where the counts above them say
 * all. Those leave out compactions, which run besides, and advisors and models that declined, which have prices of their own; of
 * their cache writes by lifetime they tell the first sampling's. `top` are those counts.
 *
 * A model that declined before it put anything out is told of but not billed.
 *
 * https://platform.claude.com/docs/en/build-with-claude/compaction#understanding-usage,
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool#usage-and-billing,
 * https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback#billing-and-rate-limits
 */
export function billedIterations(usage: JsonObject | null, top: Usage): SessionAnswer[] | null {
  const iterations = asArray(usage?.iterations) ?? [];
  const single = iterations.length === 1 && asObject(iterations[0])?.type === 'message';
  if (iterations.length === 0 || single) return null;
  const fellBack = iterations.some((item) => asObject(item)?.type === 'fallback_message');
  const billed: SessionAnswer[] = [];
  for (const item of iterations) {
    const iteration = asObject(item);
    const counts = messageUsage(iteration);
    // A list that cannot be read says nothing: the counts above it do.
    if (iteration === null || counts === null || counts.inputTokens === null || counts.outputTokens === null)
      return null;
    const declined = fellBack && iteration.type === 'message' && counts.outputTokens === 0;
    if (!declined) billed.push({ model: asText(iteration.model), usage: counts });
  }
  const [first] = billed;
  if (first === undefined) return null;
  // Searches are told for the whole message, and cost the same whatever the model.
  first.usage = { ...first.usage, webSearches: top.webSearches };
  return billed;
}

/** All that the samplings used; what is told for the whole message only comes from `top`. */
export function sumOfIterations(billed: readonly SessionAnswer[], top: Usage): Usage {
  const sum = sumUsage(billed.map(({ usage }) => usage)) ?? top;
  return { ...sum, reasoningTokens: top.reasoningTokens, webSearches: top.webSearches };
}
