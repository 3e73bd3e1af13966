// Records as files: whole, in every format, with little memory however many there are and however slowly they are read.
import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import type { RecordRow } from '@helicone-proxy/core';
import { heliconeProxy } from '@helicone-proxy/node';
import { createGate, expectedRecord, get, recordRow } from '@helicone-proxy/testkit';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHeldStore } from '../faults/held-store.js';
import { type Child, startChild } from '../rig/child.js';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until, within } from '../rig/until.js';

const { rig, serve } = startedHere();
const temporaryFolder = temporaryFolders();

const MIB = 1024 * 1024;
/** Memory of the whole process beyond idle, both workers included. */
const MAX_GROWTH_BYTES = 50 * MIB;
const MANY = 100_000;

const utf8 = (text: string): Buffer => Buffer.from(text);

/** The nth record of many, with texts that have to be escaped and bodies. */
function manyRow(n: number): RecordRow {
  return recordRow(n, {
    userId: `user "${n % 17}"`,
    properties: { number: String(n), text: 'Grüße, 世界 👋' },
    requestBody: utf8(JSON.stringify({ messages: [{ role: 'user', content: `question ${n}\n${'?'.repeat(200)}` }] })),
    responseBody: utf8(JSON.stringify({ choices: [{ message: { content: `answer ${n} ${'!'.repeat(200)}` } }] })),
  });
}

describe('many records', () => {
  let file: string;
  let child: Child | null = null;
  beforeAll(async () => {
    file = `${temporaryFolder()}/many.db`;
    const { proxy } = heliconeProxy({ records: { store: `sqlite:${file}` } });
    for (let from = 0; from < MANY; from += 1000) {
      await proxy.records.append(Array.from({ length: 1000 }, (_, n) => manyRow(from + n)));
    }
    await proxy.close();
  }, 120_000);
  afterEach(async () => {
    child?.process.kill('SIGKILL');
    await child?.ended;
    child = null;
  });

  interface Memory {
    idle: number;
    peak: number;
    samples: number;
  }

  let asked = 0;
  async function memory(): Promise<Memory> {
    const id = String(++asked);
    child?.process.send(id);
    return (await (child as Child).message<Record<string, Memory>>(`memory ${id}`))[`memory ${id}`] as Memory;
  }

  async function start(): Promise<IncomingMessage> {
    child = startChild(new URL('./export-child.ts', import.meta.url), { node: ['--expose-gc'], args: [file] });
    const { url } = await child.message<{ url: string }>('url');
    const body = JSON.stringify({ format: 'jsonl', sort: { created_at: 'asc' }, includeBodies: true });
    const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } }).end(body);
    const [answer] = (await within(10_000, 'the head', once(sent, 'response'))) as [IncomingMessage];
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    return answer;
  }

  function digestOf(count: number): Hash {
    const digest = createHash('sha256');
    for (let n = 0; n < count; n++) digest.update(`${canonical(expectedRecord(manyRow(n), { bodies: true }))}\n`);
    return digest;
  }

  test('are exported line by line, with memory under 50 MB above idle', async () => {
    const answer = await start();
    const decoder = new StringDecoder('utf8');
    const digest = createHash('sha256');
    let rest = '';
    let count = 0;
    for await (const chunk of answer) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() as string;
      for (const line of lines) {
        digest.update(`${canonical(JSON.parse(line))}\n`);
        count++;
      }
    }
    expect([answer.complete, rest, count]).toEqual([true, '', MANY]);
    expect(digest.digest('hex')).toBe(digestOf(MANY).digest('hex'));
    const { idle, peak, samples } = await memory();
    expect(samples).toBeGreaterThan(20);
    expect(peak - idle, `MiB: ${(peak - idle) / MIB}`).toBeLessThan(MAX_GROWTH_BYTES);
  }, 120_000);

  test('wait for a client that does not read, and go on where it left off', async () => {
    const answer = await start();
    let bytes = 0;
    let lines = 0;
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 0x0a) lines++;
    };
    answer.on('data', (chunk: Buffer) => {
      count(chunk);
      // Holds back for as long as the server took for some dozens of measurements.
      if (bytes > MIB && !answer.isPaused() && lines < 2_000) answer.pause();
    });
    await until(20_000, 'the client has stopped', () => answer.isPaused());
    const before = await memory();
    await until(20_000, 'a while', async () => (await memory()).samples > before.samples + 200);
    const held = await memory();
    expect(held.peak - held.idle, `MiB: ${(held.peak - held.idle) / MIB}`).toBeLessThan(MAX_GROWTH_BYTES);
    answer.removeAllListeners('data').on('data', count).resume();
    await within(60_000, 'the end', once(answer, 'end'));
    expect([answer.complete, lines]).toEqual([true, MANY]);
    const { idle, peak } = await memory();
    expect(peak - idle, `MiB: ${(peak - idle) / MIB}`).toBeLessThan(MAX_GROWTH_BYTES);
  }, 120_000);
});

