import { expect, test } from 'vitest';
import { loggedSecrets } from './logged-secrets.js';
import type { AttributeValue } from './otlp/span.js';
import { spanAttributes } from './otlp/span-attributes.js';
import { spanSecrets } from './otlp/span-secrets.js';

test('in the URL, in meta, among the headers', () => {
  const url = 'https://user:pass-word@x.example/v1?key=query-key-1&alt=sse#frag-ment';
  const meta = { 'Helicone-Auth': 'Bearer helicone-key', 'Helicone-User-Id': 'somebody-else' };
  const headers = {
    Authorization: 'Bearer provider-key',
    'set-cookie': 'sid=0123456789',
    'X-Api-Key': ['listed-key', 7],
  };
  expect([...loggedSecrets(url, meta, headers)].sort()).toEqual([
    'helicone-key',
    'listed-key',
    'pass-word',
    'provider-key',
    'query-key-1',
  ]);
});

test('what is no log', () => {
  for (const given of [null, 1, 'x', [], { authorization: null }, JSON.parse('{"__proto__":{"authorization":"x"}}')]) {
    expect(loggedSecrets('custom-model-nopath', given)).toEqual([]);
  }
});

test('of a span', () => {
  const attributes = new Map<string, AttributeValue>([
    ['url.full', 'https://x.example/v1?key=query-key-1'],
    ['http.request.header.authorization', ['Bearer provider-key']],
    ['http.request.header.cookie', ['sid=0123456789']],
    ['llm.api_key', 'attribute-key'],
    ['gen_ai.request.model', 'gpt-4o-mini'],
    ['gen_ai.usage.input_tokens', '123456789'],
  ]);
  expect([...spanSecrets(spanAttributes({ attributes, events: [] }))].sort()).toEqual([
    '0123456789',
    'attribute-key',
    'provider-key',
    'query-key-1',
  ]);
  const query = new Map<string, AttributeValue>([['url.query', 'key=query-key-2']]);
  expect(spanSecrets(spanAttributes({ attributes: query, events: [] }))).toEqual(['query-key-2']);
});
