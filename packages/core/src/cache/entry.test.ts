import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CacheEntry, decodeEntry, encodeEntry, keptHeaders } from './entry.js';

const ENTRY: CacheEntry = {
  storedAt: 1_700_000_000_000,
  expiresAt: 1_700_000_060_000,
  latencyMs: 812.5,
  requestId: '0190b5a1-7e1d-7cc0-8000-000000000001',
  headers: { 'content-type': 'text/event-stream', 'x-request-id': ['a', 'b'] },
  body: Buffer.from('data: é\n\ndata: [DONE]\n\n'),
  eventEnds: [10, 24],
};

const entries: fc.Arbitrary<CacheEntry> = fc.record({
  storedAt: fc.nat(),
  expiresAt: fc.nat(),
  latencyMs: fc.double({ min: 0, max: 1e6, noNaN: true }).map((ms) => ms + 0),
  requestId: fc.string(),
  headers: fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(fc.string(), fc.array(fc.string()))),
  body: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  eventEnds: fc.constant(null),
});

describe('an entry', () => {
  test('comes back as it was', () => {
    expect(decodeEntry(encodeEntry(ENTRY))).toEqual(ENTRY);
    fc.assert(
      fc.property(entries, (entry) => {
        const { headers, ...rest } = decodeEntry(encodeEntry(entry)) as CacheEntry;
        expect(rest).toEqual({ ...rest, storedAt: entry.storedAt, requestId: entry.requestId, body: entry.body });
        expect(JSON.stringify(headers)).toBe(JSON.stringify(entry.headers));
      }),
    );
  });

  test('with an empty body, and with event ends of an empty stream, comes back', () => {
    const empty = { ...ENTRY, body: Buffer.alloc(0), eventEnds: [] };
    expect(decodeEntry(encodeEntry(empty))).toEqual(empty);
  });

  test('comes back from each form in which stores give bytes back', () => {
    const bytes = encodeEntry(ENTRY);
    expect(decodeEntry(new Uint8Array(bytes))).toEqual(ENTRY);
    expect(decodeEntry(Buffer.concat([Buffer.from('xx'), bytes, Buffer.from('xx')]).subarray(2, -2))).toEqual(ENTRY);
    expect(decodeEntry(JSON.parse(JSON.stringify(bytes)))).toEqual(ENTRY);
  });
});

describe('what cannot be read back is null', () => {
  test('every byte that is not what it was', () => {
    const bytes = encodeEntry(ENTRY);
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 1; bit < 256; bit <<= 1) {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] as number) ^ bit;
        expect(decodeEntry(damaged), `byte ${at}, bit ${bit}`).toBeNull();
      }
    }
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (entry, at, change) => {
        const damaged = encodeEntry(entry);
        const place = at % damaged.length;
        damaged[place] = (damaged[place] as number) ^ change;
        expect(decodeEntry(damaged)).toBeNull();
      }),
    );
  });

  test('every length but the whole', () => {
    const bytes = encodeEntry(ENTRY);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeEntry(bytes.subarray(0, length))).toBeNull();
    }
    expect(decodeEntry(Buffer.concat([bytes, Buffer.alloc(1)]))).toBeNull();
  });

  test('anything else that a store may give back', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(decodeEntry(value)).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeEntry(bytes)).toBeNull();
        expect(decodeEntry(Buffer.concat([Buffer.from('HPC\u0001'), bytes]))).toBeNull();
      }),
    );
    const anyOf = { type: 'Buffer', data: ['x', null, -1, 1e9] };
    for (const value of [undefined, null, '', 'HPC', {}, { type: 'Buffer' }, anyOf])
      expect(decodeEntry(value)).toBeNull();
  });

  test.each<[string, object]>([
    ['times that are none', { storedAt: 'x' }],
    ['no request id', { requestId: undefined }],
    ['headers that are none', { headers: [] }],
    ['a header that is no text', { headers: { a: 1 } }],
    ['events that go back', { eventEnds: [4, 2] }],
    ['an event behind the body', { eventEnds: [1000] }],
    ['events that are no numbers', { eventEnds: ['1'] }],
    ['events that are missing', { eventEnds: undefined }],
  ])('an undamaged one with %s', (_what, change) => {
    expect(decodeEntry(encodeEntry({ ...ENTRY, ...change } as CacheEntry))).toBeNull();
  });
});

test('keptHeaders: what is true for a hit too, and nothing else', () => {
  const kept = {
    'content-type': 'application/json',
    'content-language': 'en',
    'openai-version': '2020-10-01',
    'openai-model': 'gpt-4o',
    'anthropic-version': '2023-06-01',
    'x-request-id': 'req_1',
    'request-id': ['req_2', 'req_3'],
  };
  const dropped = {
    'set-cookie': ['a=b'],
    'cache-control': 'public',
    'content-length': '12',
    'content-encoding': 'gzip',
    'openai-processing-ms': '812',
    'x-ratelimit-remaining-requests': '1',
    'anthropic-ratelimit-tokens-remaining': '1',
    'retry-after': '1',
    date: 'x',
    etag: 'x',
    'x-should-retry': 'true',
  };
  expect(keptHeaders({ ...kept, ...dropped })).toEqual(kept);
  expect(keptHeaders({})).toEqual({});
});

test('who answered is kept where it is told, and must be whole', () => {
  const entry = {
    storedAt: 1,
    expiresAt: 2,
    latencyMs: 3,
    requestId: 'r',
    headers: {},
    body: Buffer.from('{}'),
    eventEnds: null,
  };
  const answeredBy = { provider: 'groq', origin: 'https://api.groq.com', path: '/v1/x', wire: 'openai-chat' as const };
  expect(decodeEntry(encodeEntry({ ...entry, answeredBy }))?.answeredBy).toEqual(answeredBy);
  expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
  const broken = { ...answeredBy, origin: 7 } as unknown as typeof answeredBy;
  expect(decodeEntry(encodeEntry({ ...entry, answeredBy: broken }))).toBeNull();
});
