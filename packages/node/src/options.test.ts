import { expect, test } from 'vitest';
import { prefixBelow, withEnvironment } from './options.js';

test.each([
  // mount path, basePath, prefix
  ['', undefined, '/helicone'],
  ['/', undefined, '/helicone'],
  ['/llm', undefined, ''],
  ['', '/', ''],
  ['/llm', '/', ''],
  ['', '', ''],
  ['', '/proxy', '/proxy'],
  ['/llm', 'proxy', '/proxy'],
  ['', 'a/b/', '/a/b'],
  ['', '//a//', '/a'],
])('mounted at "%s" with basePath %j it answers below "%s"', (mountPath, basePath, prefix) => {
  expect(prefixBelow(mountPath, basePath)).toBe(prefix);
});

test('keys from the environment count when the options say nothing of auth', () => {
  expect(withEnvironment({ basePath: '/x' }, { HELICONE_API_KEY: 'sk-a' })).toEqual({
    basePath: '/x',
    auth: { keys: { 'sk-a': {} } },
  });
  expect(withEnvironment({}, { HELICONE_API_KEY: ' sk-a ,, pk-b,' })).toEqual({
    auth: { keys: { 'sk-a': {}, 'pk-b': {} } },
  });
});

test('auth in the options wins, and the options that were given are left as they are', () => {
  const options = { auth: { keys: { mine: {} } } };
  expect(withEnvironment(options, { HELICONE_API_KEY: 'sk-a' })).toBe(options);
  const open = {};
  withEnvironment(open, { HELICONE_API_KEY: 'sk-a' });
  expect(open).toEqual({});
});

test('without keys in the environment nothing changes', () => {
  const options = {};
  for (const HELICONE_API_KEY of [undefined, '', ' , '])
    expect(withEnvironment(options, { HELICONE_API_KEY })).toBe(options);
});
