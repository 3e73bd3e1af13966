import type { StoredDocument } from '@helicone-proxy/core';
import { HOUR, recordRow, START } from './rows.js';
import type { StoreCases } from './store-suite.js';

function documentOf(id: string, overrides: Partial<StoredDocument> = {}): StoredDocument {
  return {
    tenant: 'default',
    kind: 'dataset',
    id,
    value: `{"id":${JSON.stringify(id)}}`,
    dueAt: null,
    createdAt: START,
    ...overrides,
  };
}

const ODD_IDS = ["it's", '"q"', 'a\\b', '$.x', '%', '_', '世界', '👋', '__proto__', "'; drop table documents; --", ' '];

export function documentCases({ check, expect }: StoreCases): void {
  const idsOf = (documents: readonly StoredDocument[]) => documents.map(({ id }) => id);
  const outcomeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'taken',
      (error: Error) => error.name,
    );

  check('documents: are read as they were put, replaced, counted and deleted', async ({ documents }) => {
    const one = documentOf('a/1', { value: '{"text":"Grüße 👋 \\u0000 \\"x\\""}', dueAt: START + 5 });
    await documents.put([one, documentOf('a/2')]);
    const found = await documents.get('default', 'dataset', ['a/1', 'a/2', 'a/3', 'a/1']);
    expect(found.toSorted(byId)).toEqual([one, documentOf('a/2')]);
    // The time of creation stays.
    await documents.put([{ ...one, value: '[]', dueAt: null, createdAt: START + HOUR }]);
    expect(await documents.get('default', 'dataset', ['a/1'])).toEqual([{ ...one, value: '[]', dueAt: null }]);
    expect(await documents.count({ tenant: 'default', kind: 'dataset' })).toEqual(2);
    expect(await documents.delete({ tenant: 'default', kind: 'dataset', ids: ['a/1', 'a/3'] })).toEqual(1);
    expect(await documents.get('default', 'dataset', ['a/1'])).toEqual([]);
    expect(await documents.get('default', 'dataset', [])).toEqual([]);
    expect(await documents.delete({ tenant: 'default', kind: 'dataset', ids: [] })).toEqual(0);
    await documents.put([]);
  });

  check('documents: lists by prefix, in pages, by code points', async ({ documents }) => {
    const ids = ['a', 'a/1', 'a/10', 'a/2', 'a/é', 'a/\uffee', 'a/👋', 'a0', 'b/1', 'A/1'];
    await documents.put(ids.toReversed().map((id) => documentOf(id)));
    const list = async (query: { prefix?: string; after?: string; limit?: number }) =>
      idsOf(await documents.list({ tenant: 'default', kind: 'dataset', ...query }));
    expect(await list({})).toEqual(['A/1', ...ids.slice(0, -1)]);
    expect(await list({ prefix: 'a/' })).toEqual(ids.slice(1, 7));
    expect(await list({ prefix: 'a/', limit: 2 })).toEqual(['a/1', 'a/10']);
    expect(await list({ prefix: 'a/', after: 'a/10', limit: 2 })).toEqual(['a/2', 'a/é']);
    expect(await list({ prefix: 'a/', after: 'a/👋' })).toEqual([]);
    expect(await list({ after: 'a0' })).toEqual(['b/1']);
    expect(await documents.count({ tenant: 'default', kind: 'dataset', prefix: 'a/' })).toEqual(6);
    expect(await documents.count({ tenant: 'default', kind: 'dataset', prefix: 'a%' })).toEqual(0);
    expect(await documents.delete({ tenant: 'default', kind: 'dataset', prefix: 'a/' })).toEqual(6);
    expect(await list({})).toEqual(['A/1', 'a', 'a0', 'b/1']);
    expect(await documents.delete({ tenant: 'default', kind: 'dataset', prefix: '' })).toEqual(4);
  });

  check('documents: a hundred are listed unless asked otherwise', async ({ documents }) => {
    await documents.put(Array.from({ length: 1_050 }, (_, n) => documentOf(String(n).padStart(4, '0'))));
    const list = async (limit?: number) => (await documents.list({ tenant: 'default', kind: 'dataset', limit })).length;
    expect([await list(), await list(1000)]).toEqual([100, 1000]);
    const all = await documents.listAll('dataset');
    expect(all.length).toEqual(1000);
    const last = all.at(-1) as StoredDocument;
    expect(idsOf(await documents.listAll('dataset', last)).length).toEqual(50);
    expect(await documents.listAll('dataset', { tenant: 'default', id: '1049' })).toEqual([]);
  });

  check('documents: odd ids, and prefixes up to the last character there is', async ({ documents }) => {
    const ids = [...ODD_IDS, '\u{10ffff}', '\u{10ffff}\u{10ffff}x', '\ud7ffz', '\ue000'];
    await documents.put(ids.map((id) => documentOf(id)));
    for (const id of ids) {
      expect(await documents.get('default', 'dataset', [id]), id).toEqual([documentOf(id)]);
      const found = await documents.list({ tenant: 'default', kind: 'dataset', prefix: id });
      expect(idsOf(found).toSorted(), id).toEqual(ids.filter((other) => other.startsWith(id)).toSorted());
    }
  });

  check('documents: tenants and kinds never see each other', async ({ documents }) => {
    const tenants = ['a', 'b', "a' OR '1'='1"];
    const all = tenants.flatMap((tenant) =>
      ['dataset', 'webhook'].map((kind) =>
        documentOf('same', { tenant, kind, value: JSON.stringify([tenant, kind]), dueAt: START }),
      ),
    );
    await documents.put(all);
    for (const tenant of ['a', 'b']) {
      const own = all.filter((document) => document.tenant === tenant && document.kind === 'dataset');
      expect(await documents.get(tenant, 'dataset', ['same'])).toEqual(own);
      expect(await documents.list({ tenant, kind: 'dataset' })).toEqual(own);
      expect(await documents.count({ tenant, kind: 'dataset' })).toEqual(1);
    }
    const found = await documents.listAll('webhook');
    expect(found.map(({ tenant }) => tenant)).toEqual(['a', "a' OR '1'='1", 'b']);
    expect(await documents.delete({ tenant: 'a', kind: 'dataset', prefix: '' })).toEqual(1);
    expect(await documents.count({ tenant: 'b', kind: 'dataset' })).toEqual(1);
    expect(await documents.count({ tenant: 'a', kind: 'webhook' })).toEqual(1);
    expect(await documents.list({ tenant: 'c', kind: 'dataset' })).toEqual([]);
  });

  check(
    'documents: what is out of bounds is refused as a RangeError, and nothing of its batch is written',
    async ({ documents }) => {
      const odd: Partial<StoredDocument>[] = [
        { id: '' },
        { id: 'x'.repeat(513) },
        { kind: 'Dataset' },
        { kind: 'data set' },
        { kind: '' },
        { value: JSON.stringify('é'.repeat(4 * 1024 * 1024)) },
        { dueAt: 1.5 },
        { createdAt: Number.NaN },
      ];
      for (const part of odd) {
        const outcome = await outcomeOf(documents.put([documentOf('fine'), documentOf('odd', part)]));
        expect(outcome, JSON.stringify(part).slice(0, 80)).toEqual('RangeError');
      }
      expect(await documents.count({ tenant: 'default', kind: 'dataset' })).toEqual(0);
      const longest = documentOf('x'.repeat(512), { value: JSON.stringify('x'.repeat(8 * 1024 * 1024 - 2)) });
      await documents.put([longest]);
      const [found] = await documents.get('default', 'dataset', [longest.id]);
      expect(found?.value.length).toEqual(8 * 1024 * 1024);
      const ids = Array.from({ length: 1001 }, (_, n) => String(n));
      expect(await outcomeOf(documents.get('default', 'dataset', ids))).toEqual('RangeError');
      for (const limit of [0, 1001, 1.5]) {
        expect(await outcomeOf(documents.list({ tenant: 'default', kind: 'dataset', limit }))).toEqual('RangeError');
        expect(await outcomeOf(documents.claim({ kind: 'dataset', now: START, leaseMs: 1, limit }))).toEqual(
          'RangeError',
        );
      }
    },
  );

  claimCases({ check, expect });
}

