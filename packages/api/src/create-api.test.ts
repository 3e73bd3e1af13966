import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { directStore } from '../../../test/rig/direct-store.js';
import type { EngineRequest } from '../../core/src/contract.js';
import { openWriter, type SqliteWriter } from '../../core/src/records/sqlite/writer.js';
import type { RecordStore } from '../../core/src/records/store.js';
import { fullRow, idOf, recordRow, utf8 } from '../../testkit/src/stores/rows.js';
import { type Api, createApi } from './create-api.js';

const UUID = 'c0ffee00-1111-4222-8333-444455556666';

let writer: SqliteWriter;
let store: RecordStore;
let api: Api;
let failures: unknown[];

beforeEach(() => {
  writer = openWriter(':memory:');
  store = directStore(writer, writer.reader());
  failures = [];
  api = createApi({ records: store, failed: (error) => failures.push(error) });
});

afterEach(() => writer.close());

interface Sent {
  body?: unknown;
  query?: string;
  tenant?: string;
  canRead?: boolean;
  raw?: EngineRequest['body'];
  headers?: EngineRequest['headers'];
}

async function send(
  method: string,
  path: string,
  { body, query = '', tenant = 'default', canRead = true, raw, headers = {} }: Sent = {},
) {
  const bytes = body === undefined ? null : utf8(JSON.stringify(body));
  const signal = new AbortController().signal;
  const request: EngineRequest = { method, path, query, headers, body: raw === undefined ? bytes : raw, signal };
  const answer = await api.handle(request, () => ({ tenant, canRead }));
  const pieces: Uint8Array[] = [];
  const { body: answered } = answer;
  for await (const piece of answered instanceof Uint8Array ? [answered] : (answered ?? [])) pieces.push(piece);
  const envelope = JSON.parse(Buffer.concat(pieces).toString());
  expect(Object.keys(envelope)).toEqual(['data', 'error']);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(answer.headers['cache-control']).toBe('no-store');
  if (answer.status === 200) expect(envelope.error).toBe(null);
  else expect([envelope.data, typeof envelope.error]).toEqual([null, 'string']);
  return { status: answer.status, headers: answer.headers, data: envelope.data, error: envelope.error as string };
}

describe('query', () => {
  beforeEach(() => writer.append([fullRow(1), ...Array.from({ length: 14 }, (_, n) => recordRow(n + 2))]));

  test.each(['/v1/request/query', '/v1/request/query-clickhouse'])(
    '%s lists ten, newest first, without bodies',
    async (path) => {
      const { status, data } = await send('POST', path, { body: { filter: 'all' } });
      expect(status).toBe(200);
      expect(data.map((record: { id: string }) => record.id)).toEqual(
        Array.from({ length: 10 }, (_, n) => idOf(15 - n)),
      );
      expect('request_body' in data[0]).toBe(false);
      expect((await send('POST', path)).data.length).toBe(10);
    },
  );

  test('filter, sort, limit, offset and bodies', async () => {
    const body = { filter: { response: { status: { equals: 529 } } }, includeBodies: true };
    const { data } = await send('POST', '/v1/request/query', { body });
    expect(data.length).toBe(1);
    expect(data[0].response_body).toEqual({ content: 'Hello "there"' });
    const page = await send('POST', '/v1/request/query', {
      body: { sort: { created_at: 'asc' }, limit: 2, offset: 3 },
    });
    expect(page.data.map((record: { id: string }) => record.id)).toEqual([idOf(4), idOf(5)]);
  });

  test("keys of Helicone's clients are accepted", async () => {
    const body = { filter: {}, isCached: false, includeInputs: true, isPartOfExperiment: false, isScored: false };
    expect((await send('POST', '/v1/request/query', { body })).data.length).toBe(10);
  });

  test('a thousand records with their bodies are possible, and none without a link or bodies', async () => {
    const lean = await send('POST', '/v1/request/query', { body: { limit: 1000 } });
    expect(lean.data).toHaveLength(15);
    for (const record of lean.data) {
      expect(record.signed_body_url).toMatch(`http://localhost/api/v1/request/${record.id}/bodies?tenant=default&`);
    }
    const full = await send('POST', '/v1/request/query', { body: { limit: 1000, includeBodies: true } });
    expect(full.data).toHaveLength(15);
    for (const record of full.data)
      expect(['signed_body_url' in record, 'request_body' in record]).toEqual([false, true]);
  });

  test('count', async () => {
    expect((await send('POST', '/v1/request/count/query', { body: { filter: 'all' } })).data).toBe(15);
    expect((await send('POST', '/v1/request/count/query', { body: { filter: 'all' }, tenant: 'other' })).data).toBe(0);
  });

  test('query-ids gives the newest of each known id, in order', async () => {
    writer.append([fullRow(16)]);
    const requestIds = [idOf(5), 'no uuid', UUID, idOf(5), idOf(99)];
    const { data } = await send('POST', '/v1/request/query-ids', { body: { requestIds } });
    expect(data.map((record: { id: string }) => record.id)).toEqual([idOf(5), idOf(16)]);
  });

  test.each([
    [
      { filter: { request_response_rmt: { model: { contians: 'x' } } } },
      'filter.request_response_rmt.model.contians: ',
    ],
    [{ fitler: 'all' }, 'fitler: unknown key'],
    [{ limit: 1001 }, 'limit: '],
    [{ limit: 0 }, 'limit: '],
    [{ limit: '10' }, 'limit: '],
    [{ offset: -1 }, 'offset: '],
    [{ offset: 1.5 }, 'offset: '],
    [{ sort: { random: true } }, 'sort.random: '],
    [{ includeBodies: 'yes' }, 'includeBodies: '],
    [[], 'body: '],
    ['all', 'body: '],
  ])('%j is refused with its place', async (body, place) => {
    const { status, error } = await send('POST', '/v1/request/query', { body });
    expect([status, error.slice(0, place.length)]).toEqual([400, place]);
  });
});

