// Webhooks that tenants make over REST, with receivers over sockets; and where they may not lead.
import type { StoredWebhook } from '@helicone-proxy/core';
import type { HeliconeProxyOptions } from '@helicone-proxy/node';
import { get } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { verifyWebhook } from '../../examples/webhook-receiver/verify-webhook.js';
import { CHAT_BODY, type ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { until } from '../rig/until.js';
import { startWebhookReceiver, type WebhookReceiver } from '../rig/webhook-receiver.js';

const started = startedHere();

async function start(): Promise<{ rig: ProxyRig; receiver: WebhookReceiver }> {
  const receiver = await startWebhookReceiver();
  started.running.push(receiver);
  const webhooks = [{ destination: receiver.url, hmacKey: 'a key' }];
  const rig = await started.rig(({ origin }) => ({
    providers: { openai: { baseUrl: origin } },
    records: { store: 'sqlite::memory:' },
    webhooks,
  }));
  return { rig, receiver };
}

describe('over REST', () => {
  const keys = {
    'key-a': { tenant: 'a' },
    'key-b': { tenant: 'b' },
    'pk-a': { tenant: 'a' },
    'log-a': { tenant: 'a', canRead: false },
  };
  const as = (key: string) => ({ authorization: `Bearer ${key}` });

  async function startOpen(options: HeliconeProxyOptions = {}) {
    const receiver = await startWebhookReceiver();
    started.running.push(receiver);
    const rig = await started.rig(({ origin }) => ({
      auth: { keys },
      providers: { openai: { baseUrl: origin } },
      records: { store: 'sqlite::memory:' },
      targets: { privateNetworks: true },
      ...options,
    }));
    const create = async (key: string, json: object): Promise<StoredWebhook> => {
      const { status, data, error } = await rig.rest('/v1/webhooks', { headers: as(key), json });
      expect([status, error]).toEqual([200, null]);
      return data as StoredWebhook;
    };
    return { rig, receiver, create };
  }

  test('a tenant makes one, is told of its own calls from then on, and no other tenant’s', async () => {
    const { rig, receiver, create } = await startOpen();
    await rig.chat({ 'helicone-auth': 'Bearer key-a', 'helicone-user-id': 'before' });
    await rig.proxy.flush();
    const made = await create('key-a', { destination: receiver.url, config: { sampleRate: 100, propertyFilters: [] } });
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      destination: receiver.url,
      version: 'v1',
      config: { sampleRate: 100, propertyFilters: [], includeData: true },
      hmac_key: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await rig.chat({ 'helicone-auth': 'Bearer key-b' });
    await rig.chat({ 'helicone-auth': 'Bearer key-a', 'helicone-user-id': 'after' });
    const delivered = await receiver.count(1);
    const [one] = delivered;
    expect(one?.payload).toMatchObject({ tenant: 'a', user_id: 'after' });
    expect(verifyWebhook(made.hmac_key, one?.headers ?? {}, one?.body ?? Buffer.alloc(0))).toBe(true);
    // Where REST was asked is where the bodies are.
    const bodies = await get(String(one?.payload.request_response_url));
    expect(JSON.parse(bodies.body.toString())).toMatchObject({ request: JSON.parse(CHAT_BODY) });
    await rig.proxy.close();
    expect(delivered).toHaveLength(1);
  });

  test('it sees, tries and deletes its own alone', async () => {
    const { rig, receiver, create } = await startOpen();
    const made = await create('key-a', {
      destination: receiver.url,
      config: { sampleRate: 50, propertyFilters: [{ key: 'Env', value: 'prod' }] },
      includeData: false,
    });
    const list = (key: string) => rig.rest('/v1/webhooks', { method: 'GET', headers: as(key) });
    expect(made.config).toEqual({
      sampleRate: 50,
      propertyFilters: [{ key: 'env', value: 'prod' }],
      includeData: false,
    });
    expect((await list('key-a')).data).toEqual([made]);
    expect((await list('key-b')).data).toEqual([]);
    for (const [method, path] of [
      ['DELETE', `/v1/webhooks/${made.id}`],
      ['POST', `/v1/webhooks/${made.id}/test`],
      ['POST', '/v1/webhooks/nothing/test'],
    ] as const) {
      expect((await rig.rest(path, { method, headers: as('key-b') })).status).toBe(404);
    }
    expect(receiver.delivered).toEqual([]);
    const tested = await rig.rest(`/v1/webhooks/${made.id}/test`, { headers: as('key-a') });
    expect(tested).toEqual({ status: 200, data: { success: true, status: 204, message: 'delivered' }, error: null });
    const [sample] = receiver.delivered;
    expect(verifyWebhook(made.hmac_key, sample?.headers ?? {}, sample?.body ?? Buffer.alloc(0))).toBe(true);
    expect((await rig.rest(`/v1/webhooks/${made.id}`, { method: 'DELETE', headers: as('key-a') })).status).toBe(200);
    expect((await list('key-a')).data).toEqual([]);
    await rig.chat({ 'helicone-auth': 'Bearer key-a', 'helicone-property-env': 'prod' });
    await rig.proxy.flush();
    await rig.proxy.close();
    expect(receiver.delivered).toHaveLength(1);
  });

  test('a try says what became of it', async () => {
    const { rig, receiver, create } = await startOpen();
    const { id } = await create('key-a', { destination: receiver.url });
    const tryIt = async () => (await rig.rest(`/v1/webhooks/${id}/test`, { headers: as('key-a') })).data;
    receiver.answer = 500;
    expect(await tryIt()).toEqual({ success: false, status: 500, message: 'the receiver answered 500' });
    receiver.answer = (_one, res) => res.writeHead(302, { location: receiver.url }).end();
    expect(await tryIt()).toEqual({ success: false, status: 302, message: 'the receiver answered 302' });
    receiver.answer = (_one, res) => res.destroy();
    const reset = 'the receiver closed the connection before its answer was complete';
    expect(await tryIt()).toEqual({ success: false, status: null, message: reset });
    await receiver.down();
    expect(await tryIt()).toEqual({ success: false, status: null, message: 'the receiver could not be reached' });
    expect(receiver.delivered).toHaveLength(3);
  });

  test('keys that may not read may do none of it', async () => {
    const { rig, receiver } = await startOpen();
    for (const key of ['pk-a', 'log-a']) {
      for (const [method, path, json] of [
        ['GET', '/v1/webhooks', undefined],
        ['POST', '/v1/webhooks', { destination: receiver.url }],
        ['DELETE', '/v1/webhooks/x', undefined],
        ['POST', '/v1/webhooks/x/test', undefined],
      ] as const) {
        expect((await rig.rest(path, { method, headers: as(key), json })).status, `${method} ${path}`).toBe(403);
      }
    }
  });

  test.each<[unknown, string]>([
    [{}, 'destination: '],
    [{ destination: 'nowhere' }, 'destination: must be an http(s) URL'],
    [{ destination: 'https://u:p@a.example/' }, 'destination: must not carry'],
    [{ destination: 'https://a.example', config: { sampleRate: 101 } }, 'config.sampleRate: '],
    [
      { destination: 'https://a.example', config: { propertyFilters: [{ key: 'a' }] } },
      'config.propertyFilters.0.value: ',
    ],
    [{ destination: 'https://a.example', config: { filters: [] } }, 'config.filters: unknown key'],
    [{ destination: 'https://a.example', includeData: 'yes' }, 'includeData: '],
    [{ destination: 'https://a.example', secret: 'x' }, 'secret: unknown key'],
  ])('%j: 400 that names the place', async (json, message) => {
    const { rig } = await startOpen();
    const { status, error } = await rig.rest('/v1/webhooks', { headers: as('key-a'), json });
    expect([status, error?.slice(0, message.length)]).toEqual([400, message]);
  });

  test('at most 20 a tenant, also when many are made at once', async () => {
    const { rig } = await startOpen();
    const make = (key: string) =>
      rig.rest('/v1/webhooks', { headers: as(key), json: { destination: 'https://a.example' } });
    const answers = await Promise.all(Array.from({ length: 25 }, () => make('key-a')));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(20).fill(200), ...Array(5).fill(400)]);
    expect((await make('key-b')).status).toBe(200);
  });
});

