import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Headers } from '../contract.js';
import { ProxyError } from '../errors.js';
import { HEADERS, type HeaderRow, type HeaderType, headerRow } from './header-table.js';
import { type HeaderValues, readHeaders } from './header-values.js';

/** What can be used, or the fault thrown, as the stage does it. */
function read(headers: Headers): Pick<HeaderValues, 'values' | 'warnings'> {
  const { values, warnings, fault } = readHeaders(headers);
  if (fault !== null) throw fault;
  return { values, warnings };
}

/** For each type: text -> value as it is read, and texts that cannot be used with what is said of them. */
const SAMPLES: Record<HeaderType, { good: [string, string][]; bad: [string, string][] }> = {
  text: {
    good: [
      ['a', 'a'],
      ['  spaced out \t', 'spaced out'],
      ['true', 'true'],
    ],
    bad: [
      ['', 'empty'],
      [' \t ', 'empty'],
    ],
  },
  uuid: {
    good: [['0190F5E8-7B6A-7ABC-8DEF-0123456789AB', '0190f5e8-7b6a-7abc-8def-0123456789ab']],
    bad: [
      ['', 'not a UUID'],
      ['0190f5e8-7b6a-7abc-8def-0123456789a', 'not a UUID'],
      ['0190f5e87b6a7abc8def0123456789ab', 'not a UUID'],
      ['g190f5e8-7b6a-7abc-8def-0123456789ab', 'not a UUID'],
    ],
  },
  flag: {
    good: [
      ['true', 'true'],
      ['TRUE', 'true'],
      [' 1 ', 'true'],
      ['false', 'false'],
      ['False', 'false'],
      ['0', 'false'],
      ['', 'false'],
    ],
    bad: [
      ['yes', 'must be true or false'],
      ['2', 'must be true or false'],
      ['true, true', 'must be true or false'],
    ],
  },
  origin: {
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
  },
};

/** A name that stands for the row. */
function nameOf(row: HeaderRow): string {
  return row.name.endsWith('*') ? row.name.replace('*', 'color') : row.name;
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

function expectRefused(row: HeaderRow, raw: string, fault: string): void {
  const name = nameOf(row);
  if (row.role === 'governs') {
    const error = thrownBy(() => read({ [name]: raw }));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error).toMatchObject({ code: 'invalid_header', message: `${name}: ${fault}` });
    return;
  }
  const { values, warnings } = read({ [name]: raw });
  expect(values.size).toBe(0);
  expect(warnings).toEqual([`${name}: ${fault}; left out`]);
}

test.each(HEADERS)('$name: values that can be used', (row) => {
  for (const [raw, value] of SAMPLES[row.type].good) {
    const found = read({ [nameOf(row)]: raw });
    expect(found.warnings).toEqual([]);
    expect(Object.fromEntries(found.values)).toEqual({ [nameOf(row)]: value });
  }
});

test.each(HEADERS)('$name: values that cannot be used', (row) => {
  for (const [raw, fault] of SAMPLES[row.type].bad) expectRefused(row, raw, fault);
});

test.each(HEADERS)('$name: longer than $maxLength characters', (row) => {
  expectRefused(row, 'a'.repeat(row.maxLength + 1), `longer than ${row.maxLength} characters`);
  if (row.type !== 'text') return;
  const longest = 'a'.repeat(row.maxLength);
  expect(read({ [nameOf(row)]: `  ${longest} ` }).values.get(nameOf(row))).toBe(longest);
});

test('headers of others are passed over', () => {
  const found = read({ host: 'a', 'x-helicone-user-id': 'a', helicone: 'a', 'heli-x': 'a', authorization: 'a' });
  expect(found).toEqual({ values: new Map(), warnings: [] });
});

test('an unknown header is named in a warning', () => {
  for (const name of ['helicone-usr-id', 'helicone-property-', 'helicone-', 'helicone-property']) {
    const { values, warnings } = read({ [name]: 'x' });
    expect(values.size).toBe(0);
    expect(warnings).toEqual([`${name}: not a header that this proxy knows; it had no effect`]);
  }
});

test('of a repeated header the first value counts; one that is absent counts as not sent', () => {
  const { values } = read({ 'helicone-user-id': ['ada', 'grace'], 'helicone-session-id': undefined });
  expect(Object.fromEntries(values)).toEqual({ 'helicone-user-id': 'ada' });
});

test('UTF-8 in Latin-1 bytes is read as UTF-8, true Latin-1 as it is', () => {
  const userId = (raw: string): string | undefined => read({ 'helicone-user-id': raw }).values.get('helicone-user-id');
  expect(userId(Buffer.from('Zoë 🦊').toString('latin1'))).toBe('Zoë 🦊');
  expect(userId('Zo\u00eb')).toBe('Zoë');
  // The limit is in characters that a person sees, not in bytes.
  const long = 'é'.repeat(1024);
  expect(userId(Buffer.from(long).toString('latin1'))).toBe(long);
});

test('a wrong governing header is not hidden by good ones before and after it', () => {
  const headers = { 'helicone-user-id': 'ada', 'helicone-omit-request': 'maybe', 'helicone-omit-response': 'true' };
  expect(() => read(headers)).toThrow(/^helicone-omit-request: /);
});

test('property: every name ends as a value, a warning or invalid_header with its name', () => {
  const names = HEADERS.map(nameOf).concat('helicone-unknown', 'helicone-property-__proto__');
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      'true',
      'FALSE',
      '1',
      'https://api.openai.com',
      'https://a:b@c',
      '0190f5e8-7b6a-7abc-8def-0123456789ab',
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), texts, (name, raw) => {
      const row = headerRow(name);
      const error = thrownBy(() => read({ [name]: raw }));
      if (error !== undefined) {
        expect(error).toMatchObject({ name: 'ProxyError', code: 'invalid_header' });
        expect((error as Error).message.startsWith(`${name}: `)).toBe(true);
        expect(row?.role).toBe('governs');
        return;
      }
      const { values, warnings } = read({ [name]: raw });
      expect(values.size + warnings.length).toBe(1);
      if (values.size === 1) expect(usable(row as HeaderRow, values.get(name) as string)).toBe(true);
      else expect(warnings[0]?.startsWith(`${name}: `)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

/** What the table promises of a value that was taken. */
function usable({ type, maxLength }: HeaderRow, value: string): boolean {
  switch (type) {
    case 'flag':
      return value === 'true' || value === 'false';
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
    case 'origin':
      return /^https?:\/\/[^/?#@]+$/.test(value) && new URL(value).origin === value;
    case 'text':
      return value !== '' && value.trim() === value && value.length <= maxLength;
  }
}
