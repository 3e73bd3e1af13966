import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FALLBACKS, type FallbackOption, readFallbackOptions } from './fallback-list.js';
import type { Fallback } from './policy.js';

const ENTRY = { 'target-url': 'https://api.openai.com', headers: {}, onCodes: [] };

function read(list: unknown): readonly Fallback[] | string {
  const found = FALLBACKS.read(typeof list === 'string' ? list : JSON.stringify(list));
  return 'fault' in found ? found.fault : found.value;
}

/** What is said of one entry with these changes. */
function faultOf(changes: Record<string, unknown>): string {
  const found = read([{ ...ENTRY, ...changes }]);
  return typeof found === 'string' ? found : 'no fault';
}

describe('Helicone-Fallbacks', () => {
  test('each part of an entry has its place', () => {
    const text = `[
      { "target-url": "https://api.openai.com/", "headers": { "Authorization": "Bearer k", "X-Team": "" },
        "onCodes": [429, { "from": 500, "to": 599 }] },
      { "target-url": "HTTP://OpenRouter.ai:80/api//", "headers": {}, "onCodes": [], "bodyKeyOverride": { "model": "a/b", "n": { "x": [1, null] } } }
    ]`;
    expect(read(text)).toEqual([
      {
        origin: 'https://api.openai.com',
        basePath: '',
        headers: { authorization: 'Bearer k', 'x-team': '' },
        onCodes: [
          { from: 429, to: 429 },
          { from: 500, to: 599 },
        ],
        bodyKeyOverride: null,
        trusted: false,
      },
      {
        origin: 'http://openrouter.ai',
        basePath: '/api',
        headers: {},
        onCodes: [],
        bodyKeyOverride: { model: 'a/b', n: { x: [1, null] } },
        trusted: false,
      },
    ]);
  });

  test.each([
    ['', 'not JSON'],
    ['https://api.openai.com', 'not JSON'],
    ["[{'target-url': 'x'}]", 'not JSON'],
    ['{}', 'must be an array of 1 to 10 entries'],
    ['null', 'must be an array of 1 to 10 entries'],
    ['[]', 'must be an array of 1 to 10 entries'],
    [Array.from({ length: 11 }, () => ENTRY), 'must be an array of 1 to 10 entries'],
    ['[null]', '[0]: must be an object'],
    [[ENTRY, []], '[1]: must be an object'],
    [[ENTRY, { ...ENTRY, onCodes: [7] }], '[1].onCodes[0]: must be a status from 100 to 599, or { from, to }'],
    ['[{}]', '[0].target-url: must be text'],
    ['[{"__proto__":{"target-url":"https://a.b"}}]', /^\[0\]: unknown key "__proto__"/],
  ])('the list: %s', (list, fault) => {
    expect(read(list)).toEqual(typeof fault === 'string' ? fault : expect.stringMatching(fault));
  });

  test.each<[unknown, string]>([
    [undefined, 'must be text'],
    [5, 'must be text'],
    ['', 'not an http(s) URL'],
    ['api.openai.com', 'not an http(s) URL'],
    ['ftp://a.b', 'not an http(s) URL'],
    ['https://user@a.b', 'must not carry a user name or password'],
    ['https://:pw@a.b', 'must not carry a user name or password'],
    ['https://a.b/?x=1', 'must have no query and no fragment'],
    ['https://a.b/?', 'must have no query and no fragment'],
    ['https://a.b/#', 'must have no query and no fragment'],
    [`https://a.b/${'x'.repeat(2048)}`, 'longer than 2048 characters'],
  ])('target-url %s', (url, fault) => {
    expect(faultOf({ 'target-url': url })).toBe(`[0].target-url: ${fault}`);
  });

  test.each<[unknown, string]>([
    [undefined, ': must be an object'],
    [['a'], ': must be an object'],
    [{ 'a b': 'c' }, '["a b"]: not a header name'],
    [{ '': 'c' }, '[""]: not a header name'],
    [{ größe: 'c' }, '["größe"]: not a header name'],
    [{ Host: 'c' }, '["Host"]: never sent to a provider'],
    [{ 'Content-Length': '1' }, '["Content-Length"]: never sent to a provider'],
    [{ connection: 'c' }, '["connection"]: never sent to a provider'],
    [{ 'transfer-encoding': 'chunked' }, '["transfer-encoding"]: never sent to a provider'],
    [{ 'Helicone-Auth': 'c' }, '["Helicone-Auth"]: never sent to a provider'],
    [{ 'X-A': 'b', 'x-a': 'c' }, '["x-a"]: given twice'],
    [{ a: 1 }, '["a"]: must be text of printable ASCII characters'],
    [{ a: null }, '["a"]: must be text of printable ASCII characters'],
    [{ a: ['b'] }, '["a"]: must be text of printable ASCII characters'],
    [{ a: 'b\r\nc: d' }, '["a"]: must be text of printable ASCII characters'],
    [{ a: 'b\n' }, '["a"]: must be text of printable ASCII characters'],
    [{ a: 'b\0' }, '["a"]: must be text of printable ASCII characters'],
    [{ a: 'Zoë' }, '["a"]: must be text of printable ASCII characters'],
  ])('headers %j', (headers, fault) => {
    expect(faultOf({ headers })).toBe(`[0].headers${fault}`);
  });

  const status = 'must be a status from 100 to 599, or { from, to }';
  test.each<[unknown, string]>([
    [undefined, ': must be an array'],
    [429, ': must be an array'],
    [['429'], `[0]: ${status}`],
    [[99], `[0]: ${status}`],
    [[600], `[0]: ${status}`],
    [[429.5], `[0]: ${status}`],
    [[null], `[0]: ${status}`],
    [[429, { from: 500, to: 600 }], `[1]: ${status}`],
    [[{ from: 500 }], '[0]: must have from and to, no more'],
    [[{ from: 500, to: 599, step: 1 }], '[0]: must have from and to, no more'],
    [[{ from: 500, too: 599 }], `[0]: ${status}`],
    [[{ from: 599, to: 500 }], '[0]: from must not be above to'],
  ])('onCodes %j', (onCodes, fault) => {
    expect(faultOf({ onCodes })).toBe(`[0].onCodes${fault}`);
  });

  test.each<[unknown, string]>([
    [null, 'must be an object'],
    [['a'], 'must be an object'],
    ['a', 'must be an object'],
    [JSON.parse(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`), 'nested deeper than 32 levels'],
  ])('bodyKeyOverride %j', (bodyKeyOverride, fault) => {
    expect(faultOf({ bodyKeyOverride })).toBe(`[0].bodyKeyOverride: ${fault}`);
  });

  test('a number that no JSON can write is refused', () => {
    const text = '[{"target-url":"https://a.b","headers":{},"onCodes":[],"bodyKeyOverride":{"n":1e999}}]';
    expect(read(text)).toBe('[0].bodyKeyOverride: must be JSON all through');
  });

  test('an unknown key is named', () => {
    expect(faultOf({ targetUrl: 'x' })).toBe(
      '[0]: unknown key "targetUrl"; known are target-url, headers, onCodes, bodyKeyOverride',
    );
  });

  test('what is called __proto__ is a name like any other', () => {
    const text =
      '[{"target-url":"https://a.b","onCodes":[],"headers":{"__proto__":"x"},"bodyKeyOverride":{"__proto__":{"polluted":1}}}]';
    const [entry] = read(text) as [Fallback];
    expect(Object.entries(entry.headers)).toEqual([['__proto__', 'x']]);
    expect(JSON.stringify(entry.bodyKeyOverride)).toBe('{"__proto__":{"polluted":1}}');
    expect(Object.getPrototypeOf(entry.headers)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(entry.bodyKeyOverride)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('the option', () => {
  test('is trusted, and what happens to its objects later changes nothing', () => {
    const override = { model: 'a', deep: { b: 1 } };
    const options: FallbackOption[] = [
      {
        'target-url': 'http://10.0.0.5:8000/llm',
        headers: { 'X-Key': 'k' },
        onCodes: [500],
        bodyKeyOverride: override,
      },
    ];
    const [entry] = readFallbackOptions(options) as [Fallback];
    override.deep.b = 2;
    (options[0] as FallbackOption).headers['X-Key'] = 'other';
    expect(entry).toEqual({
      origin: 'http://10.0.0.5:8000',
      basePath: '/llm',
      headers: { 'x-key': 'k' },
      onCodes: [{ from: 500, to: 500 }],
      bodyKeyOverride: { model: 'a', deep: { b: 1 } },
      trusted: true,
    });
  });

  test('throws when it is wrong, naming the place', () => {
    const made = (list: unknown) => () => readFallbackOptions(list as FallbackOption[]);
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    expect(made([{ ...ENTRY, 'target-url': 'x' }])).toThrow(
      new TypeError('fallbacks[0].target-url: not an http(s) URL'),
    );
    expect(made([])).toThrow(new TypeError('fallbacks: must be an array of 1 to 10 entries'));
    expect(made('[]')).toThrow(/^fallbacks: must be/);
    expect(made([ENTRY, { ...ENTRY, headers: { a: () => 'k' } }])).toThrow(/^fallbacks\[1\]\.headers\["a"\]: /);
    expect(made([{ ...ENTRY, bodyKeyOverride: cyclic }])).toThrow(/nested deeper than 32 levels/);
    expect(made([{ ...ENTRY, bodyKeyOverride: { a: 1n } }])).toThrow(/must be JSON all through/);
    expect(made([{ ...ENTRY, bodyKeyOverride: { a: () => 1 } }])).toThrow(/must be JSON all through/);
    expect(made([Object.create(ENTRY)]), 'nothing counts that is only inherited').toThrow(/target-url: must be text/);
  });
});

test('property: any JSON and any text ends as a list that may be called, or as a fault', () => {
  const codes = fc.oneof(fc.nat(700), fc.record({ from: fc.nat(700), to: fc.nat(700) }), fc.jsonValue());
  const entry = fc.record(
    {
      'target-url': fc.oneof(fc.webUrl(), fc.constantFrom('https://a.b/c', 'http://[::1]/'), fc.string()),
      headers: fc.dictionary(
        fc.oneof(fc.stringMatching(/^[A-Za-z-]{1,8}$/), fc.string()),
        fc.oneof(fc.string(), fc.jsonValue()),
      ),
      onCodes: fc.oneof(fc.array(codes, { maxLength: 3 }), fc.jsonValue()),
      bodyKeyOverride: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue()),
    },
    { requiredKeys: ['target-url', 'headers', 'onCodes'] },
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.array(entry, { maxLength: 3 }).map((list) => JSON.stringify(list)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const found = FALLBACKS.read(text);
      if ('fault' in found) {
        expect(found.fault).not.toBe('');
        return;
      }
      expect(found.value.length).toBeGreaterThan(0);
      for (const { origin, basePath, headers, onCodes, trusted } of found.value) {
        expect(trusted).toBe(false);
        expect(new URL(origin).origin).toBe(origin);
        expect(basePath).toMatch(/^(?:\/[^?#]*[^/?#])?$/);
        for (const [name, value] of Object.entries(headers)) {
          expect(name).toMatch(/^[^A-Z\s:,;="]+$/);
          expect(value).not.toMatch(/[\r\n\0]/);
        }
        for (const { from, to } of onCodes) expect(100 <= from && from <= to && to <= 599).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});
