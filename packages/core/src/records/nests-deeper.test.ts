import { expect, test } from 'vitest';
import { nestsDeeper } from './nests-deeper.js';

const lists = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

test.each<[string, number, boolean]>([
  ['', 3, false],
  [lists(3), 3, false],
  [lists(4), 3, true],
  [`{"a":{"b":${lists(2)}}}`, 3, true],
  [`{"a":{"b":${lists(1)}}}`, 3, false],
  [`[${Array(50).fill(lists(2)).join(',')}]`, 3, false],
  [`["${'['.repeat(50)}"]`, 3, false],
  [`["\\"${'['.repeat(50)}"]`, 3, false],
  [`["\\\\",${lists(3)}]`, 3, true],
  [`["no end ${lists(50)}`, 3, false],
])('%s deeper than %i: %s', (json, levels, expected) => {
  expect(nestsDeeper(json, levels)).toBe(expected);
});

test('a long text of backslashes takes no long time', () => {
  const started = performance.now();
  expect(nestsDeeper(`["${'\\'.repeat(1_000_000)}"]`, 3)).toBe(false);
  expect(nestsDeeper(`["${'\\"'.repeat(500_000)}"]`, 3)).toBe(false);
  expect(performance.now() - started).toBeLessThan(10_000);
});
