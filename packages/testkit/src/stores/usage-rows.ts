import type { RecordRow } from '@helicone-proxy/core';
import { DAY, HOUR, idOf, recordRow, START } from './rows.js';

/**
 * 150 rows over forty days with successes, errors, hits and limited calls, unknown and large costs, unknown users, models and
 * times, sessions, and a second tenant whose rows look the same.
 */
export function usageRows(): RecordRow[] {
  return Array.from({ length: 150 }, (_, n) =>
    recordRow(n, {
      tenant: n % 10 === 9 ? 'other' : 'default',
      requestId: n % 8 === 0 ? idOf(n + 1) : idOf(n),
      createdAt: START + ((n * 37) % 40) * DAY + ((n * 7) % 24) * HOUR + n * 12_345,
      provider: n % 3 === 0 ? 'anthropic' : 'openai',
      model: n % 11 === 0 ? null : `model-${n % 4}`,
      userId: n % 5 === 0 ? null : `user-${n % 6}`,
      status: [200, 200, 429, 500, -3, 399, 400][n % 7] ?? 200,
      outcome: (['success', 'success', 'rate_limited', 'upstream_error', 'client_closed'] as const)[n % 5] ?? 'success',
      stream: n % 2 === 0,
      finishReason: n % 6 === 0 ? null : 'stop',
      promptId: n % 9 === 0 ? 'p' : null,
      delayMs: ((n * 7919) % 5_000) + 0.25,
      timeToFirstTokenMs: n % 3 === 1 ? null : (n * 31) % 700,
      promptTokens: n % 4 === 0 ? null : n * 1_000,
      completionTokens: n % 6 === 0 ? null : n,
      cacheReadTokens: n % 2 === 0 ? null : n,
      reasoningTokens: n % 13 === 0 ? 7 : null,
      costNanoUsd: n % 5 === 1 ? null : n * 1_234_567_891,
      savedCostNanoUsd: n % 7 === 3 ? 1_000_000 : null,
      cacheEnabled: n % 3 === 0,
      cacheReferenceId: n % 7 === 3 ? idOf(1) : null,
      properties: propertiesOf(n),
    }),
  );
}

function propertiesOf(n: number): Record<string, string> {
  if (n % 4 === 3) return {};
  const own = { environment: n % 3 === 0 ? 'prod' : 'test' };
  if (n % 4 === 0) return own;
  return { ...own, 'helicone-session-id': `session-${n % 9}`, 'helicone-session-path': `/step/${n % 3}` };
}
