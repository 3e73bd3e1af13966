import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Edit, JsonBody, MAX_JSON_BYTES } from './json-body.js';

function read(text: string): JsonBody {
  return JsonBody.read(Buffer.from(text)) as JsonBody;
}

function edited(text: string, ...edits: Edit[]): string {
  return Buffer.from(read(text).edited(edits)).toString();
}

describe('reading', () => {
  test('values, texts and numbers, and what is none', () => {
    const body = read(
      '{"s":"h\\u00e9 €👋","n":-1.5e2,"i":7,"o":{"a":[1]},"t":true,"z":null,"bad":tru,"x":0x10,"p":1.}',
    );
    expect(body.string('s')).toBe('hé €👋');
    expect(body.value('s')).toBe('hé €👋');
    expect(body.number('n')).toBe(-150);
    expect(body.number('i')).toBe(7);
    expect(body.value('o')).toEqual({ a: [1] });
    expect(body.raw('o')).toBe('{"a":[1]}');
    expect(body.value('z')).toBeNull();
    for (const name of ['bad', 'x', 'p', 'none', 'constructor']) {
      expect(body.value(name), name).toBeUndefined();
      expect(body.number(name), name).toBeUndefined();
      expect(body.string(name), name).toBeUndefined();
    }
    expect(body.number('s')).toBeUndefined();
    expect(body.string('n')).toBeUndefined();
    expect(read('{"n":1e999}').number('n')).toBeUndefined();
    expect(body.raw('none')).toBeUndefined();
  });

  test('a body that begins inside a larger buffer', () => {
    const bytes = Buffer.from('xx{"a":"é","b":2}yy').subarray(2, -2);
    const body = JsonBody.read(bytes);
    expect(body?.string('a')).toBe('é');
    expect(Buffer.from(body?.edited([['b', '3']]) ?? []).toString()).toBe('{"a":"é","b":3}');
  });

  test('what is no JSON object, or too long, is null', () => {
    for (const text of ['', '[]', 'null', '{', '{"a":1}}', 'model=x']) {
      expect(JsonBody.read(Buffer.from(text)), text).toBeNull();
    }
    const long = Buffer.from(`{"a":"${'x'.repeat(MAX_JSON_BYTES - 8)}"}`);
    expect(long.length).toBe(MAX_JSON_BYTES);
    expect(JsonBody.read(long)).not.toBeNull();
    expect(JsonBody.read(Buffer.concat([long, Buffer.from(' ')]))).toBeNull();
  });

  test('no bytes make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const body = JsonBody.read(Buffer.concat([Buffer.from('{"a":"'), bytes, Buffer.from('"}')]));
        body?.value('a');
        body?.edited([['a', null]]);
      }),
    );
  });

  test('nesting of any depth can be edited around', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(edited(`{"a":${deep},"b":1}`, ['b', '2'])).toBe(`{"a":${deep},"b":2}`);
  });
});

describe('editing', () => {
  test.each<[string, Edit[], string]>([
    ['{ "a" : 1.0 , "b":"é" }', [['b', '"ü"']], '{ "a" : 1.0 , "b":"ü" }'],
    ['{ "a": 1 }\n', [['b', '[2]']], '{ "a": 1,"b":[2] }\n'],
    [
      ' { } ',
      [
        ['a', '1'],
        ['b', '2'],
      ],
      ' {"a":1,"b":2 } ',
    ],
    ['{"a":1,"b":2,"c":3}', [['a', null]], '{"b":2,"c":3}'],
    ['{"a":1, "b":2, "c":3}', [['b', null]], '{"a":1, "c":3}'],
    ['{"a":1,"b":2 , "c":3 }', [['c', null]], '{"a":1,"b":2 }'],
    [
      '{"a":1,"b":2,"c":3}',
      [
        ['b', null],
        ['c', null],
      ],
      '{"a":1}',
    ],
    [
      '{"a":1,"b":2,"c":3}',
      [
        ['a', null],
        ['c', null],
        ['d', '4'],
      ],
      '{"b":2,"d":4}',
    ],
    [
      '{"a":1,"b":2}',
      [
        ['a', null],
        ['b', null],
      ],
      '{}',
    ],
    [
      '{"a":1}',
      [
        ['a', null],
        ['b', '2'],
      ],
      '{"b":2}',
    ],
    [
      '{"a":1,"b":2}',
      [
        ['b', '3'],
        ['a', null],
        ['c', '4'],
      ],
      '{"b":3,"c":4}',
    ],
    ['{"a":1}', [['b', null]], '{"a":1}'],
    [
      '{"a":1}',
      [
        ['a', '2'],
        ['a', '3'],
      ],
      '{"a":3}',
    ],
    ['{"a":1,"b":0,"a":2}', [['a', null]], '{"b":0}'],
    ['{"a":1,"b":0,"a":2}', [['a', '3']], '{"b":0,"a":3}'],
    ['{"a":1,"a":2,"a":3}', [['a', null]], '{}'],
    ['{"a":1}', [['we"ird', '0']], '{"a":1,"we\\"ird":0}'],
  ])('%j with %j', (text, edits, expected) => {
    expect(edited(text, ...edits)).toBe(expected);
  });

  test('nothing to change: the very same bytes', () => {
    const bytes = Buffer.from('{"a":1}');
    expect(JsonBody.read(bytes)?.edited([])).toBe(bytes);
    expect(JsonBody.read(bytes)?.edited([['b', null]])).toEqual(bytes);
  });

  const name = fc.constantFrom('a', 'b', 'c', 'é', '"');
  const edits = fc.array(fc.tuple(name, fc.option(fc.jsonValue())), { maxLength: 6 });

  test('leaves what JSON.parse would have, changed as asked', () => {
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), edits, fc.nat(2), (value, changes, indent) => {
        const text = JSON.stringify(value, null, indent);
        const expected: Record<string, unknown> = JSON.parse(text);
        for (const [key, change] of changes) {
          if (change === null) delete expected[key];
          else expected[key] = change;
        }
        // Names of an object seen byte by byte are ASCII; those beyond it are left to their owners.
        const ascii = changes.filter(([key]) => key !== 'é');
        fc.pre(ascii.length === changes.length);
        const texts = ascii.map(([key, change]): Edit => [key, change === null ? null : JSON.stringify(change)]);
        expect(JSON.parse(edited(text, ...texts))).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });

  test('keeps every other byte', () => {
    const text = '{"z":1.10, "messages" :[{"n":1e2,"t":"\\u00e9"}] ,\n"model":"a","y":12345678901234567890}';
    expect(edited(text, ['model', '"b"'], ['stream', 'true'])).toBe(
      '{"z":1.10, "messages" :[{"n":1e2,"t":"\\u00e9"}] ,\n"model":"b","y":12345678901234567890,"stream":true}',
    );
  });

  test('stretches inside a value can be replaced, in any order', () => {
    const body = read('{"a":["é","b"],"c":"d"}');
    const at = (part: string): { start: number; end: number } => {
      const start = body.text.indexOf(part);
      return { start, end: start + part.length };
    };
    const bytes = body.replaced([
      { ...at('"d"'), value: '"ü"' },
      { ...at('"b"'), value: '"€"' },
    ]);
    expect(Buffer.from(bytes).toString()).toBe('{"a":["é","€"],"c":"ü"}');
  });
});
