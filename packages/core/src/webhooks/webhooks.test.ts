import { expect, test, vi } from 'vitest';
import type { Pools } from '../upstream/pools.js';
import { startWebhooks, type WebhookParts } from './webhooks.js';

function partsWith(mayHaveDeliveries: () => Promise<boolean>): WebhookParts {
  const recorder = { store: { documents: {} }, onDeliveries() {}, mayHaveDeliveries, webhooksChanged: async () => {} };
  return {
    recorder: recorder as unknown as WebhookParts['recorder'],
    pools: {} as Pools,
    guard: { privateNetworks: false, isPrivate: () => false },
    tell() {},
    logger: null,
  };
}

test('a store that hangs does not hold up the shutdown', async () => {
  vi.useFakeTimers();
  try {
    const webhooks = startWebhooks(
      [],
      partsWith(() => new Promise(() => {})),
    );
    const closed = webhooks.close();
    await vi.advanceTimersByTimeAsync(3_000);
    await closed;
  } finally {
    vi.useRealTimers();
  }
});

test('a store that fails is nothing to the start', async () => {
  const webhooks = startWebhooks(
    [],
    partsWith(() => Promise.reject(new Error('down'))),
  );
  await expect(webhooks.close()).resolves.toBeUndefined();
});