describe('private addresses', () => {
  test.each([
    'https://127.0.0.1:9/',
    'https://localhost:9/',
    'https://[::1]/',
    'https://10.0.0.1/',
    'http://a.example/',
  ])('%s is refused over REST', async (destination) => {
    const { rig, receiver } = await start();
    const { status, error } = await rig.rest('/v1/webhooks', { json: { destination } });
    expect([status, error]).toEqual([
      400,
      expect.stringMatching(/^destination: must (not be at a private|be an https)/),
    ]);
    expect(receiver.delivered).toEqual([]);
  });

  test('a name that leads to one is refused when something is sent', async () => {
    const { rig } = await start();
    const trap = await started.provider(() => {});
    const { port } = new URL(trap.origin);
    // As it would be after the name was bound to another address, or the options were changed.
    for (const [id, destination] of [
      ['name', `https://localhost:${port}/`],
      ['literal', `https://127.0.0.1:${port}/`],
    ] as const) {
      const value = {
        destination,
        hmacKey: 'k',
        sampleRate: 100,
        propertyFilters: [],
        includeData: true,
        apiUrl: null,
      };
      const document = {
        tenant: 'default',
        kind: 'webhook',
        id,
        value: JSON.stringify(value),
        dueAt: null,
        createdAt: 1,
      };
      await rig.proxy.records.documents.put([document]);
      const { data } = await rig.rest(`/v1/webhooks/${id}/test`);
      expect(data).toMatchObject({ success: false, status: null, message: expect.stringContaining('private address') });
    }
    await rig.chat();
    await until(15_000, 'the deliveries are tried', async () => {
      const waiting = await rig.proxy.records.documents.list({ tenant: 'default', kind: 'delivery' });
      return waiting.length === 2 && waiting.every(({ value }) => JSON.parse(value).tries > 0);
    });
    expect(trap.connections).toEqual([]);
  });
});
