import { afterEach, expect, test } from 'vitest';
import { findSdks } from './find-sdks.js';

const { argv } = process;
afterEach(() => {
  process.argv = argv;
});

test.each([
  ['any argument, as behind `node -e`', ['word']],
  ['nothing', []],
])('the SDKs are found where in the place of a main file there is %s', (_, given) => {
  process.argv = [argv[0] as string, ...given];
  const failed: unknown[] = [];
  const found = findSdks((error) => failed.push(error));
  expect(new Set(found.map(({ sdk }) => sdk))).toEqual(new Set(['openai', 'anthropic', 'google']));
  expect(failed).toEqual([]);
});
