// The embedded store as hosts get it: behind its two worker threads.
import { join } from 'node:path';
import { type HeliconeProxy, heliconeProxy, type RecordStore } from '@helicone-proxy/node';
import { afterEach, describe, expect, test } from 'vitest';
import { openWriter } from '../../packages/core/src/records/sqlite/writer.js';
import { recordRow, START } from '../../packages/testkit/src/stores/rows.js';
import { storeSuite } from '../../packages/testkit/src/stores/store-suite.js';
import { directStore } from '../rig/direct-store.js';
import { temporaryFolders } from '../rig/temporary-folder.js';

const ALL = { tenant: 'default', filter: { kind: 'all' } } as const;

const folders = temporaryFolders();
const open: HeliconeProxy[] = [];

afterEach(async () => {
  for (const proxy of open.splice(0)) await proxy.close();
});

function proxyOn(place: string | RecordStore): HeliconeProxy {
  const store = typeof place === 'string' ? (`sqlite:${place}` as const) : place;
  const { proxy } = heliconeProxy({ records: { store } });
  open.push(proxy);
  return proxy;
}

describe('SQLite in a file, behind its workers', () => {
  storeSuite({ test, expect }, async () => {
    const path = join(folders(), 'records.db');
    let proxy = proxyOn(path);
    return {
      store: proxy.records,
      async reopen() {
        await proxy.close();
        proxy = proxyOn(path);
        return proxy.records;
      },
      close: () => proxy.close(),
    };
  });
});

/** A store that the host made itself, on its own thread. */
function storeOfTheHost(): RecordStore {
  const writer = openWriter(':memory:');
  return directStore(writer, writer.reader());
}

test.each<[string, () => string | RecordStore]>([
  ['a file', () => join(folders(), 'records.db')],
  ['memory', () => ':memory:'],
  ["the host's own store", storeOfTheHost],
])('in %s, what was written is read, of every kind', async (_, place) => {
  const { records } = proxyOn(place());
  await records.append([recordRow(1, { userId: 'u', properties: { env: 'prod' } })]);
  const document = { tenant: 'default', kind: 'tag', id: 'a', value: '"x"', dueAt: null, createdAt: START };
  await records.documents.put([document]);
  const by = [{ kind: 'column', name: 'request_user_id' } as const];
  expect(await records.summarize({ ...ALL, by, measures: ['p99_delay_ms'] })).toMatchObject([{ keys: ['u'] }]);
  expect(await records.histogram({ ...ALL, by, measure: 'requests' })).toEqual([{ from: 1, to: 1, groups: 1 }]);
  expect(await records.countGroups({ ...ALL, by })).toBe(1);
  expect(await records.propertyNames('default')).toEqual(['env']);
  expect(await records.documents.listAll('tag')).toEqual([document]);
  const pieces: Uint8Array[] = [];
  for await (const piece of records.export({ ...ALL, format: 'jsonl' })) pieces.push(piece);
  expect(JSON.parse(Buffer.concat(pieces).toString())).toEqual((await records.query(ALL))[0]);
});

test('two processes that claim at once never get the same document', async () => {
  const path = join(folders(), 'records.db');
  const stores = [proxyOn(path).records, proxyOn(path).records];
  await stores[0]?.documents.put(
    Array.from({ length: 400 }, (_, n) => ({
      tenant: 't',
      kind: 'delivery',
      id: `d${n}`,
      value: '{}',
      dueAt: START,
      createdAt: START,
    })),
  );
  const claim = { kind: 'delivery', now: START, leaseMs: 60_000, limit: 7 };
  const claimed = await Promise.all(
    stores.map(async ({ documents }) => {
      const own: string[] = [];
      for (;;) {
        const some = await documents.claim(claim);
        if (some.length === 0) return own;
        own.push(...some.map(({ id }) => id));
      }
    }),
  );
  const all = claimed.flat();
  expect([all.length, new Set(all).size]).toEqual([400, 400]);
});

test('an export that nobody reads on asks the worker for nothing', async () => {
  const { records } = proxyOn(join(folders(), 'records.db'));
  await records.append(Array.from({ length: 500 }, (_, n) => recordRow(n)));
  const first = records.export({ ...ALL, format: 'jsonl' })[Symbol.asyncIterator]();
  const { value } = await first.next();
  // Left where it is: others read and write, and it goes on afterwards behind its last record.
  await records.append(Array.from({ length: 500 }, (_, n) => recordRow(1_000 + n)));
  expect(await records.count(ALL)).toBe(1_000);
  const pieces: Uint8Array[] = [value];
  for (let step = await first.next(); step.done !== true; step = await first.next()) pieces.push(step.value);
  const ids = Buffer.concat(pieces).toString().trim().split('\n');
  expect(ids.map((line) => JSON.parse(line).id)).toEqual(Array.from({ length: 500 }, (_, n) => recordRow(499 - n).id));
});
