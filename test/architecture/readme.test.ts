import { readFileSync } from 'node:fs';
import { HEADERS } from '@helicone-proxy/core';
import { expect, test } from 'vitest';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const table = section('## Request headers').filter((line) => line.startsWith('| `'));

function section(title: string): string[] {
  const lines = readme.split('\n');
  const start = lines.indexOf(title);
  expect(start, title).toBeGreaterThan(0);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  return lines.slice(start + 1, start + 1 + length);
}

test.each(HEADERS)('the README says of $name what the table of the code says', (header) => {
  const row = table.find((line) => line.toLowerCase().startsWith(`| \`${header.name}\` |`));
  const cells = row?.split('|').map((cell) => cell.trim());
  const { type, default: otherwise, role, meaning } = header;
  expect(cells).toEqual(['', expect.any(String), type.takes, otherwise, role, meaning, '']);
});

test('the README has no header that the code does not know', () => {
  const named = table.map((line) => /^\| `([A-Za-z-]+\*?)` \|/.exec(line)?.[1]?.toLowerCase());
  expect(named.sort()).toEqual(HEADERS.map(({ name }) => name).sort());
});

test.each([
  ['node', 'index.ts'],
  ['express', 'index.ts'],
  ['koa', 'index.ts'],
  ['fastify', 'index.ts'],
  ['nestjs', 'helicone-proxy.module.ts'],
  ['logger', 'async-logger.ts'],
  ['cli', 'index.ts'],
])('the README of packages/%s shows the example of its docstring', (folder, file) => {
  const read = (path: string): string =>
    readFileSync(new URL(`../../packages/${folder}/${path}`, import.meta.url), 'utf8');
  const example = /@example\n( \* ```ts\n[\s\S]*? \* ```)/.exec(read(`src/${file}`))?.[1]?.replace(/^ \* ?/gm, '');
  expect(example).toContain('helicone');
  expect(read('README.md')).toContain(example);
});

test('the README shows how deliveries of webhooks are checked as the example does it', () => {
  const path = 'examples/webhook-receiver/verify-webhook.ts';
  const sample = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  expect(sample).toContain('export function verifyWebhook');
  expect(section('## Webhooks').join('\n')).toContain(`\n\`\`\`ts\n${sample}\`\`\`\n`);
});
