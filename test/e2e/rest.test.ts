// Records over REST, from an Express app: queries, paging, single records, and wrong input.
import { heliconeProxy } from '@helicone-proxy/express';
import { type StandIn, startStandIn } from '@helicone-proxy/testkit';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { type RestClient, restClient } from './rest-client.js';

const MESSAGES = [{ role: 'user', content: 'hello there' }];
const WORDY = [{ role: 'user', content: 'a question with a canary word in it' }];

let standIn: StandIn;
let host: ExpressHost;
let rest: RestClient;
/** Ids of the calls below, by name, in the order of the calls. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  standIn = await startStandIn({ firstByteMs: 0, eventMs: 0 });
  const place = { baseUrl: standIn.url };
  host = await startExpressHost({ providers: { openai: place, anthropic: place } });
  rest = restClient(`${host.url}/helicone`);
  const prod = { 'helicone-property-environment': 'prod', 'helicone-user-id': 'ada' };
  const dev = { 'Helicone-Property-Environment': 'dev' };
  ids.small = await rest.call({ body: { model: 'gpt-4o-mini', messages: MESSAGES }, headers: prod });
  ids.large = await rest.call({ body: { model: 'gpt-4o', messages: WORDY }, headers: dev });
  ids.reasoning = await rest.call({ path: '/openai/v1/responses', body: { model: 'o3', input: 'hi' }, headers: prod });
  const message = { model: 'claude-haiku-4-5', max_tokens: 50, messages: MESSAGES };
  ids.claude = await rest.call({ path: '/anthropic/v1/messages', body: message });
  await host.proxy.flush();
});
afterAll(async () => {
  await host.close();
  await standIn.close();
});

const named = (names: string): string[] =>
  names
    .split(' ')
    .filter(Boolean)
    .map((name) => ids[name] as string);
const rmt = (fields: object): object => ({ request_response_rmt: fields });
const SINCE_2025 = rmt({ request_created_at: { gte: '2025-01-01T00:00:00.000Z' } });
const IN_2099 = rmt({ request_created_at: { gte: '2099-01-01T00:00:00.000Z' } });
const PROD = rmt({ properties: { environment: { equals: 'prod' } } });

/** Helicone's own vector (reference 14.7), with the last leaf to choose. */
const vector = (last: object): object => ({
  left: rmt({ model: { contains: 'gpt-4o' } }),
  operator: 'and',
  right: { left: PROD, operator: 'or', right: last },
});

describe('filters', () => {
  test.each<[string, unknown, string]>([
    ['all', 'all', 'claude reasoning large small'],
    ['an empty leaf', {}, 'claude reasoning large small'],
    ['none at all', undefined, 'claude reasoning large small'],
    ['Helicone’s vector', vector(SINCE_2025), 'large small'],
    ['the same, where only the property fits', vector(IN_2099), 'small'],
    ['model equals', rmt({ model: { equals: 'o3' } }), 'reasoning'],
    ['model contains, in other letters', rmt({ model: { contains: 'GPT-4O' } }), 'large small'],
    ['a property by any letters', rmt({ properties: { ENVIRONMENT: { equals: 'dev' } } }), 'large'],
    ['the same by its own table', { properties: { environment: { equals: 'dev' } } }, 'large'],
    ['without the property', rmt({ properties: { environment: { 'not-equals': 'prod' } } }), 'claude large'],
    ['user', rmt({ user_id: { equals: 'ada' } }), 'reasoning small'],
    ['user not known', rmt({ user_id: { equals: 'null' } }), 'claude large'],
    ['provider', rmt({ provider: { equals: 'anthropic' } }), 'claude'],
    ['status', { response: { status: { equals: 200 } } }, 'claude reasoning large small'],
    ['no such status', { response: { status: { gte: 400 } } }, ''],
    ['tokens', rmt({ completion_tokens: { gt: 20 } }), 'reasoning'],
    ['two operators of one field', rmt({ total_tokens: { gt: 0, lt: 7 } }), 'claude small'],
    ['two fields of one leaf', rmt({ model: { contains: 'gpt' }, user_id: { equals: 'ada' } }), 'small'],
    ['text of the request', rmt({ request_body: { contains: 'canary word' } }), 'large'],
    ['text of the answer', rmt({ response_body: { contains: 'You said: hello there' } }), 'claude small'],
    ['a time that is not yet', IN_2099, ''],
  ])('%s', async (_title, filter, expected) => {
    expect(await rest.ids({ filter })).toEqual(named(expected));
    const count = await rest.send('POST', '/v1/request/count/query', { filter });
    expect(count).toEqual({ status: 200, data: named(expected).length, error: null });
    const clickhouse = await rest.send('POST', '/v1/request/query-clickhouse', { filter });
    expect((clickhouse.data as object[]).length).toBe(named(expected).length);
  });

  test('values are values, whatever they look like', async () => {
    for (const value of ["' OR 1=1 --", '%', '_', '\\', '"', '{}', '\u0000']) {
      expect(await rest.ids({ filter: rmt({ user_id: { equals: value } }) }), value).toEqual([]);
      expect(await rest.ids({ filter: rmt({ properties: { [value]: { equals: value } } }) }), value).toEqual([]);
    }
    expect(await rest.ids({ filter: rmt({ model: { contains: '%' } }) })).toEqual([]);
  });
});

