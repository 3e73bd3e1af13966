import { expect, test } from 'vitest';
import type { CapturedBytes } from '../facts.js';
import { keptText } from './kept-text.js';

function at(type: string, total = 1000): CapturedBytes {
  return { offset: 0, length: total, headLength: total, total, type, encoding: '' };
}

function kept(decoded: Buffer, type: string, maxBytes = 1000): string {
  return Buffer.from(keptText(decoded, at(type), maxBytes)).toString();
}

test.each([
  '',
  'application/json',
  'Application/JSON; charset=utf-8',
  'application/problem+json',
  'text/event-stream',
  'text/plain',
  'application/xml',
  'application/x-ndjson',
  'application/x-www-form-urlencoded',
])('"%s" is kept as it is', (type) => {
  expect(kept(Buffer.from('{"a":"zoë"}'), type)).toBe('{"a":"zoë"}');
});

test.each([
  'audio/mpeg',
  'image/png',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'application/pdf',
])('of %s only what it was', (type) => {
  expect(JSON.parse(kept(Buffer.from('readable all the same'), type))).toEqual({ content_type: type, bytes: 1000 });
});

test('what says it is text but is not', () => {
  const body = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d, 0x20, 0x20, 0x20]);
  for (const type of ['application/json', '']) {
    expect(JSON.parse(kept(body, type))).toEqual({ content_type: type, bytes: 1000 });
  }
});

const CHARACTERS = 'aé€🦊';

test('cut between characters, at every length', () => {
  const whole = Buffer.from(CHARACTERS.repeat(3));
  for (let maxBytes = 0; maxBytes <= whole.length; maxBytes++) {
    const text = keptText(whole, at('text/plain'), maxBytes);
    expect(text.length).toBeLessThanOrEqual(maxBytes);
    expect(text.length).toBeGreaterThan(maxBytes - 4);
    expect(CHARACTERS.repeat(3).startsWith(new TextDecoder('utf-8', { fatal: true }).decode(text))).toBe(true);
  }
});

test('a body that the capture cut inside a character is text up to the character before', () => {
  const whole = Buffer.from(CHARACTERS.repeat(3));
  for (let end = 1; end <= whole.length; end++) {
    const text = keptText(whole.subarray(0, end), at('text/plain'), 1000);
    expect(
      CHARACTERS.repeat(3).startsWith(new TextDecoder('utf-8', { fatal: true }).decode(text)),
      `cut at ${end}`,
    ).toBe(true);
  }
});

test('nothing at all', () => {
  expect(kept(Buffer.alloc(0), 'application/json')).toBe('');
});
