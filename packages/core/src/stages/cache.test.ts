import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANSWER, type Asked, json, newCall, startCached, turn } from '../../../../test/rig/cached-calls.js';
import { MemoryStore } from '../cache/memory-store.js';
import type { EngineResponse } from '../contract.js';

let unhandled: unknown[] = [];
const note = (reason: unknown): void => {
  unhandled.push(reason);
};

beforeEach(() => {
  unhandled = [];
  process.on('unhandledRejection', note);
});

afterEach(async () => {
  await turn();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

describe('a hit', () => {
  test('repeats a stored document in the turn of its call, with its own headers', async () => {
    const rig = startCached();
    const first = await rig.get();
    expect(first).toMatchObject({ hit: 'MISS', text: ANSWER });
    expect(first.headers['set-cookie']).toBe('a=b');
    expect(first.call).toMatchObject({ identityEncoding: true, cached: { referenceId: null } });
    const call = newCall();
    let response: EngineResponse | null = null;
    void rig.ask(call).then((got) => {
      response = got;
    });
    await null;
    expect(response).toEqual({
      status: 200,
      headers: {
        'content-type': 'application/json',
        'x-request-id': 'r',
        'cache-control': 'private, no-store',
        'content-length': String(ANSWER.length),
      },
      body: Buffer.from(ANSWER),
    });
    expect(call.cached).toEqual({ referenceId: first.call.requestId });
    expect(call.labels).toEqual({
      'helicone-cache': 'HIT',
      'helicone-cache-bucket-idx': '0',
      'helicone-cache-latency': expect.stringMatching(/^\d+$/),
    });
    expect((await rig.get()).headers).not.toBe((response as unknown as EngineResponse).headers);
    expect(rig.upstream).toHaveLength(1);
  });

  test('needs the same tenant and the same credentials, wherever those stand', async () => {
    const rig = startCached();
    const isOurs = (key: string): boolean => key.startsWith('ours');
    const asks: Asked[] = [
      { headers: { authorization: 'Bearer a' } },
      { headers: { authorization: 'Bearer a' }, caller: { tenant: 'b' } },
      { headers: { authorization: 'Bearer b' } },
      { headers: { 'x-api-key': 'Bearer a' } },
      { query: 'key=a' },
      { query: 'key=b' },
      {},
      { apiKey: 'server' },
    ];
    for (const asked of asks) expect((await rig.get(asked)).hit).toBe('MISS');
    for (const asked of asks) expect((await rig.get(asked)).hit).toBe('HIT');
    // Keys of ours do not count: what goes on is the server's key.
    const ours = { apiKey: 'server', caller: { isOurs } };
    expect((await rig.get({ ...ours, headers: { authorization: 'Bearer ours-1' } })).hit).toBe('HIT');
    expect((await rig.get({ ...ours, headers: { authorization: 'Bearer ours-2' } })).hit).toBe('HIT');
    expect((await rig.get({ ...ours, headers: { authorization: 'Bearer theirs' } })).hit).toBe('MISS');
  });

  test('buckets: the first fill, then one of them at random (reference 14.3)', async () => {
    const rig = startCached();
    const asked = { policy: { buckets: 2 } };
    expect(await rig.get(asked, json('{"id":0}'))).toMatchObject({ hit: 'MISS', text: '{"id":0}' });
    expect(await rig.get(asked, json('{"id":1}'))).toMatchObject({ hit: 'MISS', text: '{"id":1}' });
    expect(await rig.get(asked)).toMatchObject({ hit: 'HIT', bucket: '1', text: '{"id":1}' });
    expect((await rig.get({ policy: { buckets: 3 } })).hit, 'a larger number keeps what is there').toBe('MISS');
    expect(await rig.get({ policy: { buckets: 3 } })).toMatchObject({ hit: 'HIT', bucket: '2' });
    expect(await rig.get()).toMatchObject({ hit: 'HIT', bucket: '0', text: '{"id":0}' });
  });

  test('older entries than max-age miss, and are overwritten', async () => {
    const store = new MemoryStore(1e6);
    const rig = startCached(store);
    const { set } = store;
    store.set = (key, entry, ms) => set.call(store, key, { ...entry, storedAt: entry.storedAt - 5000 }, ms);
    await rig.get();
    store.set = set;
    expect((await rig.get()).hit).toBe('HIT');
    expect((await rig.get({ policy: { maxAgeMs: 10_000 } })).hit).toBe('HIT');
    expect((await rig.get({ policy: { maxAgeMs: 4000 } }, json('{"new":1}'))).hit).toBe('MISS');
    expect(await rig.get({ policy: { maxAgeMs: 4000 } })).toMatchObject({ hit: 'HIT', text: '{"new":1}' });
  });

  test('reading and saving are each alone possible', async () => {
    const rig = startCached();
    expect((await rig.get({ policy: { save: false } })).hit).toBe('MISS');
    expect((await rig.get({ policy: { read: false } }, json('{"a":1}'))).hit).toBeUndefined();
    expect(await rig.get({ policy: { save: false } })).toMatchObject({ hit: 'HIT', text: '{"a":1}' });
    expect((await rig.get({ policy: { read: false } }, json('{"a":2}'))).text).toBe('{"a":2}');
    expect(await rig.get()).toMatchObject({ hit: 'HIT', text: '{"a":2}' });
    expect(rig.upstream).toHaveLength(3);
  });

  test('saving alone fills the buckets too', async () => {
    const rig = startCached();
    for (const id of [0, 1]) await rig.get({ policy: { read: false, buckets: 2 } }, json(`{"id":${id}}`));
    expect(await rig.get({ policy: { buckets: 2 } })).toMatchObject({ hit: 'HIT', text: '{"id":1}' });
  });
});

describe('no part', () => {
  test.each<[string, Asked]>([
    ['nobody asked', { policy: null }],
    ['neither read nor save', { policy: { read: false, save: false } }],
    ['a route that is none for a cache', { path: '/v1/files' }],
    ['a background response', { path: '/v1/responses', body: '{"background":true}' }],
  ])('%s', async (_why, asked) => {
    const rig = startCached();
    for (let i = 0; i < 2; i++) {
      const { call, hit } = await rig.get(asked);
      expect(hit).toBeUndefined();
      expect(call).toMatchObject({ cached: null, identityEncoding: false, warnings: [] });
    }
    expect(rig.upstream).toHaveLength(2);
  });

  test('a body that streams is told about', async () => {
    const { call, hit } = await startCached().get({ body: (async function* () {})() });
    expect(hit).toBeUndefined();
    expect(call.warnings).toEqual(['helicone-cache-enabled: the request body is too long to be cached']);
  });

  test.each<[string, EngineResponse]>([
    ['an error', json('{}', { status: 500 })],
    ['an error inside of 200', json('{"error":{"message":"no"}}')],
    ['too long', json(`{"a":"${'x'.repeat(1000)}"}`)],
    ['encoded', json(ANSWER, { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } })],
    ['no JSON', json(ANSWER, { headers: { 'content-type': 'text/plain' } })],
    ['cut', json('{"choices":[')],
    ['no body', json('', { body: null })],
  ])('is never stored: %s', async (_what, response) => {
    const rig = startCached();
    for (let i = 0; i < 2; i++) expect((await rig.get({}, response)).hit).toBe('MISS');
    await rig.get({ policy: { read: false } }, response);
    expect((await rig.get({ policy: { save: false } }, response)).hit).toBe('MISS');
    expect(rig.upstream).toHaveLength(4);
  });
});
