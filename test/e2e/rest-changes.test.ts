// Feedback, scores and properties over REST, also before the record exists; and who may see and change whose records.
import { call, createGate, type StandIn, startStandIn } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { CREDENTIALS, type RestClient, restClient } from './rest-client.js';

const CHAT = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello there' }] };

let standIn: StandIn;
let hold: ((index: number) => Promise<void> | undefined) | null = null;
beforeAll(async () => {
  standIn = await startStandIn({ firstByteMs: 0, eventMs: 0, beforeEvent: (index) => hold?.(index) });
});
afterAll(() => standIn.close());

describe('changes', () => {
  let host: ExpressHost;
  let rest: RestClient;
  beforeAll(async () => {
    host = await startExpressHost({ providers: { openai: { baseUrl: standIn.url } } });
    rest = restClient(`${host.url}/helicone`);
  });
  afterAll(() => host.close());

  async function record(id: string): Promise<unknown> {
    await host.proxy.flush();
    const { data } = await rest.send('GET', `/v1/request/${id}`);
    return data;
  }

  test('feedback, scores and properties show in the record and in filters', async () => {
    const id = await rest.call({ body: CHAT });
    await host.proxy.flush();
    expect(await rest.send('POST', `/v1/request/${id}/feedback`, { rating: true })).toEqual({
      status: 200,
      data: null,
      error: null,
    });
    const scores = { accuracy: 0.5, helpful: true, harmful: false };
    expect((await rest.send('POST', `/v1/request/${id}/score`, { scores })).status).toBe(200);
    const property = { key: 'Reviewed-By', value: 'Grüße, "Ada"' };
    expect((await rest.send('PUT', `/v1/request/${id}/property`, property)).status).toBe(200);
    expect(await record(id)).toMatchObject({
      feedback_rating: true,
      scores: { accuracy: 0.5, helpful: 1, harmful: 0 },
      properties: { 'reviewed-by': 'Grüße, "Ada"' },
      request_properties: { 'reviewed-by': 'Grüße, "Ada"' },
    });
    expect(await rest.ids({ filter: { feedback: { rating: { equals: true } } } })).toEqual([id]);
    expect(await rest.ids({ filter: { properties: { 'reviewed-by': { contains: 'ada' } } } })).toEqual([id]);
    const rated = { request_response_rmt: { scores: { accuracy: { gte: 0.5 } } } };
    expect(await rest.ids({ filter: rated })).toEqual([id]);
    await rest.send('POST', `/v1/request/${id}/feedback`, { rating: false });
    expect(await record(id)).toMatchObject({ feedback_rating: false });
  });

  test('feedback right behind the call, before its row is written', async () => {
    for (let i = 0; i < 20; i++) {
      const id = await rest.call({ body: CHAT });
      expect((await rest.send('POST', `/v1/request/${id}/feedback`, { rating: i % 2 === 0 })).status).toBe(200);
      // No flush: the feedback itself came behind the call.
      const { data } = await rest.send('GET', `/v1/request/${id}`);
      expect(data).toMatchObject({ request_id: id, feedback_rating: i % 2 === 0 });
    }
  });

  test('feedback while the call still runs, and before it even began', async () => {
    const id = crypto.randomUUID();
    expect((await rest.send('POST', `/v1/request/${id}/score`, { scores: { early: 1 } })).status).toBe(200);
    const [reached, gate] = [createGate(), createGate()];
    hold = (index) => {
      if (index !== 2) return undefined;
      reached.open();
      return gate.opened;
    };
    const running = call(`${host.url}/helicone/openai/v1/chat/completions`, {
      headers: { 'content-type': 'application/json', ...CREDENTIALS, 'helicone-request-id': id },
      body: JSON.stringify({ ...CHAT, stream: true }),
    });
    await within(5_000, 'the stream is under way', reached.opened);
    expect((await rest.send('POST', `/v1/request/${id}/feedback`, { rating: true })).status).toBe(200);
    expect((await rest.send('PUT', `/v1/request/${id}/property`, { key: 'when', value: 'running' })).status).toBe(200);
    expect((await rest.send('GET', `/v1/request/${id}`)).status).toBe(404);
    hold = null;
    gate.open();
    expect(await running.whole).toMatchObject({ status: 200, complete: true });
    expect(await record(id)).toMatchObject({
      stream: true,
      feedback_rating: true,
      scores: { early: 1 },
      properties: { when: 'running' },
    });
  });

  test('a request id that came twice: the newest is meant, and the first keeps its own', async () => {
    const id = await rest.call({ body: CHAT });
    await rest.send('POST', `/v1/request/${id}/feedback`, { rating: true });
    await rest.call({ id, body: { ...CHAT, model: 'gpt-4o' } });
    await rest.send('POST', `/v1/request/${id}/feedback`, { rating: false });
    expect(await record(id)).toMatchObject({ model: 'gpt-4o', feedback_rating: false });
    const filter = { request_response_rmt: { request_id: { equals: id } } };
    const { data } = await rest.send('POST', '/v1/request/query', { filter });
    expect(data).toMatchObject([
      { model: 'gpt-4o', feedback_rating: false },
      { model: 'gpt-4o-mini', feedback_rating: true },
    ]);
  });

  test.each<[string, string, unknown, string]>([
    ['POST', 'feedback', { rating: 'good' }, 'rating'],
    ['POST', 'feedback', {}, 'rating'],
    ['POST', 'feedback', { rating: true, note: 'x' }, 'note'],
    ['POST', 'score', { scores: { a: 'high' } }, 'scores.a'],
    ['POST', 'score', { scores: [1] }, 'scores'],
    ['PUT', 'property', { key: '', value: 'x' }, 'key'],
    ['PUT', 'property', { key: 'a', value: 1 }, 'value'],
    ['PUT', 'property', 'not json', 'body'],
  ])('%s %s with %j: 400 that names %s', async (method, what, body, place) => {
    const { status, error } = await rest.send(method, `/v1/request/${crypto.randomUUID()}/${what}`, body);
    expect(status).toBe(400);
    expect(error).toMatch(new RegExp(`^${place}: `));
  });
});

