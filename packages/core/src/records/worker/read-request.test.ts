import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { CapturedBytes } from '../facts.js';
import { modelIn, type ReadRequest, readRequest } from './read-request.js';

const TYPE = 'application/json';

/** Reads a body that was kept whole. */
function read(body: string | Buffer, more: Partial<CapturedBytes> = {}, maxBytes = 1000): ReadRequest {
  const bytes = Buffer.from(body);
  const { length } = bytes;
  return readRequest(
    { offset: 0, length, headLength: length, total: length, type: TYPE, encoding: '', ...more },
    bytes,
    maxBytes,
  );
}

/** Reads a body of which `head` and `tail` were kept. */
function readCut(head: string | Buffer, tail: string, encoding = ''): ReadRequest {
  const bytes = Buffer.concat([Buffer.from(head), Buffer.from(tail)]);
  return read(bytes, { headLength: Buffer.from(head).length, total: bytes.length + 5000, encoding });
}

function text(kept: Uint8Array | null): string | null {
  return kept === null ? null : Buffer.from(kept).toString();
}

test('model, user and stream', () => {
  const body = '{"model":"gpt-4o","user":"ada","stream":true}';
  const { kept, ...facts } = read(body);
  expect(facts).toEqual({ model: 'gpt-4o', user: 'ada', stream: true, parsed: JSON.parse(body) });
  expect(text(kept)).toBe(body);
});

test('members of other types say nothing', () => {
  for (const body of ['{"model":5,"user":{},"stream":"true"}', '{"user":"","stream":1}', '{}']) {
    expect(read(body)).toMatchObject({ model: null, user: null, stream: false });
  }
});

test('what is no JSON object says nothing and is kept', () => {
  for (const body of ['[{"model":"gpt-4o"}]', '"model"', '{"model":"gpt-4o"', 'plain', 'null']) {
    const { kept, ...facts } = read(body);
    expect(facts).toEqual({ model: null, user: null, stream: false });
    expect(text(kept)).toBe(body);
  }
});

test('white space before the object does not hide it', () => {
  expect(read('\n  {"model":"gpt-4o"}').model).toBe('gpt-4o');
});

test('an encoded body is read and kept decoded', () => {
  const { model, kept } = read(gzipSync('{"model":"gpt-4o"}'), { encoding: 'gzip' });
  expect(model).toBe('gpt-4o');
  expect(text(kept)).toBe('{"model":"gpt-4o"}');
});

test('one that cannot be decoded', () => {
  expect(read('{"model":"gpt-4o"}', { encoding: 'gzip' })).toEqual({
    model: null,
    user: null,
    stream: false,
    kept: null,
  });
});

test('no body', () => {
  expect(readRequest(null, Buffer.alloc(0), 100)).toEqual({ model: null, user: null, stream: false, kept: null });
});

test('an upload is kept as a note', () => {
  const { model, kept } = read('--x\r\n...', { type: 'multipart/form-data; boundary=x' });
  expect(model).toBeNull();
  expect(JSON.parse(text(kept) as string)).toEqual({ content_type: 'multipart/form-data; boundary=x', bytes: 8 });
});

test('a cut body gives its model from either end, and its head as text', () => {
  const first = readCut('{"model":"gpt-4o","messages":["aaa', 'bbb"]}');
  expect(first.model).toBe('gpt-4o');
  expect(text(first.kept)).toBe('{"model":"gpt-4o","messages":["aaa');
  expect(readCut('{"messages":["aaa', 'bbb"],"model" : "claude"}').model).toBe('claude');
});

test('a cut body whose head ends inside a character is text up to the character before', () => {
  const head = Buffer.from('{"model":"gpt-4o","messages":["aé').subarray(0, -1);
  expect(text(readCut(head, 'bbb"]}').kept)).toBe('{"model":"gpt-4o","messages":["a');
});

test('of a cut body that is encoded, what its head says', () => {
  const long = Array.from({ length: 3000 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 0).join(' ');
  const encoded = gzipSync(`{"model":"gpt-4o","input":"${long}"}`);
  const bytes = Buffer.concat([encoded.subarray(0, 6000), encoded.subarray(-3000)]);
  const { model, kept } = read(bytes, { headLength: 6000, total: encoded.length, encoding: 'gzip' }, 100_000);
  expect(model).toBe('gpt-4o');
  expect(text(kept)?.startsWith('{"model":"gpt-4o","input":"')).toBe(true);
});

test('the model in a text that is not whole', () => {
  expect(modelIn('… "model":"a" … "model":"b"')).toBe('a');
  expect(modelIn('{"model" :\n "gpt-4o"')).toBe('gpt-4o');
  expect(modelIn('{"content":"\\"model\\":\\"x\\""')).toBeNull();
  expect(modelIn('{"model":"gpt')).toBeNull();
  expect(modelIn(`{"model":"${'x'.repeat(300)}"`)).toBeNull();
});