describe('one request', () => {
  beforeEach(() => writer.append([fullRow(1), recordRow(2, { tenant: 'other' })]));

  test('with and without bodies', async () => {
    const whole = await send('GET', `/v1/request/${UUID}`);
    expect(whole.data.request_body.messages.length).toBe(1);
    expect((await send('GET', `/v1/request/${UUID}`, { query: 'includeBody=true' })).data).toEqual(whole.data);
    const { data } = await send('GET', `/v1/request/${UUID}`, { query: 'includeBody=false' });
    expect([data.id, 'request_body' in data]).toEqual([idOf(1), false]);
    expect((await send('GET', `/v1/request/${UUID}`, { query: 'includeBody=maybe' })).status).toBe(400);
  });

  test('by an id with encoded characters, and with a slash at the end', async () => {
    expect((await send('GET', `/v1/request/${UUID.replace('-', '%2D')}`)).data.id).toBe(idOf(1));
    expect((await send('GET', `/v1/request/${UUID}/`)).data.id).toBe(idOf(1));
  });

  test.each([idOf(99), idOf(2), 'no-uuid', '%2e%2e', '%zz', "'%20OR%201=1"])('%s is not found', async (id) => {
    expect((await send('GET', `/v1/request/${id}`)).status).toBe(404);
  });
});

describe('changes', () => {
  test('feedback, scores and properties, before the record and after', async () => {
    expect(await send('POST', `/v1/request/${UUID}/feedback`, { body: { rating: true } })).toMatchObject({
      status: 200,
      data: null,
    });
    writer.append([fullRow(1)]);
    await send('POST', `/v1/request/${UUID}/score`, { body: { scores: { quality: 0.5, exact: true, wrong: false } } });
    await send('PUT', `/v1/request/${UUID}/property`, { body: { key: 'Environment', value: 'test' } });
    const { data } = await send('GET', `/v1/request/${UUID}`);
    expect(data.feedback_rating).toBe(true);
    expect(data.scores).toEqual({ 'helicone-score-feedback': 1, quality: 0.5, exact: 1, wrong: 0 });
    expect(data.properties.environment).toBe('test');
  });

  test.each([
    ['POST', `${UUID}/feedback`, { rating: 'true' }, 'rating: '],
    ['POST', `${UUID}/feedback`, {}, 'rating: '],
    ['POST', `${UUID}/feedback`, { rating: true, extra: 1 }, 'extra: unknown key'],
    ['POST', `${UUID}/score`, { scores: { quality: 'good' } }, 'scores.quality: must be a number or a boolean'],
    [
      'POST',
      `${UUID}/score`,
      { scores: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, 1])) },
      'scores: ',
    ],
    ['PUT', `${UUID}/property`, { key: '', value: 'x' }, 'key: '],
    ['PUT', `${UUID}/property`, { key: 'x', value: 1 }, 'value: '],
    ['POST', 'no-uuid/feedback', { rating: true }, 'requestId: must be a UUID'],
    ['POST', 'no-uuid/score', { scores: { a: 1 } }, 'requestId: must be a UUID'],
    ['PUT', 'no-uuid/property', { key: 'x', value: 'y' }, 'requestId: must be a UUID'],
  ])('%s %s with %j is refused with its place', async (method, path, body, place) => {
    const { status, error } = await send(method, `/v1/request/${path}`, { body });
    expect([status, error.slice(0, place.length)]).toEqual([400, place]);
  });

  test('503 when too many wait', async () => {
    store.patch = async () => 'refused';
    const { status, headers } = await send('POST', `/v1/request/${UUID}/feedback`, { body: { rating: true } });
    expect([status, headers['retry-after']]).toEqual([503, '60']);
  });
});

