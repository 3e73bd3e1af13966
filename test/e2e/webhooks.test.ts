// Webhooks of the options and of tenants, with receivers over sockets: what is told, to whom, signed how.
import { createHash, createHmac } from 'node:crypto';
import type { WebhookOptions } from '@helicone-proxy/core';
import type { HeliconeProxyOptions } from '@helicone-proxy/node';
import { get } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { verifyHelicone, verifyWebhook } from '../../examples/webhook-receiver/verify-webhook.js';
import { CHAT_ANSWER, CHAT_BODY, type ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { startWebhookReceiver, type WebhookReceiver } from '../rig/webhook-receiver.js';
import { startChildApp } from './child-app.js';
import { EXAMPLES } from './example-app.js';

const folders = temporaryFolders();
const started = startedHere();
const KEY = 'the-secret-of-the-receiver';

async function start(
  hook: Partial<WebhookOptions> = {},
  options: HeliconeProxyOptions = {},
): Promise<{ rig: ProxyRig; receiver: WebhookReceiver }> {
  const receiver = await startWebhookReceiver();
  started.running.push(receiver);
  const rig = await started.rig(({ origin }) => ({
    providers: { openai: { baseUrl: origin } },
    records: { store: 'sqlite::memory:' },
    webhooks: [{ destination: receiver.url, hmacKey: KEY, ...hook }],
    ...options,
  }));
  return { rig, receiver };
}

describe('a delivery', () => {
  test('says what Helicone’s says, and is signed twice', async () => {
    const { rig, receiver } = await start();
    const answer = await rig.chat({ 'helicone-user-id': 'ada', 'helicone-property-Env': 'prod' });
    const [one] = await receiver.count(1);
    const [record] = await rig.records();
    expect(one?.path).toBe('/hook?from=helicone');
    expect(one?.payload).toEqual({
      request_id: answer.header('helicone-id'),
      request_body: CHAT_BODY,
      response_body: CHAT_ANSWER,
      user_id: 'ada',
      id: record?.id,
      tenant: 'default',
      status: 200,
      outcome: 'success',
      model: 'gpt-4o-mini-2024-07-18',
      provider: 'openai',
      properties: { env: 'prod' },
      metadata: {
        cost: record?.cost_usd,
        promptTokens: 3,
        completionTokens: 2,
        totalTokens: 5,
        latencyMs: record?.delay_ms,
      },
    });
    expect(record?.cost_usd).toBeGreaterThan(0);
    const { headers, body } = one as NonNullable<typeof one>;
    expect(headers['content-type']).toBe('application/json');
    expect(headers['helicone-signature']).toBe(createHmac('sha256', KEY).update(body).digest('hex'));
    expect(headers['helicone-webhook-id']).toMatch(new RegExp(`^${record?.id}/option-`));
    expect(Math.abs(Number(headers['helicone-webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(10);
  });

  test('verifies as the example does it, and nothing else does', async () => {
    const { rig, receiver } = await start();
    await rig.chat();
    const [one] = await receiver.count(1);
    const { headers, body } = one as NonNullable<typeof one>;
    for (const verify of [verifyWebhook, verifyHelicone]) {
      expect(verify(KEY, headers, body)).toBe(true);
      expect(verify('another key', headers, body)).toBe(false);
      expect(verify(KEY, headers, Buffer.concat([body, Buffer.from(' ')]))).toBe(false);
      expect(verify(KEY, {}, body)).toBe(false);
    }
    expect(verifyWebhook(KEY, { ...headers, 'helicone-webhook-id': 'another' }, body)).toBe(false);
    const old = String(Number(headers['helicone-webhook-timestamp']) - 301);
    expect(verifyWebhook(KEY, { ...headers, 'helicone-webhook-timestamp': old }, body)).toBe(false);
    const signed = createHmac('sha256', KEY)
      .update(`${headers['helicone-webhook-id']}.${old}.`)
      .update(body)
      .digest('hex');
    const replayed = { ...headers, 'helicone-webhook-timestamp': old, 'helicone-webhook-signature': `v1=${signed}` };
    expect(verifyWebhook(KEY, replayed, body)).toBe(false);
  });

  test('is taken by the example, and by it alone with the right key', async () => {
    const script = new URL('webhook-receiver/server.ts', EXAMPLES);
    const child = startChildApp(script, { cwd: folders(), env: { PORT: '0', WEBHOOK_KEY: KEY } });
    started.running.push({
      async close() {
        child.kill('SIGKILL');
        await child.exited;
      },
    });
    const [, port] = await child.printed(/Waiting at http:\/\/localhost:(\d+)/);
    const destination = `http://127.0.0.1:${port}/`;
    const wrong = await start({ destination, hmacKey: 'another' });
    await wrong.rig.chat();
    await wrong.rig.proxy.flush();
    const { rig } = await start({ destination });
    const answer = await rig.chat();
    await child.printed(
      new RegExp(`${answer.header('helicone-id')} gpt-4o-mini-2024-07-18 200 5 tokens [0-9.e-]+ USD`),
    );
    expect(child.output().match(/tokens/g)).toHaveLength(1);
    const waiting = await wrong.rig.proxy.records.documents.count({ tenant: 'default', kind: 'delivery' });
    expect(waiting).toBe(1);
  });

  test('is made of failed, refused and cached calls alike, and of logged ones', async () => {
    const { rig, receiver } = await start();
    const cached = { 'helicone-cache-enabled': 'true' };
    await rig.chat(cached);
    await rig.chat(cached);
    await rig.chat({ 'helicone-ratelimit-policy': 'nonsense' });
    const requestId = crypto.randomUUID();
    const timing = {
      startTime: { seconds: 1_700_000_000, milliseconds: 0 },
      endTime: { seconds: 1_700_000_001, milliseconds: 0 },
    };
    const log = {
      providerRequest: {
        url: 'custom-model-nopath',
        json: { model: 'mine', input: 'x' },
        meta: { 'Helicone-Request-Id': requestId },
      },
      providerResponse: { json: { output: 'y' }, status: 200, headers: {} },
      timing,
    };
    const headers = { 'content-type': 'application/json' };
    expect(await rig.get('/api/custom/v1/log', { headers, body: JSON.stringify(log) })).toMatchObject({ status: 200 });
    const delivered = await receiver.count(4);
    const outcomes = delivered.map(({ payload }) => payload.outcome);
    expect(outcomes.sort()).toEqual(['blocked', 'success', 'success', 'success']);
    expect(delivered.map(({ payload }) => payload.request_id)).toContain(requestId);
  });

  test('carries only what the record keeps', async () => {
    const { rig, receiver } = await start(
      {},
      {
        records: {
          store: 'sqlite::memory:',
          redact(record) {
            record.requestBody = record.requestBody?.replaceAll('hi', '[gone]') ?? null;
          },
        },
      },
    );
    await rig.chat({ 'helicone-omit-response': 'true', authorization: 'Bearer sk-canary' });
    const [one] = await receiver.count(1);
    expect(one?.payload.request_body).toBe(CHAT_BODY.replace('hi', '[gone]'));
    expect(one?.payload.response_body).toBeNull();
    expect(JSON.stringify([one?.headers, one?.payload])).not.toContain('sk-canary');
  });

  test('has a link to the bodies where the address of the proxy is known', async () => {
    const receiver = await startWebhookReceiver();
    started.running.push(receiver);
    const rig = await started.rig(({ origin }) => ({
      providers: { openai: { baseUrl: origin } },
      records: { store: 'sqlite::memory:' },
      webhooks: [{ destination: receiver.url, hmacKey: KEY, publicUrl: 'http://app.example/helicone/' }],
    }));
    await rig.chat();
    const [one] = await receiver.count(1);
    const link = String(one?.payload.request_response_url);
    expect(link).toMatch(/^http:\/\/app\.example\/helicone\/api\/v1\/request\//);
    const bodies = await get(link.replace('http://app.example/helicone', rig.url));
    expect(JSON.parse(bodies.body.toString())).toMatchObject({
      request: JSON.parse(CHAT_BODY),
      response: JSON.parse(CHAT_ANSWER),
    });
    expect(verifyHelicone(KEY, one?.headers ?? {}, one?.body ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('which calls', () => {
  test.each<[string, NonNullable<HeliconeProxyOptions['records']>]>([
    ['', {}],
    [', also where records are redacted', { redact: () => {} }],
  ])('none with Helicone-Webhook-Enabled: false%s', async (_title, records) => {
    const { rig, receiver } = await start({}, { records: { store: 'sqlite::memory:', ...records } });
    await rig.chat({ 'helicone-webhook-enabled': 'false' });
    await rig.chat({ 'helicone-user-id': 'second' });
    const delivered = await receiver.count(1);
    await rig.proxy.close();
    expect(delivered.map(({ payload }) => payload.user_id)).toEqual(['second']);
  });

  test('a value that is no flag is refused', async () => {
    const { rig } = await start();
    const { status, body } = await rig.chat({ 'helicone-webhook-enabled': 'maybe' });
    expect([status, JSON.parse(body.toString()).error.code]).toEqual([400, 'invalid_header']);
  });

  test('those that have all properties', async () => {
    const { rig, receiver } = await start({
      propertyFilters: [
        { key: 'Env', value: 'prod' },
        { key: 'team', value: 'x' },
      ],
    });
    await rig.chat({ 'helicone-property-env': 'prod' });
    await rig.chat({ 'helicone-property-env': 'prod', 'helicone-property-team': 'X' });
    await rig.chat({ 'helicone-property-ENV': 'prod', 'helicone-property-Team': 'x', 'helicone-user-id': 'fits' });
    const delivered = await receiver.count(1);
    await rig.proxy.close();
    expect(delivered.map(({ payload }) => payload.user_id)).toEqual(['fits']);
  });

  test('a sample of them', async () => {
    const { rig, receiver } = await start({ sampleRate: 40 });
    for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 10 }, () => rig.chat()));
    const records = await rig.records();
    expect(records).toHaveLength(100);
    const wanted = records.filter(({ id }) => {
      return (createHash('sha256').update(id).digest().readUInt32BE() / 2 ** 32) * 100 < 40;
    });
    expect(wanted.length).toBeGreaterThan(10);
    expect(wanted.length).toBeLessThan(80);
    const delivered = await receiver.count(wanted.length);
    await rig.proxy.close();
    expect(delivered.map(({ payload }) => payload.id).sort()).toEqual(wanted.map(({ id }) => id).sort());
  });

  test('one tenant’s, where the options name one', async () => {
    const auth = { keys: { 'key-a': { tenant: 'a' }, 'key-b': { tenant: 'b' } } };
    const { rig, receiver } = await start({ tenant: 'a' }, { auth });
    await rig.chat({ 'helicone-auth': 'Bearer key-b' });
    await rig.chat({ 'helicone-auth': 'Bearer key-a' });
    const delivered = await receiver.count(1);
    await rig.proxy.close();
    expect(delivered.map(({ payload }) => payload.tenant)).toEqual(['a']);
  });
});
