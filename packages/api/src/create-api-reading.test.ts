// What is asked of the API besides whole answers one at a time: heads alone, and many questions at once.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { directStore } from '../../../test/rig/direct-store.js';
import type { EngineRequest } from '../../core/src/contract.js';
import { openWriter, type SqliteWriter } from '../../core/src/records/sqlite/writer.js';
import type { RecordStore } from '../../core/src/records/store.js';
import { fullRow, idOf, utf8 } from '../../testkit/src/stores/rows.js';
import { type Api, createApi } from './create-api.js';

let writer: SqliteWriter;
let store: RecordStore;
let api: Api;

beforeEach(() => {
  writer = openWriter(':memory:');
  store = directStore(writer, writer.reader());
  api = createApi({ records: store });
});

afterEach(() => writer.close());

test('a tenant that asks much at once holds up no other, and nobody who only says something', async () => {
  let asked = 0;
  const held = Promise.withResolvers<number>();
  store.count = async ({ tenant }) => {
    asked += 1;
    return tenant === 'default' ? held.promise : 1;
  };
  const post = async (path: string, tenant = 'default', body: unknown = {}) => {
    const { signal } = new AbortController();
    const request = { method: 'POST', path, query: '', headers: {}, body: utf8(JSON.stringify(body)), signal };
    const answer = await api.handle(request, () => ({ tenant, canRead: true }));
    return JSON.parse(Buffer.from(answer.body as Uint8Array).toString());
  };
  const counts = Array.from({ length: 12 }, () => post('/v1/request/count/query'));
  expect((await post('/v1/request/count/query', 'other')).data).toBe(1);
  expect(await post(`/v1/request/${idOf(1)}/feedback`, 'default', { rating: true })).toEqual({
    data: null,
    error: null,
  });
  expect(asked).toBe(9);
  held.resolve(7);
  expect((await Promise.all(counts)).map(({ data }) => data)).toEqual(Array(12).fill(7));
});

describe('HEAD', () => {
  const head = async (path: string, tenant = 'default') => {
    const { signal } = new AbortController();
    const request: EngineRequest = { method: 'HEAD', path, query: '', headers: {}, body: null, signal };
    return await api.handle(request, () => ({ tenant, canRead: true }));
  };

  test('is GET without the body, of which no more is read', async () => {
    const row = fullRow(1, { requestBody: utf8(JSON.stringify('x'.repeat(200_000))) });
    await store.append([row, ...Array.from({ length: 20 }, (_, n) => ({ ...row, id: idOf(n + 2) }))]);
    let ended = false;
    const { export: read } = store;
    store.export = async function* each(query) {
      try {
        yield* read.call(store, query);
      } finally {
        ended = true;
      }
    };
    const whole = await head(`/v1/request/${row.id}`);
    expect([whole.status, whole.headers['content-type'], whole.body]).toEqual([200, 'application/json', null]);
    const file = await head('/v1/request/export');
    expect([file.status, file.headers['content-type'], file.body]).toEqual([200, 'application/x-ndjson', null]);
    await expect.poll(() => ended).toBe(true);
    expect((await head('/v1/request/export', 'other')).status).toBe(200);
    expect((await head(`/v1/request/${row.id}`, 'other')).status).toBe(404);
    expect((await head('/v1/request/query')).status).toBe(405);
  });
});
