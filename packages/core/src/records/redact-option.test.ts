import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { type RedactOption, resolveRedactOption } from './redact-option.js';

test.each<[string | URL, string]>([
  [new URL('file:///app/redact.js'), 'file:///app/redact.js'],
  ['file:///app/redact.js', 'file:///app/redact.js'],
  ['./redact.js', pathToFileURL(resolve('redact.js')).href],
  ['../redact%20.js', pathToFileURL(resolve('../redact%20.js')).href],
  [resolve('/app/redact.js'), pathToFileURL(resolve('/app/redact.js')).href],
  ['@acme/redact', '@acme/redact'],
  ['redact/strict', 'redact/strict'],
])('%s', (module, expected) => {
  expect(resolveRedactOption({ module })).toEqual({ module: expected });
});

test('a function is taken as it is; without the option there is none', () => {
  const fn = () => {};
  expect(resolveRedactOption(fn)).toEqual({ fn });
  expect(resolveRedactOption(undefined)).toBe(null);
});

test.each<[unknown]>([
  [null],
  [true],
  ['./redact.js'],
  [{}],
  [{ module: '' }],
  [{ module: 1 }],
  [{ module: new URL('https://x.example/redact.js') }],
])('%o is refused', (option) => {
  expect(() => resolveRedactOption(option as RedactOption)).toThrow(/^records\.redact: /);
});
