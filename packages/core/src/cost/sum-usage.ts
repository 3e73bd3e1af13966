import { EMPTY_USAGE } from './empty-usage.js';
import type { Usage } from './usage.js';

/**
 * What several answers, or several parts of one, used together; null when there are none. What one of them does not tell, their sum
 * does not either. Two things are no lack: a member that is absent, since it was never asked for, and the tokens of one that tells
 * neither input nor output, since it is charged by something else (seconds of audio, pictures).
 */
export function sumUsage(usages: readonly Usage[]): Usage | null {
  if (usages.length === 0) return null;
  const sum: Partial<Usage> = {};
  for (const usage of usages) {
    const byTokens = usage.inputTokens !== null || usage.outputTokens !== null;
    for (const name of Object.keys(usage) as (keyof Usage)[]) {
      const value = usage[name] ?? null;
      if (!byTokens && value === null) continue;
      sum[name] = Object.hasOwn(sum, name) ? added(sum[name], value) : value;
    }
  }
  return { ...EMPTY_USAGE, ...sum };
}

function added(one: number | null | undefined, other: number | null): number | null {
  return typeof one === 'number' && other !== null ? one + other : null;
}
