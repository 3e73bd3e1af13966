import { recordRow } from '@helicone-proxy/testkit';
import { expect, test, vi } from 'vitest';
import type { DocumentStore, StoredDocument } from '../records/documents.js';
import { HostDeliveries } from './host-deliveries.js';
import type { Webhook } from './webhook.js';

const START = Date.UTC(2026, 0, 1);
const WEBHOOK: Webhook = {
  id: 'option-a',
  tenant: null,
  destination: 'https://a.example/',
  hmacKey: 'k',
  sampleRate: 100,
  propertyFilters: [],
  includeData: true,
  apiUrl: null,
  trusted: true,
};

function fakeDocuments() {
  const kept = new Map<string, StoredDocument>();
  const documents = {
    put: vi.fn(async (all: readonly StoredDocument[]) => {
      for (const document of all) kept.set(document.id, document);
    }),
    list: async ({ kind, limit = 100 }: { kind: string; limit?: number }) =>
      [...kept.values()].filter((document) => document.kind === kind).slice(0, limit),
    count: async ({ kind }: { kind: string }) => [...kept.values()].filter((document) => document.kind === kind).length,
    delete: async ({ ids }: { ids: readonly string[] }) => ids.filter((id) => kept.delete(id)).length,
  };
  return { documents, kept, store: { documents: documents as unknown as DocumentStore } };
}

test('deliveries are written once, though the store asks for the same rows again', async () => {
  const { documents, kept, store } = fakeDocuments();
  const deliveries = new HostDeliveries(store, [WEBHOOK], () => START);
  const rows = [recordRow(1), recordRow(2, { quiet: true })];
  expect(await deliveries.add(rows)).toEqual({ added: 1, dropped: 0 });
  expect([...kept.keys()]).toEqual([`${recordRow(1).id}/option-a`]);
  // The store failed behind this, and the delivery has been sent meanwhile.
  kept.clear();
  expect(await deliveries.add([...rows, recordRow(3)])).toEqual({ added: 1, dropped: 0 });
  expect([...kept.keys()]).toEqual([`${recordRow(3).id}/option-a`]);
  expect(documents.put).toHaveBeenCalledTimes(2);
});

test('what could not be written is written with the next try', async () => {
  const { documents, kept, store } = fakeDocuments();
  const deliveries = new HostDeliveries(store, [WEBHOOK], () => START);
  documents.put.mockRejectedValueOnce(new Error('down'));
  const rows = [recordRow(1)];
  await expect(deliveries.add(rows)).rejects.toThrow('down');
  expect(await deliveries.add(rows)).toEqual({ added: 1, dropped: 0 });
  expect(kept.size).toBe(1);
});

test('the oldest go when too many wait', async () => {
  const { kept, store } = fakeDocuments();
  const deliveries = new HostDeliveries(store, [WEBHOOK], () => START);
  const rows = Array.from({ length: 10_003 }, (_, n) => recordRow(n));
  expect(await deliveries.add(rows)).toEqual({ added: 10_003, dropped: 3 });
  expect(kept.size).toBe(10_000);
  expect(kept.has(`${recordRow(2).id}/option-a`)).toBe(false);
  expect(kept.has(`${recordRow(3).id}/option-a`)).toBe(true);
});

test('a store without documents keeps none', async () => {
  const deliveries = new HostDeliveries({} as { documents: DocumentStore }, [WEBHOOK], () => START);
  expect(await deliveries.add([recordRow(1)])).toEqual({ added: 0, dropped: 0 });
});
