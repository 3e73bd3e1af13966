import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProxyError } from '../errors.js';
import { HEADERS, type HeaderRow, headerRow } from './header-table.js';
import { ALL_HEADERS, type HeaderReading, readHeaders } from './header-values.js';

interface Samples {
  /** Text -> value as it is read. */
  good: [string, unknown][];
  /** Text that cannot be used -> what is said of it. */
  bad: [string, string][];
}

const TEXT: Samples = {
  good: [
    ['a', 'a'],
    ['  spaced out \t', 'spaced out'],
    ['true', 'true'],
  ],
  bad: [
    ['', 'empty'],
    [' \t ', 'empty'],
  ],
};

const FLAG: Samples = {
  good: [
    ['true', true],
    ['TRUE', true],
    [' 1 ', true],
    ['false', false],
    ['False', false],
    ['0', false],
    ['', false],
  ],
  bad: [
    ['yes', 'must be true or false'],
    ['2', 'must be true or false'],
    ['on', 'must be true or false'],
    ['true, true', 'must be true or false'],
  ],
};

const ORIGIN: Samples = {
  good: [
    ['https://api.openai.com', 'https://api.openai.com'],
    [' HTTPS://API.OpenAI.com:443/v1/?a=b#c ', 'https://api.openai.com'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ],
  bad: [
    ['', 'not an http(s) URL'],
    ['api.openai.com', 'not an http(s) URL'],
    ['ftp://api.openai.com', 'not an http(s) URL'],
    ['file:///etc/passwd', 'not an http(s) URL'],
    ['https://user@api.openai.com', 'must not carry a user name or password'],
    ['https://:pw@api.openai.com', 'must not carry a user name or password'],
  ],
};

function whole(min: number, max: number): Samples {
  const fault = `must be a whole number from ${min} to ${max}`;
  const texts = ['', ' ', '-1', '+1', '1.0', '1e0', '0x1', 'NaN', 'Infinity', '1 0', 'one', '٣', String(max + 1)];
  return {
    good: [
      [String(min), min],
      [` ${max} `, max],
      [`00${min}`, min],
    ],
    bad: texts.map((text) => [text, fault]),
  };
}

const DIRECTIVES: Samples = {
  good: [
    ['max-age=60', { noStore: false, noCache: false, maxAgeSeconds: 60 }],
    ['no-store', { noStore: true, noCache: false, maxAgeSeconds: null }],
    ['nonsense', { noStore: false, noCache: false, maxAgeSeconds: null }],
    ['', { noStore: false, noCache: false, maxAgeSeconds: null }],
  ],
  bad: [],
};

const ENTRY = {
  origin: 'https://a.b',
  basePath: '',
  headers: {},
  onCodes: [],
  bodyKeyOverride: null,
  trusted: false,
};

/** For each header that is no text and no flag; that each has its samples is a test of its own. */
const SAMPLES: Record<string, Samples> = {
  'helicone-request-id': {
    good: [['0190F5E8-7B6A-7ABC-8DEF-0123456789AB', '0190f5e8-7b6a-7abc-8def-0123456789ab']],
    bad: [
      ['', 'not a UUID'],
      ['0190f5e8-7b6a-7abc-8def-0123456789a', 'not a UUID'],
      ['0190f5e87b6a7abc8def0123456789ab', 'not a UUID'],
      ['g190f5e8-7b6a-7abc-8def-0123456789ab', 'not a UUID'],
    ],
  },
  'helicone-target-url': ORIGIN,
  'helicone-openai-api-base': ORIGIN,
  'helicone-cache-control': DIRECTIVES,
  'helicone-cache-bucket-max-size': {
    ...whole(1, 20),
    bad: [['0', 'must be a whole number from 1 to 20'], ...whole(1, 20).bad],
  },
  'helicone-cache-ignore-keys': {
    good: [['a, b.c', [['a'], ['b', 'c']]]],
    bad: [
      ['', 'key 1: empty'],
      ['[a]', 'begins with "[", but is no JSON array of texts'],
    ],
  },
  'helicone-ratelimit-policy': {
    good: [['5;w=60', [{ quota: 5, windowSeconds: 60, unit: 'request', segment: null, text: '5;w=60' }]]],
    bad: [
      ['', 'empty'],
      ['5;w=60,5;w=0', 'policy 2: w must be whole seconds from 1 to 31536000'],
    ],
  },
  'helicone-retry-num': whole(0, 10),
  'helicone-retry-factor': {
    good: [
      ['1', 1],
      ['1.5', 1.5],
      ['10.0', 10],
    ],
    bad: ['', '0', '0.99', '10.01', '-2', '2.', '.5', '1e1', 'NaN'].map((text) => [
      text,
      'must be a number from 1 to 10',
    ]),
  },
  'helicone-retry-min-timeout': whole(0, 600_000),
  'helicone-retry-max-timeout': whole(0, 600_000),
  'helicone-fallbacks': {
    good: [['[{"target-url":"https://a.b/","headers":{},"onCodes":[]}]', [ENTRY]]],
    bad: [
      ['', 'not JSON'],
      ['[]', 'must be an array of 1 to 10 entries'],
    ],
  },
  'helicone-token-limit-exception-handler': {
    good: [
      ['truncate', 'truncate'],
      [' Middle-Out ', 'middle-out'],
      ['FALLBACK', 'fallback'],
    ],
    bad: ['', 'middleout', 'true', 'constructor'].map((text) => [text, 'must be truncate, middle-out or fallback']),
  },
};

const CACHE_ON = { ...ALL_HEADERS, cacheMayBeOn: true };

function samplesOf({ name, type }: HeaderRow): Samples {
  if (name === 'cache-control') return DIRECTIVES;
  if (type.takes === 'text') return TEXT;
  return type.takes === '`true` or `false`' ? FLAG : (SAMPLES[name] as Samples);
}

/** A name that stands for the row. */
function nameOf(row: HeaderRow): string {
  return row.name.replace('*', 'color');
}

/** The one value that was read, wherever it went. */
function valueIn({ values, properties }: HeaderReading): unknown {
  const all = [...Object.values(values), ...Object.values(properties)];
  expect(all.length).toBeLessThanOrEqual(1);
  return all[0];
}

function expectRefused(row: HeaderRow, raw: string, fault: string): void {
  const name = nameOf(row);
  const found = readHeaders({ [name]: raw }, CACHE_ON);
  expect(valueIn(found)).toBeUndefined();
  if (row.lenient === true) {
    expect(found).toMatchObject({ warnings: [], fault: null });
  } else if (row.role === 'governs') {
    expect(found.fault).toBeInstanceOf(ProxyError);
    expect(found.fault).toMatchObject({ code: 'invalid_header', message: `${name}: ${fault}` });
    expect(found.warnings).toEqual([]);
  } else {
    expect(found.fault).toBeNull();
    expect(found.warnings).toEqual([`${name}: ${fault}; left out`]);
    const strict = readHeaders({ [name]: raw }, { ...CACHE_ON, strict: true });
    expect(strict.fault).toMatchObject({ code: 'invalid_header', message: `${name}: ${fault}` });
    expect(strict.warnings).toEqual([]);
  }
}

describe.each(HEADERS)('$name', (row) => {
  test('values that can be used', () => {
    const { good } = samplesOf(row);
    expect(good.length).toBeGreaterThan(0);
    for (const [raw, value] of good) {
      const found = readHeaders({ [nameOf(row)]: raw }, CACHE_ON);
      expect(found).toMatchObject({ warnings: [], fault: null });
      expect(valueIn(found)).toEqual(value);
    }
  });

  test('values that cannot be used', () => {
    for (const [raw, fault] of samplesOf(row).bad) expectRefused(row, raw, fault);
  });

  test('longer than its longest', () => {
    expectRefused(row, 'a'.repeat(row.maxLength + 1), `longer than ${row.maxLength} characters`);
    if (row.type.takes !== 'text') return;
    const longest = 'a'.repeat(row.maxLength);
    expect(valueIn(readHeaders({ [nameOf(row)]: `  ${longest} ` }))).toBe(longest);
  });
});

test('property: every header, with any text, ends as a value, a warning or invalid_header with its name', () => {
  const names = HEADERS.map(nameOf).concat('helicone-unknown', 'helicone-property-__proto__');
  const samples = HEADERS.flatMap((row) => [...samplesOf(row).good, ...samplesOf(row).bad].map(([text]) => text));
  const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.constantFrom(...samples));
  fc.assert(
    fc.property(fc.constantFrom(...names), texts, fc.boolean(), (name, raw, strict) => {
      const row = headerRow(name);
      const found = readHeaders({ [name]: raw }, { ...CACHE_ON, strict });
      const value = valueIn(found);
      const outcomes = Number(value !== undefined) + found.warnings.length + Number(found.fault !== null);
      expect(outcomes).toBe(1);
      if (found.fault !== null) {
        expect(found.fault.code).toBe('invalid_header');
        expect(found.fault.message.startsWith(`${name}: `)).toBe(true);
        expect(strict || row?.role === 'governs').toBe(true);
      } else if (value === undefined) {
        expect(found.warnings[0]?.startsWith(`${name}: `)).toBe(true);
        expect(row?.role).not.toBe('governs');
      }
    }),
    { numRuns: 3000 },
  );
});