describe('order and pages', () => {
  test.each<[object | undefined, string]>([
    [undefined, 'claude reasoning large small'],
    [{ created_at: 'asc' }, 'small large reasoning claude'],
    [{ created_at: 'desc' }, 'claude reasoning large small'],
    [{ total_tokens: 'desc' }, 'reasoning large claude small'],
    [{ body_model: 'asc' }, 'claude large small reasoning'],
  ])('sorted by %j', async (sort, expected) => {
    expect(await rest.ids({ sort })).toEqual(named(expected));
  });

  test('sorted by cost: least first', async () => {
    const { data } = await rest.send('POST', '/v1/request/query', { sort: { cost: 'asc' } });
    const costs = (data as { cost_usd: number }[]).map(({ cost_usd }) => cost_usd);
    expect(costs).toHaveLength(4);
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
  });

  test('pages join without gap or overlap', async () => {
    const pages = await Promise.all([0, 1, 2, 3, 4].map((offset) => rest.ids({ limit: 1, offset })));
    expect(pages.flat()).toEqual(named('claude reasoning large small'));
    expect(await rest.ids({ limit: 3, offset: 2 })).toEqual(named('large small'));
    expect(await rest.ids({ limit: 1000 })).toHaveLength(4);
  });
});

describe('single records', () => {
  const bodiesOf = (data: unknown): unknown[] => {
    const { request_body, response_body } = data as Record<string, unknown>;
    return [request_body, response_body];
  };

  test('with bodies, and without when asked so', async () => {
    const { data, status } = await rest.send('GET', `/v1/request/${ids.small}`);
    expect(status).toBe(200);
    expect(data).toMatchObject({
      request_id: ids.small,
      provider: 'openai',
      model: 'gpt-4o-mini',
      request_user_id: 'ada',
      properties: { environment: 'prod' },
      prompt_tokens: 2,
      completion_tokens: 4,
      request_body: { model: 'gpt-4o-mini', messages: MESSAGES },
      response_body: { choices: [{ message: { content: 'You said: hello there' } }] },
    });
    const lean = await rest.send('GET', `/v1/request/${ids.small}?includeBody=false`);
    expect(bodiesOf(lean.data)).toEqual([undefined, undefined]);
    expect(await rest.send('GET', `/v1/request/${(data as { id: string }).id}`)).toMatchObject({ data });
    expect(await rest.send('GET', `/v1/request/${ids.small?.toUpperCase()}`)).toMatchObject({ data });
  });

  test('a list has bodies only when asked for', async () => {
    const lean = await rest.send('POST', '/v1/request/query', {});
    for (const record of lean.data as unknown[]) expect(bodiesOf(record)).toEqual([undefined, undefined]);
    const full = await rest.send('POST', '/v1/request/query', { includeBodies: true });
    for (const record of full.data as unknown[]) expect(bodiesOf(record)).not.toContain(undefined);
  });

  test('several by their ids, unknown ones left out', async () => {
    const requestIds = [ids.large, crypto.randomUUID(), ids.small, 'no uuid'];
    const { data } = await rest.send('POST', '/v1/request/query-ids', { requestIds });
    expect((data as { request_id: string }[]).map(({ request_id }) => request_id)).toEqual(named('large small'));
  });
});

