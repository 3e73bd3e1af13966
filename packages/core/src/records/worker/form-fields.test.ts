import { expect, test } from 'vitest';
import { formFields } from './form-fields.js';

const TYPE = 'multipart/form-data; boundary=----form-1';

/** Parts as clients send them: header lines, an empty line, the value. */
function form(...parts: [header: string, value: string][]): Buffer {
  const text = parts.map(
    ([header, value]) => `------form-1\r\nContent-Disposition: form-data; ${header}\r\n\r\n${value}\r\n`,
  );
  return Buffer.from(`${text.join('')}------form-1--\r\n`);
}

const file: [string, string] = ['name="file"; filename="a.wav"\r\nContent-Type: audio/wav', 'RIFF\r\n\r\nname="model"'];

test('text fields before and behind a file, which is none', () => {
  const bytes = form(
    ['name="model"', 'gpt-4o-transcribe'],
    file,
    ['name="stream"', 'true'],
    ['name="prompt"', 'Zoë 🦊'],
  );
  expect([...(formFields(TYPE, bytes) ?? [])]).toEqual([
    ['model', 'gpt-4o-transcribe'],
    ['stream', 'true'],
    ['prompt', 'Zoë 🦊'],
  ]);
  expect(formFields('Multipart/Form-Data;charset=utf-8; Boundary="----form-1"', bytes)?.get('model')).toBe(
    'gpt-4o-transcribe',
  );
});

test('with the middle of the file missing, too', () => {
  const bytes = form([file[0], 'RIFF'.repeat(300)], ['name="model"', 'whisper-1']);
  const cut = Buffer.concat([bytes.subarray(0, 300), bytes.subarray(700)]);
  expect(formFields(TYPE, cut)?.get('model')).toBe('whisper-1');
});

test.each([
  ['', 'no form'],
  ['application/json', '{}'],
  ['multipart/form-data', '--x'],
  [`multipart/form-data; boundary=${'x'.repeat(71)}`, '--x'],
])('%o is no form', (type, bytes) => {
  expect(formFields(type, Buffer.from(bytes))).toBe(null);
});

test.each([
  ['', 0],
  ['------form-1', 0],
  ['------form-1\r\nContent-Disposition: form-data; name="model"\r\n', 0],
  ['------form-1\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisp', 1],
  [`------form-1\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n${'a'.repeat(300)}\r\n------form-1--`, 0],
  ['------form-1'.repeat(100_000), 0],
])('a damaged form gives what it has: %#', (text, size) => {
  expect(formFields(TYPE, Buffer.from(text))?.size).toBe(size);
});
