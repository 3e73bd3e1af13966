import { DAY, HOUR, idOf, recordRow, START } from './rows.js';
import type { StoreCases } from './store-suite.js';

/** 2 USD and 10 USD per million tokens. */
const PRICES = [{ model: 'new-model', inputUsdPerMTok: 2, outputUsdPerMTok: 10 }];

/** A call whose price was not known: 1000 tokens in, 100 out. */
function unpriced(n: number, overrides: Parameters<typeof recordRow>[1] = {}) {
  return recordRow(n, {
    provider: 'acme',
    model: 'new-model',
    promptTokens: 1000,
    completionTokens: 100,
    costNanoUsd: null,
    priceSource: null,
    ...overrides,
  });
}

export function repriceCases({ check, expect }: StoreCases): void {
  check('reprice: records made before a price was known get it, and the sums with them', async (store) => {
    await store.append([
      unpriced(1),
      unpriced(2, { tenant: 'other', userId: 'ada' }),
      unpriced(3, { model: 'unheard-of' }),
      recordRow(4),
      unpriced(5, { cacheReferenceId: idOf(1), savedCostNanoUsd: null, costNanoUsd: 0 }),
      unpriced(6, { promptTokens: null, completionTokens: null, usageSource: 'none' }),
    ]);
    // 1000 x 2 + 100 x 10 = 3000 USD per million
    expect(await store.reprice({ prices: PRICES })).toEqual({
      read: 3,
      changed: 2,
      unknown: 1,
      addedNanoUsd: 6_000_000,
    });
    const one = await store.get('default', idOf(1));
    expect([one?.cost_usd, one?.cost, one?.price_source]).toEqual([0.003, 0.003, 'override']);
    expect((await store.get('default', idOf(3)))?.cost_usd).toEqual(null);
    expect((await store.get('default', idOf(5)))?.cost_usd).toEqual(0);
    const by = { from: START, to: START + DAY } as const;
    const models = await store.aggregate({ tenant: 'default', ...by, by: 'model' });
    const sums = models.map(({ key, cost_usd, unknown_cost }) => ({ key, cost_usd, unknown_cost }));
    expect(sums.find(({ key }) => key === 'new-model')).toEqual({ key: 'new-model', cost_usd: 0.003, unknown_cost: 1 });
    const [user] = await store.aggregate({ tenant: 'other', ...by, by: 'user' });
    expect([user?.key, user?.cost_usd, user?.unknown_cost, user?.requests]).toEqual(['ada', 0.003, 0, 1]);
    expect(await store.reprice({ prices: PRICES })).toEqual({ read: 1, changed: 0, unknown: 1, addedNanoUsd: 0 });
  });

  check('reprice: only what is asked for, and nothing at all when it only counts', async (store) => {
    await store.append([
      unpriced(1),
      unpriced(2, { tenant: 'other' }),
      unpriced(3, { provider: 'other' }),
      unpriced(4, { createdAt: START + HOUR }),
      recordRow(5, { model: 'new-model', promptTokens: 1000, completionTokens: 100, costNanoUsd: 1_000_000 }),
    ]);
    const query = { prices: PRICES, dryRun: true };
    const read = async (more: Parameters<typeof store.reprice>[0]) => (await store.reprice({ ...query, ...more })).read;
    expect(await read({})).toEqual(4);
    expect(await read({ tenant: 'other' })).toEqual(1);
    expect(await read({ provider: 'other' })).toEqual(1);
    expect(await read({ model: 'another' })).toEqual(0);
    expect(await read({ from: START + HOUR })).toEqual(1);
    expect(await read({ to: START + HOUR })).toEqual(3);
    expect((await store.get('default', idOf(1)))?.cost_usd).toEqual(null);
    // 0.003 instead of 0.001, and four times 0.003
    expect(await store.reprice({ prices: PRICES, all: true })).toEqual({
      read: 5,
      changed: 5,
      unknown: 0,
      addedNanoUsd: 14_000_000,
    });
    expect((await store.get('default', idOf(5)))?.cost_usd).toEqual(0.003);
  });

  check('reprice: what was charged in parts, or told by its log, keeps its cost', async (store) => {
    const priced = { costNanoUsd: 7_000_000, priceSource: 'genai-prices' };
    const parts = { usageDetails: { charged_parts: 2 } };
    await store.append([
      unpriced(1, parts),
      unpriced(2, { ...parts, ...priced }),
      unpriced(3, { ...priced, priceSource: 'intake' }),
      unpriced(4, { model: null, usageDetails: { told_cost_nano_usd: 5 } }),
    ]);
    expect(await store.reprice({ prices: PRICES, all: true })).toEqual({
      read: 3,
      changed: 1,
      unknown: 2,
      addedNanoUsd: 5,
    });
    const costs = await Promise.all([1, 2, 3, 4].map((n) => store.get('default', idOf(n))));
    expect(costs.map((record) => record?.cost_usd)).toEqual([null, 0.007, 0.007, 5e-9]);
  });

  check('reprice: as of the time of each call, however many there are', async (store) => {
    const prices = [
      { model: 'new-model', inputUsdPerMTok: 1, outputUsdPerMTok: 0 },
      { model: 'new-model', from: new Date(START + DAY).toISOString(), inputUsdPerMTok: 3, outputUsdPerMTok: 0 },
    ];
    const rows = Array.from({ length: 1200 }, (_, n) =>
      unpriced(n, { createdAt: START + (n % 2) * DAY + n, model: 'new-model' }),
    );
    await store.append(rows);
    const { read, changed } = await store.reprice({ prices });
    expect([read, changed]).toEqual([1200, 1200]);
    expect((await store.get('default', idOf(1198)))?.cost_usd).toEqual(0.001);
    expect((await store.get('default', idOf(1199)))?.cost_usd).toEqual(0.003);
  });
}
