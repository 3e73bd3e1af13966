import { describe, expect, test } from 'vitest';
import { findMedia, mediaHeaders } from './media.js';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const WAV = Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1').toString('base64');
const TEXT = Buffer.from('hello').toString('base64');

describe('media of bodies', () => {
  test.each<[string, unknown, string, string]>([
    [
      'a data URL of OpenAI',
      { content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }] },
      'image/png',
      PNG,
    ],
    [
      'a data URL as text',
      { input: [{ type: 'input_image', image_url: `data:image/JPEG;base64,${PNG}` }] },
      'image/jpeg',
      PNG,
    ],
    [
      'a data URL with parameters',
      { file: { file_data: `data:text/plain;charset=utf-8;base64,${TEXT}` } },
      'text/plain',
      TEXT,
    ],
    ['a data URL without a type', `data:;base64,${PNG}`, 'image/png', PNG],
    ['input_audio', { input_audio: { data: WAV, format: 'wav' } }, 'audio/wav', WAV],
    ['a spoken answer', { audio: { id: 'a', data: WAV, transcript: 'hi', expires_at: 1 } }, 'audio/wav', WAV],
    ['b64_json', { data: [{ b64_json: PNG }] }, 'image/png', PNG],
    ['a generated image', { output: [{ type: 'image_generation_call', result: PNG }] }, 'image/png', PNG],
    ['Anthropic', { source: { type: 'base64', media_type: 'application/pdf', data: TEXT } }, 'application/pdf', TEXT],
    ['Gemini', { parts: [{ inlineData: { mimeType: 'image/webp', data: PNG } }] }, 'image/webp', PNG],
    ['Gemini, other spelling', { parts: [{ inline_data: { mime_type: 'video/mp4', data: TEXT } }] }, 'video/mp4', TEXT],
    [
      'a type that is none',
      { source: { media_type: 'image/png\r\nx: y', data: TEXT } },
      'application/octet-stream',
      TEXT,
    ],
  ])('%s', (_, body, type, base64) => {
    expect(findMedia({ request_body: body, response_body: null })).toEqual([{ type, base64 }]);
    expect(findMedia({ request_body: null, response_body: body })).toEqual([{ type, base64 }]);
  });

  test.each<[string, unknown]>([
    ['text', 'hello'],
    ['an address', { image_url: { url: 'https://example.com/cat.png' } }],
    ['a data URL without base64', { url: 'data:image/svg+xml,<svg onload=alert(1)>' }],
    ['a data URL that is empty', { url: 'data:image/png;base64,' }],
    ['a data URL that is no base64', { url: 'data:image/png;base64,<script>' }],
    ['data of something else', { data: 'aGVsbG8=' }],
    ['data of a format that is none', { data: 'aGVsbG8=', format: 'constructor' }],
    ['nothing', null],
    ['no body', undefined],
  ])('none in %s', (_, body) => {
    expect(findMedia({ request_body: body, response_body: body })).toEqual([]);
  });

  test('in order of appearance, the request’s first', () => {
    const image = (n: number) => ({ image_url: { url: `data:image/x-${n};base64,${TEXT}` } });
    const bodies = {
      request_body: { messages: [[image(1)], { content: image(2), z: image(3) }] },
      response_body: [image(4)],
    };
    expect(findMedia(bodies).map(({ type }) => type)).toEqual(['image/x-1', 'image/x-2', 'image/x-3', 'image/x-4']);
  });

  test('bodies nested deeper than the stack, and with more media than anybody looks at', () => {
    let deep: unknown = { b64_json: PNG };
    for (let n = 0; n < 100_000; n++) deep = [deep];
    expect(findMedia({ request_body: deep })).toHaveLength(1);
    const many = Array.from({ length: 1200 }, () => ({ b64_json: PNG }));
    expect(findMedia({ request_body: many })).toHaveLength(1000);
  });

  test('a body with more keys than a call takes arguments', () => {
    const wide = Object.fromEntries(Array.from({ length: 150_000 }, (_, n) => [`k${n}`, n]));
    expect(findMedia({ request_body: { ...wide, image: { b64_json: PNG } } })).toHaveLength(1);
  });

  test('text that is nearly base64 takes no long time', () => {
    const spaces = ' '.repeat(1_000_000);
    const started = performance.now();
    expect(findMedia({ request_body: [`data:image/png;base64,${spaces}!`, { b64_json: `${spaces}!` }] })).toEqual([]);
    expect(findMedia({ request_body: { b64_json: `${PNG}\n \n` } })).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('headers of media', () => {
  test.each([
    ['image/png', 'image/png', 'inline'],
    ['audio/wav', 'audio/wav', 'inline'],
    ['video/mp4', 'video/mp4', 'inline'],
    ['application/pdf', 'application/pdf', 'inline'],
    ['image/svg+xml', 'application/octet-stream', 'attachment'],
    ['text/html', 'application/octet-stream', 'attachment'],
    ['application/pdf+xml', 'application/octet-stream', 'attachment'],
    ['application/xhtml+xml', 'application/octet-stream', 'attachment'],
  ])('%s', (type, served, disposition) => {
    expect(mediaHeaders(type)).toEqual({
      'content-type': served,
      'content-disposition': disposition,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
    });
  });
});
