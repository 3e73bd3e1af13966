import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heliconeProxy } from '@helicone-proxy/node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SAMPLES, type SampleAnswer } from './sample-answers.js';

// What providers send is damaged in every way that comes to mind. Whatever it is: the client gets it, the record is there, and the
// worker that reads it lives on.

/** Damaged answers of one wire format. */
const RUNS = 30;
const MIB = 1024 * 1024;

let answer: { type: string; bytes: Buffer };
const provider = createServer((incoming, response) => {
  incoming.resume().on('end', () => {
    response.writeHead(200, { 'content-type': answer.type });
    response.end(answer.bytes);
  });
});
const host = createServer();
let proxy: ReturnType<typeof heliconeProxy>['proxy'];
let url: string;
const troubles: unknown[] = [];

beforeAll(async () => {
  await once(provider.listen(0, '127.0.0.1'), 'listening');
  const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const providers = Object.fromEntries(SAMPLES.map((sample) => [sample.provider, { baseUrl }]));
  const handler = heliconeProxy({
    providers,
    records: { store: 'sqlite::memory:' },
    limits: { recordBodyBytes: 6 * MIB },
  });
  proxy = handler.proxy;
  proxy.events.on('store', (news) => troubles.push(news));
  proxy.events.on('drop', (dropped) => troubles.push(dropped));
  host.on('request', handler);
  await once(host.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/helicone`;
});
afterAll(async () => {
  host.close();
  host.closeAllConnections();
  await proxy.close();
  provider.close();
  provider.closeAllConnections();
});

let asked = 0;

/** Sends one call whose answer these bytes are. */
async function call({ path, type }: SampleAnswer, bytes: Buffer): Promise<void> {
  answer = { type, bytes };
  asked += 1;
  const headers = { 'content-type': 'application/json', 'helicone-user-id': `call-${asked}` };
  const outgoing = request(`${url}/${path}`, { method: 'POST', headers });
  outgoing.end('{"model":"m","messages":[{"role":"user","content":"hi"}]}');
  const [response] = await once(outgoing, 'response');
  const received: Buffer[] = [];
  for await (const chunk of response) received.push(chunk as Buffer);
  expect(Buffer.concat(received).equals(bytes)).toBe(true);
}

/** Every call so far is on record, and nothing went wrong on the way. */
async function expectRecords(): Promise<void> {
  await proxy.flush();
  expect(await proxy.records.count({ tenant: 'default', filter: { kind: 'all' } })).toBe(asked);
  expect(troubles).toEqual([]);
}

/** Where JSON stands in an answer, this is put in its place. */
const NASTY: readonly string[] = [
  'null',
  '[]',
  '{}',
  '0',
  '""',
  '-1',
  '1e999',
  'true',
  '"\\ud800"',
  '{"__proto__":{"a":1},"constructor":0}',
  '[{"index":99999999}]',
  '{"index":-1,"delta":{"content":7}}',
  '['.repeat(2_000) + ']'.repeat(2_000),
];

/** One way to damage bytes. */
const damage: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  fc.nat().map((at) => (bytes: Buffer) => bytes.subarray(0, at % (bytes.length + 1))),
  fc.nat().map((at) => (bytes: Buffer) => bytes.subarray(at % (bytes.length + 1))),
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[at % changed.length] = (changed[at % changed.length] as number) ^ flip;
    return changed;
  }),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 40 })).map(([at, more]) => (bytes: Buffer) => {
    const place = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]);
  }),
  fc.tuple(fc.nat(), fc.nat()).map(([at, length]) => (bytes: Buffer) => {
    const place = at % (bytes.length + 1);
    return Buffer.concat([bytes, bytes.subarray(place, place + (length % 200))]);
  }),
  fc.tuple(fc.nat(), fc.constantFrom(...NASTY)).map(
    ([nth, value]) =>
      (bytes: Buffer) =>
        replaceValue(bytes, nth, value),
  ),
  fc.uint8Array({ maxLength: 500 }).map((random) => () => Buffer.from(random)),
);

/** The bytes with the nth value of a member replaced. Frames have wrong lengths and CRCs then. */
function replaceValue(bytes: Buffer, nth: number, value: string): Buffer {
  const text = bytes.toString('latin1');
  const members = [...text.matchAll(/"[a-zA-Z_-]+":("[^"]*"|-?\d+|\{|\[)/g)];
  const member = members[nth % Math.max(members.length, 1)];
  if (member === undefined) return bytes;
  const start = member.index + member[0].length - (member[1] as string).length;
  return Buffer.from(text.slice(0, start) + value + text.slice(start + (member[1] as string).length), 'latin1');
}

describe.each(SAMPLES.map((sample) => ({ ...sample, name: `${sample.wire} as ${sample.type}` })))('$name', (sample) => {
  test('as it is', async () => {
    await call(sample, sample.bytes);
    await expectRecords();
    const [record] = await proxy.records.query({ tenant: 'default', filter: { kind: 'all' }, limit: 1 });
    expect(record?.outcome).toBe('success');
    expect(record?.usage_source).toBe('provider');
  });

  test('damaged', async () => {
    const ways = fc.array(damage, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(ways, (all) =>
        call(
          sample,
          all.reduce((bytes, way) => way(bytes), sample.bytes),
        ),
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    await expectRecords();
  });

  test('cut at every byte', async () => {
    for (let end = 0; end < sample.bytes.length; end++) await call(sample, sample.bytes.subarray(0, end));
    await expectRecords();
  });

  test('an event of 5 MB, JSON deeper than the stack, lone surrogates', async () => {
    const texts = ['x'.repeat(5 * MIB), '\\ud83e'.repeat(50_000), '\\u0000'.repeat(50_000)];
    for (const text of texts) await call(sample, withText(sample, text));
    const deep = '{"a":['.repeat(200_000);
    await call(sample, Buffer.from(`data: ${deep}\n\n${deep}`));
    await call(sample, Buffer.from(`data: ${'['.repeat(300_000)}${']'.repeat(300_000)}\n\n`));
    await call(sample, Buffer.from(`${'['.repeat(300_000)}${']'.repeat(300_000)}\n`));
    await expectRecords();
  });
});

describe.each(SAMPLES.filter(({ type, path }) => type !== 'application/json' || path.includes(':stream')))(
  '$wire as $type',
  (sample) => {
    test('sixteen times as many events take about sixteen times as long', async () => {
      const takes = async (length: number): Promise<number> => {
        const bytes = repeated(sample, length);
        const { user } = process.cpuUsage();
        await call(sample, bytes);
        await proxy.flush();
        return process.cpuUsage().user - user;
      };
      await takes(MIB / 4);
      const short = Math.min(await takes(MIB / 8), await takes(MIB / 8));
      const long = Math.min(await takes(2 * MIB), await takes(2 * MIB));
      // What is quadratic takes 256 times as long.
      expect(long / short).toBeLessThan(64);
      await expectRecords();
    });
  },
);

/** The answer with one of its events, one that carries text, repeated until it is this long. */
function repeated({ bytes, type }: SampleAnswer, length: number): Buffer {
  const [start, end] = eventWithText(bytes, type);
  const event = bytes.subarray(start, end);
  const times = Math.ceil(length / event.length);
  return Buffer.concat([bytes.subarray(0, start), ...Array.from({ length: times }, () => event), bytes.subarray(end)]);
}

/** Where the event begins and ends, whatever separates events. */
function eventWithText(bytes: Buffer, type: string): [number, number] {
  if (type.includes('eventstream')) {
    const first = bytes.readUInt32BE(0);
    const second = first < bytes.length ? first + bytes.readUInt32BE(first) : first;
    return bytes.includes('contentBlockDelta') ? [first, second] : [0, first];
  }
  const text = Math.max(bytes.indexOf('Zoë'), bytes.indexOf('aGk='));
  if (type === 'application/json') return [1, bytes.indexOf(',{"candidates') + 1];
  const separator = type.includes('event-stream') ? '\n\n' : '\n';
  const before = bytes.lastIndexOf(separator, text);
  return [before < 0 ? 0 : before + separator.length, bytes.indexOf(separator, text) + separator.length];
}

/** The answer with its text replaced; frames are then too short for what they hold, which is damage of another kind. */
function withText({ bytes }: SampleAnswer, text: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(Buffer.from('Zoë 🦊').toString('latin1'), text), 'latin1');
}