describe('formats', () => {
  const rows = [
    recordRow(1, { userId: 'ann, "the first"' }),
    recordRow(2, { model: null, properties: { team: 'a' } }),
    recordRow(3, { requestBody: utf8('{"a":1}'), responseBody: utf8('plain text') }),
    recordRow(4, { tenant: 'other', model: 'alien' }),
  ];

  async function exported(query: string, body?: object) {
    const started = await rig({ auth: { keys: { 'sk-a': {}, 'pk-a': {} } } });
    await started.proxy.records.append(rows);
    const headers = { authorization: 'Bearer sk-a', 'content-type': 'application/json' };
    const given = body === undefined ? { method: 'GET' } : { body: JSON.stringify(body) };
    return await get(`${started.url}/api/v1/request/export${query}`, { ...given, headers });
  }

  const expected = rows.slice(0, 3).map((row) => expectedRecord(row));

  test('lines of JSON, the newest first: the default', async () => {
    const answer = await exported('');
    expect([answer.status, answer.header('content-type')]).toEqual([200, 'application/x-ndjson']);
    expect(answer.header('content-disposition')).toBe('attachment; filename="requests.jsonl"');
    const lines = answer.body.toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([...expected].reverse());
    const posted = await exported('', { format: 'jsonl' });
    expect(posted.body.equals(answer.body)).toBe(true);
  });

  test('one JSON document', async () => {
    const answer = await exported('?format=json&sort={"created_at":"asc"}');
    expect(answer.header('content-type')).toBe('application/json');
    expect(answer.header('content-disposition')).toBe('attachment; filename="requests.json"');
    expect(JSON.parse(answer.body.toString())).toEqual(expected);
  });

  test('CSV with a head line', async () => {
    const answer = await exported('', { format: 'csv', sort: { created_at: 'asc' } });
    expect(answer.header('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.header('content-disposition')).toBe('attachment; filename="requests.csv"');
    const [head, first, ...others] = answer.body.toString().trimEnd().split('\r\n');
    expect(head?.split(',').slice(0, 4)).toEqual(['id', 'request_id', 'response_id', 'tenant']);
    expect(first).toContain('"ann, ""the first"""');
    expect(others.length).toBe(2);
  });

  test('what is asked for: filter, order, place, bodies', async () => {
    const filter = { left: { response: { status: { equals: 200 } } }, operator: 'and', right: 'all' };
    const body = { filter, sort: { created_at: 'asc' }, offset: 1, limit: 2, includeBodies: true, isCached: false };
    const posted = await exported('', body);
    const lines = posted.body.toString().trimEnd().split('\n');
    const wanted = [rows[1], rows[2]].map((row) => expectedRecord(row as RecordRow, { bodies: true }));
    expect(lines.map((line) => JSON.parse(line))).toEqual(wanted);
    const query = new URLSearchParams({
      filter: JSON.stringify(filter),
      sort: JSON.stringify(body.sort),
      offset: '1',
      limit: '2',
      includeBodies: 'true',
    });
    expect((await exported(`?${query}`)).body.equals(posted.body)).toBe(true);
    const none = await exported('', { filter: { properties: { team: { equals: 'none' } } } });
    expect([none.status, none.body.length]).toEqual([200, 0]);
    expect(JSON.parse((await exported('?format=json&offset=9')).body.toString())).toEqual([]);
  });

  test.each<[string, object | undefined, string]>([
    ['?format=xml', undefined, 'format: '],
    ['?filter={', undefined, 'filter: is not JSON'],
    ['?filter={"request":{"modell":{"equals":"x"}}}', undefined, 'filter.request.modell: '],
    ['?sort={"created_at":"up"}', undefined, 'sort.created_at: '],
    ['?limit=0', undefined, 'limit: '],
    ['?offset=-1', undefined, 'offset: '],
    ['?includeBodies=yes', undefined, 'includeBodies: '],
    ['?bodies=true', undefined, 'bodies: unknown key'],
    ['', { format: 'xml' }, 'format: '],
    ['', { limit: 0 }, 'limit: '],
    ['', { filter: { request: { model: { contians: 'x' } } } }, 'filter.request.model.contians: '],
  ])('%s %j is refused', async (query, body, place) => {
    const { status, body: text } = await exported(query, body);
    const { data, error } = JSON.parse(text.toString());
    expect([status, data, error.slice(0, place.length)]).toEqual([400, null, place]);
  });
});

describe('a store that fails', () => {
  /** Gives pieces until it fails; `left` opens when it is given up. */
  async function failing(pieces: (left: () => void) => AsyncGenerator<Uint8Array>) {
    const left = createGate();
    const store = { ...createHeldStore('works'), export: () => pieces(left.open) };
    return { ...(await rig({ records: { store } })), left };
  }

  async function* broken(behind: number): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < behind; n++) yield utf8(`{"n":${n}}\n`);
    throw new Error('the disk is gone');
  }

  test('before the first record is a 503 with its envelope', async () => {
    const { url } = await failing(() => broken(0));
    const { status, body } = await get(`${url}/api/v1/request/export`, { method: 'GET' });
    expect([status, JSON.parse(body.toString())]).toEqual([503, { data: null, error: expect.any(String) }]);
    expect(body.toString()).not.toContain('disk');
  });

  test('in the middle makes an answer that does not look whole', async () => {
    const { url } = await failing(() => broken(3));
    const { status, complete } = await get(`${url}/api/v1/request/export`, { method: 'GET' });
    expect([status, complete]).toEqual([200, false]);
  });

  test('is not read on when the client has left', async () => {
    let read = 0;
    const { url, left } = await failing(async function* (leave) {
      try {
        for (;;) {
          read++;
          yield Buffer.alloc(MIB, 'x');
        }
      } finally {
        leave();
      }
    });
    const sent = request(`${url}/api/v1/request/export`, { method: 'GET' }).end();
    const [answer] = (await within(10_000, 'the head', once(sent, 'response'))) as [IncomingMessage];
    answer.once('data', () => answer.destroy());
    await within(10_000, 'reading ends', left.opened);
    expect(read).toBeLessThan(100);
  });
});

test('what a host captures of an export on its way is whole', async () => {
  const helicone = heliconeProxy({ records: { store: 'sqlite::memory:' } });
  await helicone.proxy.records.append(Array.from({ length: 500 }, (_, n) => manyRow(n)));
  const captured: Uint8Array[] = [];
  const host = await serve((req, res) => {
    const write = res.write.bind(res) as (...given: unknown[]) => boolean;
    res.write = ((chunk: Uint8Array, ...rest: unknown[]) => {
      captured.push(chunk);
      return write(chunk, ...rest);
    }) as typeof res.write;
    helicone(req, res);
  }, helicone.proxy);
  const url = `${host}/helicone/api/v1/request/export`;
  const { body } = await get(url, { body: '{"includeBodies":true}' });
  expect(body.toString().split('\n').length).toBe(501);
  expect(Buffer.concat(captured).equals(body)).toBe(true);
});

/** JSON with sorted keys: in which order they come is nobody's business. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