function claimCases({ check, expect }: StoreCases): void {
  check('claim: the longest due first, of all tenants, each until its lease ends', async ({ documents }) => {
    const due = (id: string, dueAt: number | null, tenant = 'a') => documentOf(id, { kind: 'delivery', tenant, dueAt });
    await documents.put([
      due('later', START + 500),
      due('third', START + 3),
      due('first', START + 1, 'b'),
      due('second', START + 2),
      due('never', null),
      documentOf('other kind', { kind: 'webhook', dueAt: START }),
    ]);
    const claim = async (now: number, limit = 10) => {
      const claimed = await documents.claim({ kind: 'delivery', now, leaseMs: 100, limit });
      return claimed.map(({ id, dueAt }) => [id, dueAt]);
    };
    expect(await claim(START)).toEqual([]);
    expect(await claim(START + 10, 2)).toEqual([
      ['first', START + 110],
      ['second', START + 110],
    ]);
    expect(await claim(START + 10, 2)).toEqual([['third', START + 110]]);
    expect(await claim(START + 109)).toEqual([]);
    // Nobody finished them: they are due again at the end of the lease; those of one time by tenant and id.
    expect(await claim(START + 110)).toEqual([
      ['second', START + 210],
      ['third', START + 210],
      ['first', START + 210],
    ]);
    const [found] = await documents.get('b', 'delivery', ['first']);
    expect(found).toEqual(due('first', START + 210, 'b'));
    await documents.put([due('second', null)]);
    await documents.delete({ tenant: 'b', kind: 'delivery', ids: ['first'] });
    expect(await claim(START + 600)).toEqual([
      ['third', START + 700],
      ['later', START + 700],
    ]);
  });

  check('claim: of several at once, each document is taken once', async ({ documents }) => {
    await documents.put(
      Array.from({ length: 200 }, (_, n) => documentOf(`d${n}`, { kind: 'delivery', dueAt: START + n })),
    );
    const claims = await Promise.all(
      Array.from({ length: 25 }, () =>
        documents.claim({ kind: 'delivery', now: START + 1_000, leaseMs: 1_000, limit: 9 }),
      ),
    );
    const ids = claims.flat().map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([200, 200]);
  });

  check('documents: stay when records are deleted', async (store) => {
    await store.append([recordRow(1)]);
    await store.documents.put([documentOf('kept')]);
    expect(await store.deleteBefore(START + 1_000 * HOUR)).toEqual(1);
    expect(await store.documents.get('default', 'dataset', ['kept'])).toEqual([documentOf('kept')]);
  });

  check('reopen: documents and names of properties are there', async (store, { reopen }) => {
    if (reopen === undefined) return;
    await store.documents.put([documentOf('kept', { dueAt: START })]);
    await store.append([recordRow(1, { properties: { env: 'x' } })]);
    const reopened = await reopen();
    expect(await reopened.documents.list({ tenant: 'default', kind: 'dataset' })).toEqual([
      documentOf('kept', { dueAt: START }),
    ]);
    expect(await reopened.propertyNames('default')).toEqual(['env']);
  });
}

function byId(a: StoredDocument, b: StoredDocument): number {
  return a.id < b.id ? -1 : 1;
}
