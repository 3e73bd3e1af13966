import {
  type EngineRequest,
  InvalidWebhook,
  type RecordStore,
  type StoredWebhook,
  type Webhooks,
} from '@helicone-proxy/core';
import { expect, test, vi } from 'vitest';
import { createApi } from '../create-api.js';

const STORED: StoredWebhook = {
  id: 'w',
  created_at: '2026-01-01T00:00:00.000Z',
  destination: 'https://a.example/',
  version: 'v1',
  config: { sampleRate: 100, propertyFilters: [], includeData: true },
  hmac_key: 'k',
};

function webhooks(given: Partial<Webhooks> = {}): Webhooks {
  return {
    list: async () => [STORED],
    create: async () => STORED,
    remove: async () => true,
    test: async () => ({ success: true, status: 200, message: 'delivered' }),
    ...given,
  };
}

async function ask(known: Webhooks | undefined, method: string, path: string, json?: unknown) {
  const api = createApi({ records: {} as RecordStore, ...(known === undefined ? {} : { webhooks: known }) });
  const request: EngineRequest = {
    method,
    path,
    prefix: '/helicone',
    secure: true,
    query: '',
    headers: { host: 'app.example' },
    body: json === undefined ? null : Buffer.from(JSON.stringify(json)),
    signal: new AbortController().signal,
  };
  const { status, body } = await api.handle(request, () => ({ tenant: 'acme', canRead: true }));
  return { status, ...JSON.parse(Buffer.from(body as Uint8Array).toString()) };
}

test('what is asked for reaches the tenant’s webhooks, with defaults', async () => {
  const create = vi.fn(async () => STORED);
  const answer = await ask(webhooks({ create }), 'POST', '/v1/webhooks', { destination: 'https://a.example/' });
  expect(answer).toEqual({ status: 200, data: STORED, error: null });
  expect(create).toHaveBeenCalledWith('acme', {
    destination: 'https://a.example/',
    sampleRate: 100,
    propertyFilters: [],
    includeData: true,
    apiUrl: 'https://app.example/helicone/api',
  });
});

test.each([
  [{ includeData: false }, false],
  [{ config: { includeData: false } }, false],
  [{ includeData: true, config: { includeData: false } }, true],
])('%j: includeData %s', async (given, includeData) => {
  const create = vi.fn(async () => STORED);
  await ask(webhooks({ create }), 'POST', '/v1/webhooks', { destination: 'https://a.example/', ...given });
  expect(create).toHaveBeenCalledWith('acme', expect.objectContaining({ includeData }));
});

test('what cannot be made is 400, an outage is 503', async () => {
  const wrong = webhooks({ create: () => Promise.reject(new InvalidWebhook('destination: no')) });
  expect(await ask(wrong, 'POST', '/v1/webhooks', { destination: 'x' })).toEqual({
    status: 400,
    data: null,
    error: 'destination: no',
  });
  const down = webhooks({ create: () => Promise.reject(new Error('down')) });
  expect(await ask(down, 'POST', '/v1/webhooks', { destination: 'x' })).toMatchObject({ status: 503 });
});

test('what is not there is 404', async () => {
  const none = webhooks({ remove: async () => false, test: async () => null });
  expect(await ask(none, 'DELETE', '/v1/webhooks/x')).toEqual({ status: 404, data: null, error: 'No webhook x' });
  expect(await ask(none, 'POST', '/v1/webhooks/x/test')).toMatchObject({ status: 404 });
  expect(await ask(undefined, 'GET', '/v1/webhooks')).toMatchObject({ status: 404 });
});

test('the rest', async () => {
  expect(await ask(webhooks(), 'GET', '/v1/webhooks')).toMatchObject({ status: 200, data: [STORED] });
  expect(await ask(webhooks(), 'DELETE', '/v1/webhooks/w')).toEqual({ status: 200, data: null, error: null });
  expect(await ask(webhooks(), 'POST', '/v1/webhooks/w/test')).toMatchObject({ data: { success: true } });
});
