import fc from 'fast-check';
import { expect, test } from 'vitest';
import { overrideBody } from './body-override.js';
import { JsonBody } from './json-body.js';

function overridden(body: string, override: Record<string, unknown>): string {
  const json = JsonBody.read(Buffer.from(body)) as JsonBody;
  return Buffer.from(overrideBody(json, override) as Uint8Array).toString();
}

test.each<[string, Record<string, unknown>, string]>([
  ['{"model":"a","n": 1.0}', { model: 'b' }, '{"model":"b","n": 1.0}'],
  ['{ "a" : 1}', { b: [1] }, '{ "a" : 1,"b":[1]}'],
  ['{"m":{"x":1,"y":{"z":2}}}', { m: { y: { w: 3 } } }, '{"m":{"x":1,"y":{"z":2,"w":3}}}'],
  ['{"m":[1,2]}', { m: [3] }, '{"m":[3]}'],
  ['{"m":"text"}', { m: { a: 1 } }, '{"m":{"a":1}}'],
  ['{"m":{"a":1}}', { m: null }, '{"m":null}'],
  ['{"m":null}', { m: { a: 1 } }, '{"m":{"a":1}}'],
  ['{}', { é: 'ü' }, '{"é":"ü"}'],
  ['{"a":1}', {}, '{"a":1}'],
  ['{"é":1,"a":2}', { é: 3 }, '{"é":3,"a":2}'],
  ['{"m":{"é":{"a":1}}}', { m: { é: { b: 2 } } }, '{"m":{"é":{"a":1,"b":2}}}'],
  ['{"m":{"id":12345678901234567890, "x":1.0}}', { m: { a: 1 } }, '{"m":{"id":12345678901234567890, "x":1.0,"a":1}}'],
  ['{"m":{}}', { m: { a: {} } }, '{"m":{"a":{}}}'],
])('%s with %j', (body, override, expected) => {
  expect(overridden(body, override)).toBe(expected);
});

test('a key called __proto__ is a key like any other', () => {
  const override = JSON.parse('{"m":{"__proto__":{"x":1}}}') as Record<string, unknown>;
  expect(overridden('{"m":{"a":1}}', override)).toBe('{"m":{"a":1,"__proto__":{"x":1}}}');
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

test('a value that is nested too deeply to be parsed and written again is not touched', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(overridden(`{"m":{"a":${deep}}}`, { m: { b: 1 } })).toBe(`{"m":{"a":${deep},"b":1}}`);
});

test('an object of more members than anybody means is given up', () => {
  const members = Array.from({ length: 10_001 }, (_, i) => `"${i}":0`).join(',');
  const json = JsonBody.read(Buffer.from(`{"m":{${members}}}`)) as JsonBody;
  expect(overrideBody(json, { m: { b: 1 } })).toBeNull();
});

test('any override is in the body afterwards, and what it does not name is as before', () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 });
  fc.assert(
    fc.property(json, json, (body, override) => {
      const after = JSON.parse(overridden(JSON.stringify(body), override)) as Record<string, unknown>;
      for (const [name, value] of Object.entries(body)) {
        if (!Object.hasOwn(override, name)) expect(after[name]).toEqual(JSON.parse(JSON.stringify(value)));
      }
      for (const [name, value] of Object.entries(override)) {
        const given = JSON.parse(JSON.stringify(value)) as unknown;
        if (typeof given !== 'object' || given === null || Array.isArray(given)) expect(after[name]).toEqual(given);
        else expect(after[name]).toMatchObject(given);
      }
    }),
  );
});