describe('wrong input', () => {
  test.each<[unknown, string]>([
    [{ filter: rmt({ model: { contians: 'x' } }) }, 'filter.request_response_rmt.model.contians'],
    [{ filter: rmt({ modle: { equals: 'x' } }) }, 'filter.request_response_rmt.modle'],
    [{ filter: { no_such_table: {} } }, 'filter.no_such_table'],
    [{ filter: 'everything' }, 'filter'],
    [{ filter: { left: 'all', operator: 'xor', right: 'all' } }, 'filter.operator'],
    [
      { filter: { left: 'all', operator: 'and', right: rmt({ status: { equals: 'x' } }) } },
      'filter.right.request_response_rmt.status.equals',
    ],
    [
      { filter: rmt({ request_created_at: { gte: 'yesterday' } }) },
      'filter.request_response_rmt.request_created_at.gte',
    ],
    [{ sort: { created_at: 'down' } }, 'sort.created_at'],
    [{ sort: { nothing: 'asc' } }, 'sort.nothing'],
    [{ limit: 0 }, 'limit'],
    [{ limit: 1001 }, 'limit'],
    [{ offset: -1 }, 'offset'],
    [{ fitler: 'all' }, 'fitler'],
    ['{"filter":', 'body'],
    ['[]', 'body'],
  ])('%j: 400 that begins with %s', async (body, place) => {
    const { status, error } = await rest.send('POST', '/v1/request/query', body);
    expect(status).toBe(400);
    expect(error?.slice(0, place.length + 1)).toBe(`${place}:`);
  });

  test.each([
    ['GET', `/v1/request/${crypto.randomUUID()}`, 404],
    ['GET', '/v1/request/no-uuid', 404],
    ['GET', '/v1/no/such/path', 404],
    ['GET', '', 404],
    ['GET', '/v1/request/query', 404],
    ['DELETE', `/v1/request/${crypto.randomUUID()}`, 405],
    ['POST', '/v1/request/no-uuid/feedback', 400],
  ])('%s %s: %i', async (method, path, expected) => {
    const body = method === 'POST' ? { rating: true } : undefined;
    const { status } = await rest.send(method, path, body);
    // A path that reads as an id with another method may be told as either.
    expect(expected === 404 ? [404, 405] : [expected]).toContain(status);
  });

  test('a body over 1 MiB: 413, and the app goes on', async () => {
    const { status } = await rest.send('POST', '/v1/request/query', { filter: 'x'.repeat(1024 * 1024) });
    expect(status).toBe(413);
    expect(await rest.ids({ limit: 1 })).toEqual(named('claude'));
  });
});

test.each(['/internal/llm', '/a'])('the same mounted at %s', async (mountAt) => {
  const other = await startExpressHost({ mountAt, providers: { openai: { baseUrl: standIn.url } } });
  try {
    const client = restClient(other.url + mountAt);
    const id = await client.call({ body: { model: 'gpt-4o-mini', messages: MESSAGES } });
    await other.proxy.flush();
    expect(await client.ids({ filter: vector(SINCE_2025) })).toEqual([id]);
    expect(await client.send('GET', `/v1/request/${id}`)).toMatchObject({ status: 200, data: { request_id: id } });
  } finally {
    await other.close();
  }
});

test('the same behind express.json(), which has read the body already', async () => {
  const middleware = heliconeProxy({
    records: { store: 'sqlite::memory:' },
    providers: { openai: { baseUrl: standIn.url } },
  });
  const server = express().use(express.json()).use(middleware).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const { port } = server.address() as import('node:net').AddressInfo;
    const client = restClient(`http://127.0.0.1:${port}/helicone`);
    const id = await client.call({ body: { model: 'gpt-4o-mini', messages: MESSAGES } });
    await middleware.proxy.flush();
    expect(await client.ids({ filter: vector(SINCE_2025) })).toEqual([id]);
    expect((await client.send('POST', '/v1/request/query', { limit: 0 })).status).toBe(400);
    expect((await client.send('POST', `/v1/request/${id}/feedback`, { rating: true })).status).toBe(200);
  } finally {
    server.close();
    server.closeAllConnections();
    await middleware.proxy.close();
  }
});