describe('requests that cannot be served', () => {
  test.each([
    '/',
    '/v1',
    '/v1/request',
    '/v1/nothing',
    '/v1/request/query/more',
    '/V1/request/query',
    '//v1/request/query',
  ])('%s is unknown', async (path) => {
    expect((await send('POST', path, { body: {} })).status).toBe(404);
  });

  test.each([
    ['GET', '/v1/request/query', 'POST'],
    ['DELETE', `/v1/request/${UUID}`, 'GET'],
    ['POST', `/v1/request/${UUID}/property`, 'PUT'],
  ])('%s %s is the wrong method', async (method, path, allow) => {
    const { status, headers } = await send(method, path);
    expect([status, headers.allow]).toEqual([405, allow]);
  });

  test.each([
    ['not JSON', utf8('{"filter":'), 'body: is not JSON'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'body: is not UTF-8'],
    ['deeply nested', utf8(`{"filter":${'{"left":'.repeat(50_000)}1${'}'.repeat(50_000)}}`), 'body: nests deeper'],
  ])('a body that is %s', async (_, raw, place) => {
    const { status, error } = await send('POST', '/v1/request/query', { raw });
    expect([status, error.slice(0, place.length)]).toEqual([400, place]);
  });

  test('a body over 1 MiB, announced or not, is read no further', async () => {
    let pulled = 0;
    async function* endless() {
      for (;;) {
        pulled += 1;
        yield new Uint8Array(64 * 1024).fill(0x20);
      }
    }
    expect((await send('POST', '/v1/request/query', { raw: endless() })).status).toBe(413);
    expect(pulled).toBe(17);
    const announced = await send('POST', '/v1/request/query', {
      raw: endless(),
      headers: { 'content-length': '1048577' },
    });
    expect([announced.status, pulled]).toEqual([413, 17]);
    expect((await send('POST', '/v1/request/query', { raw: new Uint8Array(1024 * 1024 + 1) })).status).toBe(413);
  });

  test('a body in pieces is put together, one that breaks is refused', async () => {
    async function* pieces() {
      for (const byte of utf8('{"limit":1,"filter":"all"}')) yield new Uint8Array([byte]);
    }
    expect((await send('POST', '/v1/request/query', { raw: pieces() })).status).toBe(200);
    async function* broken() {
      yield utf8('{"limit"');
      throw new Error('socket hang up');
    }
    expect((await send('POST', '/v1/request/query', { raw: broken() })).error).toBe('body: ended before it was whole');
  });

  test('a store that fails: 503, the cause stays inside', async () => {
    const cause = new Error('disk /secret/path is full');
    store.count = async () => {
      throw cause;
    };
    // biome-ignore lint/correctness/useYield: it fails before the first piece.
    store.export = async function* () {
      throw cause;
    };
    for (const path of ['/v1/request/query', '/v1/request/count/query']) {
      const { status, error } = await send('POST', path, { body: {} });
      expect([status, error]).toEqual([503, 'The record store is not available']);
    }
    expect(failures).toEqual([cause, cause]);
  });
});

test('a caller who may not read gets 403 on reading, and may still say something of a record', async () => {
  writer.append([recordRow(1)]);
  for (const path of ['/v1/request/query', '/v1/request/count/query', '/v1/request/query-ids']) {
    const { status, headers } = await send('POST', path, { canRead: false, body: { filter: 'all' } });
    expect([status, headers['x-helicone-error']]).toEqual([403, 'read_forbidden']);
  }
  expect((await send('GET', `/v1/request/${idOf(1)}`, { canRead: false })).status).toBe(403);
  const feedback = { canRead: false, body: { rating: true } };
  expect((await send('POST', `/v1/request/${idOf(1)}/feedback`, feedback)).status).toBe(200);
  expect((await send('GET', `/v1/request/${idOf(1)}`)).data.feedback_rating).toBe(true);
});

test('ids are found whatever their case', async () => {
  writer.append([recordRow(1)]);
  const upper = idOf(1).toUpperCase();
  expect((await send('GET', `/v1/request/${upper}`)).status).toBe(200);
  expect((await send('POST', '/v1/request/query-ids', { body: { requestIds: [upper] } })).data.length).toBe(1);
  expect((await send('POST', `/v1/request/${upper}/feedback`, { body: { rating: false } })).status).toBe(200);
  expect((await send('GET', `/v1/request/${idOf(1)}`)).data.feedback_rating).toBe(false);
});
