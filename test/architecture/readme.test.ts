import { readFileSync } from 'node:fs';
import { HEADERS } from '@helicone-proxy/core';
import { expect, test } from 'vitest';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test.each(HEADERS)('the README says of $name what the table of the code says', ({ name, role, meaning }) => {
  const row = readme.split('\n').find((line) => line.toLowerCase().startsWith(`| \`${name}\` |`));
  expect(row?.split('|').map((cell) => cell.trim())).toEqual(['', expect.any(String), role, meaning, '']);
});

test('the README has no header that the code does not know', () => {
  const named = [...readme.matchAll(/^\| `(Helicone-[A-Za-z-]+\*?)` \|/gm)].map(([, name]) => name?.toLowerCase());
  expect(named.sort()).toEqual(HEADERS.map(({ name }) => name).sort());
});
