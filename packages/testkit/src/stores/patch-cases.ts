import type { RecordPatch } from '@helicone-proxy/core';
import { DAY, HOUR, idOf, recordRow, START } from './rows.js';
import type { StoreCases } from './store-suite.js';

const REQUEST_ID = '11111111-2222-4333-8444-555566667777';
const MAX_WAITING = 10_000;

const feedback = (rating: boolean): RecordPatch => ({ kind: 'feedback', rating });
const scores = (values: Record<string, number>): RecordPatch => ({ kind: 'scores', scores: values });
const property = (key: string, value: string): RecordPatch => ({ kind: 'property', key, value });

const user = (userId: string): RecordPatch => ({ kind: 'user', userId });
const WHOLE = { tenant: 'default', from: START - DAY, to: START + 10 * DAY } as const;

export function patchCases({ check, expect }: StoreCases): void {
  check('patch: feedback, scores and properties of a record that is there', async (store) => {
    await store.append([recordRow(1, { requestId: REQUEST_ID, properties: { env: 'prod', keep: 'me' } })]);
    const before = Date.now();
    const outcomes = [
      await store.patch('default', REQUEST_ID, feedback(true)),
      await store.patch('default', REQUEST_ID, scores({ quality: 0.5, speed: 1 })),
      await store.patch('default', REQUEST_ID, scores({ quality: -2 })),
      await store.patch('default', REQUEST_ID, property('Env', 'test')),
      await store.patch('default', REQUEST_ID, property('__proto__', 'own')),
    ];
    expect(outcomes).toEqual(outcomes.map(() => 'applied'));
    const record = await store.get('default', REQUEST_ID);
    expect(record?.feedback_rating).toEqual(true);
    expect(record?.scores).toEqual({ 'helicone-score-feedback': 1, quality: -2, speed: 1 });
    expect(Object.entries(record?.properties ?? {}).toSorted()).toEqual(
      Object.entries(JSON.parse('{"__proto__":"own","env":"test","keep":"me"}')),
    );
    expect(record?.request_properties).toEqual(record?.properties);
    const dated = Date.parse(record?.feedback_created_at ?? '');
    expect(dated >= before - 1 && dated <= Date.now() + 2 * DAY).toEqual(true);
  });

  check('patch: feedback can be changed, also by its score', async (store) => {
    await store.append([recordRow(1)]);
    await store.patch('default', idOf(1), feedback(true));
    await store.patch('default', idOf(1), feedback(false));
    const record = await store.get('default', idOf(1));
    expect([record?.feedback_rating, record?.scores]).toEqual([false, { 'helicone-score-feedback': 0 }]);
    await store.patch('default', idOf(1), scores({ 'helicone-score-feedback': 1 }));
    expect((await store.get('default', idOf(1)))?.feedback_rating).toEqual(true);
  });

  check('patch: means the newest record with the request id, or the record with the id', async (store) => {
    await store.append([1, 3, 2].map((n) => recordRow(n, { requestId: REQUEST_ID })));
    await store.patch('default', REQUEST_ID, feedback(true));
    await store.patch('default', idOf(1), feedback(false));
    const records = await store.query({ tenant: 'default', filter: { kind: 'all' } });
    expect(records.map(({ feedback_rating }) => feedback_rating)).toEqual([true, null, false]);
  });

  check('patch: another user, whose sums move with the record', async (store) => {
    const costly = { costNanoUsd: 1_500, promptTokens: 7, completionTokens: 3, delayMs: 12.5 };
    await store.append([
      recordRow(1, { userId: 'a' }),
      recordRow(2, { userId: 'a', ...costly, requestId: REQUEST_ID, status: 500 }),
      recordRow(3, { userId: null, costNanoUsd: null, createdAt: START + DAY }),
      recordRow(4, { tenant: 'other', userId: 'a', requestId: REQUEST_ID, createdAt: START + HOUR }),
    ]);
    const before = await store.aggregate({ ...WHOLE, bucket: 'day' });
    const users = async (tenant = 'default') => {
      const rows = await store.aggregate({ ...WHOLE, tenant, by: 'user', bucket: 'day' });
      return rows.map((row) => [row.time?.slice(8, 10), row.key, row.requests, row.errors, row.cost_usd, row.delay_ms]);
    };
    expect(await store.patch('default', REQUEST_ID, user('b'))).toEqual('applied');
    expect((await store.get('default', REQUEST_ID))?.request_user_id).toEqual('b');
    expect(await users()).toEqual([
      ['10', 'a', 1, 0, 0.0000045, 250],
      ['10', 'b', 1, 1, 0.0000015, 12.5],
      ['11', null, 1, 0, 0, 250],
    ]);
    // The last of a user and of a day, and one that had none.
    await store.patch('default', idOf(1), user('b\'s "0"'));
    await store.patch('default', idOf(3), user('b'));
    await store.patch('default', idOf(3), user('b'));
    expect(await users()).toEqual([
      ['10', 'b', 1, 1, 0.0000015, 12.5],
      ['10', 'b\'s "0"', 1, 0, 0.0000045, 250],
      ['11', 'b', 1, 0, 0, 250],
    ]);
    expect(await users('other')).toEqual([['10', 'a', 1, 0, 0.0000045, 250]]);
    expect(await store.aggregate({ ...WHOLE, bucket: 'day' })).toEqual(before);
    const [unknown] = await store.aggregate({ ...WHOLE, by: 'user', from: START + DAY });
    expect([unknown?.key, unknown?.unknown_cost]).toEqual(['b', 1]);
  });

  check('patch: another user waits for its record, too', async (store) => {
    await store.patch('default', REQUEST_ID, user('late'));
    await store.append([recordRow(1, { userId: 'early', requestId: REQUEST_ID })]);
    expect((await store.get('default', REQUEST_ID))?.request_user_id).toEqual('late');
    const rows = await store.aggregate({ ...WHOLE, by: 'user' });
    expect(rows.map((row) => [row.key, row.requests, row.prompt_tokens])).toEqual([['late', 1, 10]]);
  });

  check('patch: waits for its record, in the order of arrival', async (store) => {
    const patches = [feedback(true), scores({ quality: 1 }), scores({ quality: 2 }), property('ENV', 'late')];
    for (const patch of patches) expect(await store.patch('default', REQUEST_ID, patch)).toEqual('waiting');
    await store.patch('other', REQUEST_ID, feedback(false));
    await store.append([recordRow(1), recordRow(2, { requestId: REQUEST_ID, properties: { env: 'early' } })]);
    const record = await store.get('default', REQUEST_ID);
    expect(record?.feedback_rating).toEqual(true);
    expect(record?.scores).toEqual({ 'helicone-score-feedback': 1, quality: 2 });
    expect(record?.properties).toEqual({ env: 'late' });
    expect((await store.get('default', idOf(1)))?.scores).toEqual({});
    // Applied once: a later record with the same id starts afresh.
    await store.append([recordRow(3, { requestId: REQUEST_ID })]);
    expect((await store.get('default', REQUEST_ID))?.scores).toEqual({});
  });

  check('patch: a record takes no more than it can hold, but still a rating', async (store) => {
    await store.append([recordRow(1), recordRow(2)]);
    const outcomes = { applied: 0, refused: 0, waiting: 0 };
    for (let n = 0; n < 40; n += 1) {
      outcomes[await store.patch('default', idOf(1), property(`p${n}`, 'x'.repeat(8000)))] += 1;
      const names = Array.from({ length: 40 }, (_, name) => [`${n} ${name} ${'s'.repeat(200)}`, 1]);
      await store.patch('default', idOf(2), scores(Object.fromEntries(names)));
    }
    expect([outcomes.refused > 0, outcomes.applied > 20, outcomes.waiting]).toEqual([true, true, 0]);
    expect(await store.patch('default', idOf(1), property('p0', 'short'))).toEqual('applied');
    expect(await store.patch('default', idOf(2), scores({ ['one more '.repeat(1000)]: 1 }))).toEqual('refused');
    expect(await store.patch('default', idOf(2), feedback(true))).toEqual('applied');
    const [two, one] = await store.query({ tenant: 'default', filter: { kind: 'all' } });
    expect([one, two].every((record) => JSON.stringify(record).length < 2.2 * 256 * 1024)).toEqual(true);
  });

  check('patch: waits up to 24 hours', async (store, { advance }) => {
    if (advance === undefined) return;
    await store.patch('default', idOf(1), feedback(true));
    advance(DAY - HOUR);
    await store.patch('default', idOf(2), feedback(true));
    advance(2 * HOUR);
    await store.append([recordRow(1), recordRow(2)]);
    expect((await store.get('default', idOf(1)))?.feedback_rating).toEqual(null);
    expect((await store.get('default', idOf(2)))?.feedback_rating).toEqual(true);
  });

  check('patch: ten thousand of a tenant may wait', async (store, { advance }) => {
    for (let n = 0; n < MAX_WAITING; n += 1) await store.patch('default', idOf(n), feedback(true));
    expect(await store.patch('default', idOf(MAX_WAITING), feedback(true))).toEqual('refused');
    expect(await store.patch('other', idOf(1), feedback(true))).toEqual('waiting');
    await store.append([recordRow(1, { createdAt: START })]);
    expect(await store.patch('default', idOf(1), feedback(false))).toEqual('applied');
    expect(await store.patch('default', idOf(MAX_WAITING), feedback(true))).toEqual('waiting');
    expect(await store.patch('default', idOf(MAX_WAITING), feedback(true))).toEqual('refused');
    if (advance === undefined) return;
    advance(DAY + HOUR);
    expect(await store.patch('default', idOf(MAX_WAITING), feedback(true))).toEqual('waiting');
  });
}
