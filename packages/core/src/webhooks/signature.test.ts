import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { signatureHeaders } from './signature.js';

const BODY = '{"request_id":"11111111-1111-4111-8111-111111111111","request_body":"{}","response_body":"{}"}';

test('Helicone’s own vector', () => {
  const headers = signatureHeaders('test-key', { id: 'a', timestamp: 1, body: BODY });
  expect(headers['helicone-signature']).toBe('3e20f47ef3f1e6483f361bcd162ff81b0a08d5f7b61e0d2ed66e6d8d7c73bbf4');
});

test('the second signature covers id and time too', () => {
  const headers = signatureHeaders('key', { id: 'r/w', timestamp: 1_700_000_000, body: 'Grüße' });
  const wanted = createHmac('sha256', 'key').update('r/w.1700000000.Grüße').digest('hex');
  expect(headers).toMatchObject({
    'helicone-webhook-id': 'r/w',
    'helicone-webhook-timestamp': '1700000000',
    'helicone-webhook-signature': `v1=${wanted}`,
  });
  const later = signatureHeaders('key', { id: 'r/w', timestamp: 1_700_000_001, body: 'Grüße' });
  expect(later['helicone-webhook-signature']).not.toBe(headers['helicone-webhook-signature']);
  expect(later['helicone-signature']).toBe(headers['helicone-signature']);
});
