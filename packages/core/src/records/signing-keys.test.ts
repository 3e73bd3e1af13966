import { expect, test } from 'vitest';
import type { DocumentStore, StoredDocument } from './documents.js';
import { createSigningKeys } from './signing-keys.js';

/** Documents of one kind in memory; counts how often they were read. */
function memoryDocuments() {
  const kept = new Map<string, StoredDocument>();
  const seen = { lists: 0 };
  const store: Pick<DocumentStore, 'put' | 'list'> = {
    async put(documents) {
      for (const one of documents) kept.set(one.id, one);
    },
    async list() {
      seen.lists += 1;
      return [...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
  return { kept, seen, documents: () => store as DocumentStore };
}

test('a key is made once, and is the same afterwards', async () => {
  const { kept, documents } = memoryDocuments();
  const key = await createSigningKeys(documents).key();
  expect(key).toMatch(/^[\w-]{43}$/);
  expect(await createSigningKeys(documents).key()).toBe(key);
  const [document] = [...kept.values()];
  expect([kept.size, document?.tenant, document?.kind, document?.dueAt]).toEqual([1, '', 'signing-key', null]);
});

test('questions at the same moment make one key', async () => {
  const { kept, documents } = memoryDocuments();
  const keys = createSigningKeys(documents);
  const [a, b] = await Promise.all([keys.key(), keys.key()]);
  expect([a, kept.size]).toEqual([b, 1]);
});

test('two processes that make one at once: both take what either has signed, and agree from then on', async () => {
  const { kept, documents } = memoryDocuments();
  let now = 0;
  const [one, other] = [createSigningKeys(documents, () => now), createSigningKeys(documents, () => now)];
  const [mine, theirs] = await Promise.all([one.key(), other.key()]);
  expect(kept.size).toBe(2);
  now += 10_000;
  expect(await one.some((key) => key === theirs)).toBe(true);
  expect(await other.some((key) => key === mine)).toBe(true);
  now += 10_000;
  expect(await one.key()).toBe(await other.key());
});

test('wrong links do not reach the store again and again', async () => {
  const { seen, documents } = memoryDocuments();
  let now = 0;
  const keys = createSigningKeys(documents, () => now);
  await keys.key();
  const before = seen.lists;
  for (let n = 0; n < 100; n++) expect(await keys.some(() => false)).toBe(false);
  expect(seen.lists).toBe(before);
  now += 10_000;
  for (let n = 0; n < 100; n++) expect(await keys.some(() => false)).toBe(false);
  expect(seen.lists).toBe(before + 1);
});

test('a store that fails is asked again', async () => {
  const { documents } = memoryDocuments();
  let broken = true;
  const keys = createSigningKeys(() => {
    if (broken) throw new Error('no disk');
    return documents();
  });
  await expect(keys.key()).rejects.toThrow('no disk');
  broken = false;
  expect(await keys.key()).toMatch(/^[\w-]{43}$/);
});
