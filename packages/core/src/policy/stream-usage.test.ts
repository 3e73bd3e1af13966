import { expect, test } from 'vitest';
import { JsonBody } from './json-body.js';
import { withStreamUsage } from './stream-usage.js';

test.each<[string, string | null]>([
  [
    '{"model":"gpt-5", "temperature":1.0,"stream":true}',
    '{"model":"gpt-5", "temperature":1.0,"stream":true,"stream_options":{"include_usage":true}}',
  ],
  ['{"stream" : true, "stream_options": null}', '{"stream" : true, "stream_options": {"include_usage":true}}'],
  [
    '{"stream_options": { "include_obfuscation" : false } ,"stream":true}',
    '{"stream_options": { "include_obfuscation" : false,"include_usage":true } ,"stream":true}',
  ],
  ['{"stream":true,"stream_options":{}}', '{"stream":true,"stream_options":{"include_usage":true}}'],
  [
    '{"stream":true,"stream_options":{"include_usage":null,"é":"ü"}}',
    '{"stream":true,"stream_options":{"include_usage":true,"é":"ü"}}',
  ],
  ['{"stream":true,"stream_options":{"include_usage":true}}', null],
  ['{"stream":true,"stream_options":{"include_usage":false}}', null],
  ['{"stream":true,"stream_options":{"include_usage":"yes"}}', null],
  ['{"stream":true,"stream_options":"all"}', null],
  ['{"stream":true,"stream_options":[]}', null],
  ['{"stream":false}', null],
  ['{"stream":"true"}', null],
  ['{"model":"gpt-5"}', null],
  ['{}', null],
])('%s', (body, expected) => {
  const bytes = withStreamUsage(JsonBody.read(Buffer.from(body)) as JsonBody);
  expect(bytes === null ? null : Buffer.from(bytes).toString()).toBe(expected);
});
