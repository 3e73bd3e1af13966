import { expect, test } from 'vitest';
import { resolveWebhooks, type WebhookOptions } from './webhook-options.js';

const ONE: WebhookOptions = { destination: 'https://a.example/hook?x=1', hmacKey: 'secret' };

test('defaults', () => {
  expect(resolveWebhooks(undefined)).toEqual([]);
  expect(resolveWebhooks([ONE])).toEqual([
    {
      id: expect.stringMatching(/^option-[0-9a-f]{16}$/),
      tenant: null,
      destination: 'https://a.example/hook?x=1',
      hmacKey: 'secret',
      sampleRate: 100,
      propertyFilters: [],
      includeData: true,
      apiUrl: null,
      trusted: true,
    },
  ]);
});

test('all of it', () => {
  const [webhook] = resolveWebhooks([
    {
      destination: 'http://127.0.0.1:9/hook',
      hmacKey: 'secret',
      sampleRate: 0.5,
      propertyFilters: [{ key: 'Env', value: 'Prod' }],
      includeData: false,
      tenant: 'acme',
      publicUrl: 'https://app.example/helicone/?x#y',
    },
  ]);
  expect(webhook).toMatchObject({
    tenant: 'acme',
    sampleRate: 0.5,
    propertyFilters: [{ key: 'env', value: 'Prod' }],
    includeData: false,
    apiUrl: 'https://app.example/helicone/api',
  });
});

test('the id stays with what the webhook is for, and says nothing of its key', () => {
  const idOf = (given: Partial<WebhookOptions>) => resolveWebhooks([{ ...ONE, ...given }])[0]?.id;
  const same = idOf({});
  for (const given of [{ hmacKey: 'other' }, { sampleRate: 1 }, { includeData: false }]) expect(idOf(given)).toBe(same);
  const others = [
    idOf({ destination: 'https://a.example/other' }),
    idOf({ tenant: 'a' }),
    idOf({ propertyFilters: [{ key: 'a', value: 'b' }] }),
  ];
  expect(new Set([same, ...others]).size).toBe(4);
});

test.each<[unknown, string]>([
  [{}, 'webhooks: '],
  [[null], 'webhooks[0]: '],
  [[{ ...ONE, retries: 1 }], 'webhooks[0]: unknown key "retries"'],
  [[{ hmacKey: 'a' }], 'webhooks[0].destination: '],
  [[{ ...ONE, destination: 'ftp://a.example' }], 'webhooks[0].destination: '],
  [[{ ...ONE, destination: 'https://u:p@a.example' }], 'webhooks[0].destination: '],
  [[{ ...ONE, destination: `https://a.example/${'a'.repeat(2048)}` }], 'webhooks[0].destination: '],
  [[{ destination: ONE.destination }], 'webhooks[0].hmacKey: '],
  [[{ ...ONE, hmacKey: '' }], 'webhooks[0].hmacKey: '],
  [[{ ...ONE, sampleRate: 101 }], 'webhooks[0].sampleRate: '],
  [[{ ...ONE, sampleRate: Number.NaN }], 'webhooks[0].sampleRate: '],
  [[{ ...ONE, propertyFilters: {} }], 'webhooks[0].propertyFilters: '],
  [[{ ...ONE, propertyFilters: [{ key: 'a' }] }], 'webhooks[0].propertyFilters[0].value: '],
  [[{ ...ONE, propertyFilters: [{ key: 'a', value: 'b', op: 'c' }] }], 'webhooks[0].propertyFilters[0]: unknown key'],
  [[{ ...ONE, includeData: 'yes' }], 'webhooks[0].includeData: '],
  [[{ ...ONE, tenant: 1 }], 'webhooks[0].tenant: '],
  [[{ ...ONE, publicUrl: '/helicone' }], 'webhooks[0].publicUrl: '],
  [[ONE, { ...ONE, hmacKey: 'other' }], 'webhooks[1]: the same as webhooks[0]'],
])('%j is refused by name', (given, message) => {
  expect(() => resolveWebhooks(given as WebhookOptions[])).toThrow(message);
});
