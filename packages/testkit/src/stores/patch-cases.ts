import type { RecordPatch } from '@helicone-proxy/core';
import { DAY, HOUR, idOf, recordRow, START } from './rows.js';
import type { StoreCases } from './store-suite.js';

const REQUEST_ID = '11111111-2222-4333-8444-555566667777';
const MAX_WAITING = 10_000;

const feedback = (rating: boolean): RecordPatch => ({ kind: 'feedback', rating });
const scores = (values: Record<string, number>): RecordPatch => ({ kind: 'scores', scores: values });
const property = (key: string, value: string): RecordPatch => ({ kind: 'property', key, value });

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
