import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { loadRedactModule } from './redact-module.js';

const folder = mkdtempSync(join(tmpdir(), 'helicone-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return pathToFileURL(path).href;
}

test('a default export', () => {
  const fn = loadRedactModule(file('esm.mjs', 'export default (record) => ({ ...record, userId: null });'));
  expect(fn({ userId: 'ada' } as never)).toEqual({ userId: null });
});

test('of CommonJS, also as compilers write it', () => {
  expect(loadRedactModule(file('plain.cjs', 'module.exports = () => 1;'))).toBeTypeOf('function');
  expect(loadRedactModule(file('compiled.cjs', 'exports.__esModule = true; exports.default = () => 1;'))).toBeTypeOf(
    'function',
  );
});

test('a package, from where the process was started', () => {
  expect(loadRedactModule('express')).toBeTypeOf('function');
});

test.each([
  ['no file', () => join(pathToFileURL(folder).href, 'none.mjs'), /none\.mjs/],
  ['no package', () => 'no-such-package-anywhere', /no-such-package-anywhere/],
  ['no default export', () => file('none-exported.mjs', 'export const redact = () => {};'), /default export/],
  ['a default export that is no function', () => file('object.mjs', 'export default {};'), /default export/],
  ['one that awaits at its top level', () => file('awaits.mjs', 'await 0; export default () => {};'), /await/],
  ['one that throws', () => file('throws.mjs', 'throw new Error("not today");'), /not today/],
  ['one that cannot be parsed', () => file('broken.mjs', 'export default ('), /./],
])('%s: says what is wrong', async (_what, module, message) => {
  expect(() => loadRedactModule(module())).toThrow(message);
});
