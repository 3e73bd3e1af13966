import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasDotSegment, splitPath } from './request-path.js';

test.each([
  ['/openai/v1/models', 'openai', '/v1/models'],
  ['/openai/', 'openai', '/'],
  ['/openai', 'openai', '/'],
  ['/', '', '/'],
  ['//v1', '', '/v1'],
  ['/openai//v1', 'openai', '//v1'],
  ['/op%65nai/v1', 'op%65nai', '/v1'],
])('%s leads to "%s" and %s', (path, name, rest) => {
  expect(splitPath(path)).toEqual({ name, rest });
});

const DOTS = ['.', '%2e', '%2E'];
const SEPARATORS = ['/', '%2f', '%2F', '\\', '%5c', '%5C'];
const SEGMENTS = [...DOTS, ...DOTS.flatMap((first) => DOTS.map((second) => first + second))];

test('a dot segment is found in every spelling, wherever it stands', () => {
  for (const segment of SEGMENTS) {
    for (const before of SEPARATORS) {
      expect(hasDotSegment(`/v1${before}${segment}`), `/v1${before}${segment}`).toBe(true);
      for (const after of SEPARATORS) {
        expect(hasDotSegment(`/v1${before}${segment}${after}models`), `${before}${segment}${after}`).toBe(true);
      }
    }
    expect(hasDotSegment(`/${segment}`)).toBe(true);
  }
});

test.each([
  '/',
  '/v1/models',
  '/v1/.well-known',
  '/v1/a..b',
  '/v1/...',
  '/v1/..a',
  '/v1/a%2eb',
  '/v1/%2e%2e%2e',
  '/v1/gpt-4.1',
  '/a%20b',
  '//',
])('%s has none', (path) => {
  expect(hasDotSegment(path)).toBe(false);
});

/** Pieces of paths, those that a URL parser gives a meaning among them. */
const piece = fc.constantFrom(
  '.',
  '..',
  '%2e',
  '%2E',
  '/',
  '\\',
  '%2f',
  '%2F',
  '%5c',
  '%25',
  '%',
  'v1',
  'a',
  ';',
  ':',
  '*',
);
const path = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);

test('property: a path without dot segments stays below its base in the eyes of a URL parser', () => {
  fc.assert(
    fc.property(path, (rest) => {
      if (hasDotSegment(rest)) return;
      const { pathname } = new URL(`https://provider.example/base${rest}`);
      expect(pathname).toBe(`/base${rest.replaceAll('\\', '/')}`);
    }),
    { numRuns: 2000 },
  );
});

test('property: a server that decodes the path once finds no way up either', () => {
  fc.assert(
    fc.property(path, (rest) => {
      if (hasDotSegment(rest)) return;
      const decoded = rest.replace(/%2e|%2f|%5c/gi, decodeURIComponent).replaceAll('\\', '/');
      expect(decoded.split('/').filter((segment) => segment === '.' || segment === '..')).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
