import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assetMark, restoreAssets } from '../assets.js';
import type { RecordRow } from '../store.js';
import { cutMedia } from './cut-media.js';

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(3000)]).toString('base64');
const SOUND = randomBytes(2001).toString('base64');

function cut(request: string | null, response: string | null = null) {
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text));
  const row = { requestBody: bytes(request), responseBody: bytes(response) } as RecordRow;
  const { requestBody, responseBody, assets = [] } = cutMedia(row);
  const text = (body: Uint8Array | null) => (body === null ? '' : Buffer.from(body).toString());
  const byHash = new Map(assets.map((asset) => [asset.hash, asset.bytes]));
  const hashes = [...byHash.keys()];
  const back = (body: Uint8Array | null) => restoreAssets(text(body), hashes, (hash) => byHash.get(hash) ?? null);
  return { assets, request: text(requestBody), restored: [back(requestBody), back(responseBody)] };
}

describe('cut out', () => {
  test.each([
    ['a data URL', { image_url: { url: `data:image/png;base64,${PNG}` } }],
    ['input_audio', { input_audio: { data: SOUND, format: 'pcm16' } }],
    ['b64_json', { data: [{ b64_json: PNG }] }],
    ['a generated image', { type: 'image_generation_call', result: PNG }],
    ['Anthropic', { source: { type: 'base64', media_type: 'application/pdf', data: SOUND } }],
    ['Gemini', { inlineData: { mimeType: 'image/png', data: PNG } }],
    ['Bedrock', { image: { format: 'png', source: { bytes: PNG } } }],
    ['Imagen', { predictions: [{ bytesBase64Encoded: PNG }] }],
    ['a picture in a list', { images: [PNG] }],
  ])('%s', (_, body) => {
    const json = JSON.stringify({ before: 'é🦊', body, after: [1.0, 'x'] });
    const { assets, request, restored } = cut(json);
    expect(assets).toHaveLength(1);
    expect(request).toContain(assetMark(assets[0]?.hash ?? ''));
    expect(request.length).toBeLessThan(400);
    expect(restored[0]).toBe(json);
  });

  test('the same picture is one asset, wherever it stands', () => {
    const json = JSON.stringify([{ url: `data:image/png;base64,${PNG}` }, { data: PNG }]);
    const { assets, restored } = cut(json, json);
    expect(assets).toHaveLength(1);
    expect(restored).toEqual([json, json]);
  });

  test('one that a limit has cut comes back as it was', () => {
    for (let length = 2000; length < 2008; length++) {
      const text = `{"data":"${PNG.slice(0, length)}`;
      const { assets, restored } = cut(text);
      expect(assets).toHaveLength(1);
      expect(restored[0]).toBe(text);
    }
  });
});

test.each([
  ['words', { content: 'word '.repeat(1000) }],
  ['one long word', { content: 'a'.repeat(5000) }],
  ['a signature', { signature: SOUND }],
  ['encrypted reasoning', { encrypted_content: SOUND }],
  ['a short one', { data: SOUND.slice(0, 1000) }],
  ['for URLs', { data: `${SOUND.slice(0, 1000)}_-${SOUND.slice(0, 1000)}` }],
])('%s stays', (_, body) => {
  const json = JSON.stringify(body);
  expect(cut(json)).toMatchObject({ assets: [], request: json });
});

test('somebody’s text that looks like a mark stays, whoever’s asset it names', () => {
  const other = assetMark('0'.repeat(64));
  const json = JSON.stringify({ content: other, data: PNG });
  expect(cut(json).restored[0]).toBe(json);
});

test('a text with the mark of its own record’s media does not become them on reading, however often it stands there', () => {
  const hash = createHash('sha256').update(Buffer.from(PNG, 'base64')).digest('hex');
  const text = JSON.stringify({ content: assetMark(hash).repeat(1000) });
  const media = JSON.stringify({ data: PNG });
  expect(cut(text, media).restored).toEqual([text, media]);
  expect(cut(media, text).restored).toEqual([media, text]);
});

describe('media that a row brings', () => {
  const brought = { hash: 'a'.repeat(64), bytes: Buffer.from('brought') };
  const row = (text: string): RecordRow =>
    ({ requestBody: Buffer.from(text), responseBody: null, assets: [brought] }) as unknown as RecordRow;

  test('stay beside what is cut out', () => {
    const { assets, requestBody } = cutMedia(row(JSON.stringify([{ data: assetMark(brought.hash) }, { data: PNG }])));
    expect(assets?.map(({ bytes }) => bytes.length)).toEqual([7, 3008]);
    expect(requestBody?.length).toBeLessThan(300);
  });

  test('go with their marks', () => {
    expect(cutMedia(row('{"content":"[redacted]"}')).assets).toEqual([]);
  });
});

test('of 300 pictures some stay where they are, and all come back', () => {
  const pictures = Array.from({ length: 300 }, (_, n) => ({
    data: Buffer.alloc(900, `picture ${n}`).toString('base64'),
  }));
  const { assets, restored } = cut(JSON.stringify(pictures));
  expect([assets.length, restored[0]]).toEqual([256, JSON.stringify(pictures)]);
});

test('whatever stands around, it comes back as it was', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.uint8Array({ minLength: 700, maxLength: 3000 }).map((bytes) => {
      const base64 = Buffer.from(bytes).toString('base64');
      return `"data":"${base64}"`;
    }),
    fc.constantFrom('"', ';base64,', '=', PNG),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('').toWellFormed();
      expect(cut(text).restored[0]).toBe(text);
    }),
  );
});