describe('keys', () => {
  const keys = {
    'key-of-a': { tenant: 'a' },
    'key-of-b': { tenant: 'b' },
    'pk-of-a': { tenant: 'a' },
    'blind-of-a': { tenant: 'a', canRead: false },
    'ruled-of-a': {
      tenant: 'a',
      policy: {
        enforce: { 'Helicone-Property-Team': 'red', 'Helicone-Session-Name': 'work' },
        ignore: ['Helicone-User-Id'],
      },
    },
    'ada-of-a': { tenant: 'a', userId: 'ada' },
  };
  const [A, B] = [{ key: 'key-of-a' }, { key: 'key-of-b' }];
  let host: ExpressHost;
  let rest: RestClient;
  const ids: Record<'a' | 'b', string> = { a: '', b: '' };
  const callAs = (key: string) => rest.call({ body: CHAT, headers: { 'helicone-auth': `Bearer ${key}` } });

  beforeAll(async () => {
    host = await startExpressHost({ auth: { keys }, providers: { openai: { baseUrl: standIn.url } } });
    rest = restClient(`${host.url}/helicone`);
    ids.a = await callAs('key-of-a');
    ids.b = await callAs('key-of-b');
    await host.proxy.flush();
  });
  afterAll(() => host.close());

  test('tenants never see each other', async () => {
    expect(await rest.ids({}, A)).toEqual([ids.a]);
    expect(await rest.ids({}, B)).toEqual([ids.b]);
    const other = { request_response_rmt: { organization_id: { equals: 'b' } } };
    expect(await rest.ids({ filter: other }, A)).toEqual([]);
    const either = { left: other, operator: 'or', right: 'all' };
    expect(await rest.ids({ filter: either }, A)).toEqual([ids.a]);
    expect(await rest.send('POST', '/v1/request/count/query', {}, A)).toMatchObject({ data: 1 });
    expect((await rest.send('GET', `/v1/request/${ids.b}`, undefined, A)).status).toBe(404);
    const several = await rest.send('POST', '/v1/request/query-ids', { requestIds: [ids.a, ids.b] }, A);
    expect((several.data as object[]).length).toBe(1);
  });

  test('nor change each other’s records, also by the record’s own id', async () => {
    const theirs = (await rest.send('GET', `/v1/request/${ids.b}`, undefined, B)).data as { id: string };
    for (const id of [ids.b, theirs.id]) {
      await rest.send('POST', `/v1/request/${id}/feedback`, { rating: false }, A);
      await rest.send('PUT', `/v1/request/${id}/property`, { key: 'owned', value: 'by a' }, A);
    }
    expect((await rest.send('GET', `/v1/request/${ids.b}`, undefined, B)).data).toEqual(theirs);
  });

  test('what policy says of a key’s calls, the key cannot change afterwards', async () => {
    const id = await callAs('ruled-of-a');
    const change = async (key: string, what: string, body: object) =>
      (await rest.send('PUT', `/v1/request/${id}/${what}`, body, { key })).status;
    expect(await change('ruled-of-a', 'property', { key: 'Team', value: 'blue' })).toBe(403);
    expect(await change('ruled-of-a', 'property', { key: 'Helicone-Session-Name', value: 'play' })).toBe(403);
    expect(await change('ruled-of-a', 'user', { userId: 'eve' })).toBe(403);
    expect(await change('ada-of-a', 'user', { userId: 'eve' })).toBe(403);
    expect(await change('ruled-of-a', 'property', { key: 'app', value: 'door' })).toBe(200);
    await host.proxy.flush();
    const { data } = await rest.send('GET', `/v1/request/${id}`, undefined, A);
    const properties = { team: 'red', 'helicone-session-name': 'work', app: 'door' };
    expect(data).toMatchObject({ request_user_id: null, properties });
    expect(await change('ada-of-a', 'user', { userId: 'ada' })).toBe(200);
    const after = await rest.send('GET', `/v1/request/${id}`, undefined, A);
    expect(after.data).toMatchObject({ request_user_id: 'ada' });
  });

  test('the same request id in two tenants is two records', async () => {
    const id = crypto.randomUUID();
    const asA = { 'helicone-auth': 'Bearer key-of-a' };
    const asB = { 'helicone-auth': 'Bearer key-of-b' };
    await rest.call({ id, body: CHAT, headers: asA });
    await rest.call({ id, body: { ...CHAT, model: 'gpt-4o' }, headers: asB });
    await host.proxy.flush();
    expect(await rest.send('GET', `/v1/request/${id}`, undefined, A)).toMatchObject({ data: { model: 'gpt-4o-mini' } });
    expect(await rest.send('GET', `/v1/request/${id}`, undefined, B)).toMatchObject({ data: { model: 'gpt-4o' } });
  });

  test.each(['pk-of-a', 'blind-of-a'])('%s can call, but not read', async (key) => {
    const id = await callAs(key);
    for (const [method, path, body] of [
      ['POST', '/v1/request/query', {}],
      ['POST', '/v1/request/query-clickhouse', {}],
      ['POST', '/v1/request/count/query', {}],
      ['POST', '/v1/request/query-ids', { requestIds: [id] }],
      ['GET', `/v1/request/${id}`, undefined],
    ] as const) {
      expect((await rest.send(method, path, body, { key })).status, path).toBe(403);
    }
    // What it may say of a call, a reader of its tenant sees.
    expect((await rest.send('POST', `/v1/request/${id}/feedback`, { rating: true }, { key })).status).toBe(200);
    await host.proxy.flush();
    const { status, data } = await rest.send('GET', `/v1/request/${id}`, undefined, A);
    expect([status, data]).toMatchObject([200, { feedback_rating: true }]);
  });

  test.each<[string, Record<string, string>]>([
    ['none', {}],
    ['a wrong one', { authorization: 'Bearer wrong' }],
    ['a provider’s', { authorization: 'Bearer sk-1234' }],
    [
      'a wrong one in Helicone-Auth beside a right one',
      { 'helicone-auth': 'Bearer wrong', authorization: 'Bearer key-of-a' },
    ],
  ])('%s: 401', async (_title, headers) => {
    for (const path of ['/v1/request/query', `/v1/request/${ids.a}/feedback`, '/v1/nothing']) {
      expect((await rest.send('POST', path, { rating: true }, { headers })).status).toBe(401);
    }
  });

  test('the key may also stand in Helicone-Auth', async () => {
    expect(
      (await rest.send('POST', '/v1/request/query', {}, { headers: { 'helicone-auth': 'Bearer key-of-a' } })).status,
    ).toBe(200);
  });
});
