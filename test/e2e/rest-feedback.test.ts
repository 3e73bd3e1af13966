import { HeliconeFeedbackRating, HeliconeProxyOpenAI } from '@helicone/helicone';
import { heliconeProxy } from '@helicone-proxy/express';
import express from 'express';
import { describe, expect, test } from 'vitest';
import { answerChat } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const { rig, provider, serve } = startedHere();
const KEYS = { auth: { keys: { 'sk-a': { tenant: 'a' }, 'pk-a': { tenant: 'a' }, 'sk-b': { tenant: 'b' } } } };
const MESSAGES = [{ role: 'user' as const, content: 'hi' }];

/** A client of Helicone's that talks to `baseUrl`; `heard` gets the status of each answer to feedback. */
function sdk(baseUrl: string, heard: number[]): HeliconeProxyOpenAI {
  return new HeliconeProxyOpenAI({
    apiKey: 'sk-provider',
    maxRetries: 0,
    heliconeMeta: {
      apiKey: 'sk-a',
      baseUrl,
      properties: { feature: 'chat' },
      user: 'ann',
      onFeedback: async (response) => {
        heard.push(response.status);
      },
    },
  });
}

/** Under an id of its own: the tracer that comes with the SDK takes `withResponse()` away, which would tell the proxy's. */
async function callAndRate(client: HeliconeProxyOpenAI, rating: HeliconeFeedbackRating): Promise<string> {
  const id = crypto.randomUUID();
  const body = { model: 'gpt-4o-mini', messages: MESSAGES };
  const answer = await client.chat.completions.create(body, { headers: { 'Helicone-Request-Id': id } });
  expect(answer.choices[0]?.message.content).toBe('Hi.');
  await client.helicone.logFeedback(id, rating);
  return id;
}

describe('HeliconeProxyOpenAI', () => {
  test('rates its calls where the proxy has the whole host', async () => {
    const {
      origin,
      records,
      provider: fake,
    } = await rig(({ origin: baseUrl }) => ({ ...KEYS, basePath: '/', providers: { openai: { baseUrl } } }));
    const heard: number[] = [];
    const client = sdk(`${origin}/openai/v1`, heard);
    const good = await callAndRate(client, HeliconeFeedbackRating.Positive);
    const bad = await callAndRate(client, HeliconeFeedbackRating.Negative);
    expect(heard).toEqual([200, 200]);
    const rated = (await records('a')).map((each) => [each.request_id, each.feedback_rating]);
    expect(rated).toEqual([
      [good, true],
      [bad, false],
    ]);
    const [record] = await records('a');
    expect(record).toMatchObject({ request_user_id: 'ann', properties: { feature: 'chat' } });
    expect(fake.requests.length, 'feedback is no call to a provider').toBe(2);
  });

  test('rates its calls where the host hands `/v1/feedback` on', async () => {
    const { origin } = await provider(answerChat);
    const helicone = heliconeProxy({
      ...KEYS,
      providers: { openai: { baseUrl: origin } },
      records: { store: 'sqlite::memory:' },
    });
    const app = express();
    app.post('/v1/feedback', (request, response, next) => {
      request.url = '/helicone/v1/feedback';
      helicone(request, response, next);
    });
    app.use(helicone);
    const host = await serve(app, helicone.proxy);
    const heard: number[] = [];
    const client = sdk(`${host}/helicone/openai/v1`, heard);
    const id = await callAndRate(client, HeliconeFeedbackRating.Positive);
    expect(heard).toEqual([200]);
    await helicone.proxy.flush();
    expect(await helicone.proxy.records.get('a', id)).toMatchObject({ feedback_rating: true });
  });
});

describe('paths', () => {
  const post = (path: string, headers: Record<string, string>, json: unknown) => ({ path, headers, json });
  const own = { 'helicone-auth': 'Bearer sk-a' };

  test.each(['/api/v1/feedback', '/v1/feedback', '/openai/v1/feedback', '/oai/v1/feedback', '/anthropic/v1/feedback'])(
    'POST %s',
    async (path) => {
      const {
        chat,
        get,
        records,
        provider: fake,
      } = await rig((each) => ({
        ...KEYS,
        providers: { openai: { baseUrl: each.origin } },
      }));
      const answer = await chat({ 'helicone-auth': 'Bearer sk-a', authorization: 'Bearer sk-provider' });
      const id = answer.header('helicone-id');
      const ways = [own, { authorization: 'Bearer sk-a' }, { 'helicone-auth': 'Bearer pk-a' }];
      for (const [index, headers] of ways.entries()) {
        const rating = index % 2 === 0;
        const body = JSON.stringify({ 'helicone-id': id, rating });
        const given = await get(path, { headers: { ...headers, 'content-type': 'application/json' }, body });
        expect([given.status, JSON.parse(given.body.toString())]).toEqual([200, { data: null, error: null }]);
        expect((await records('a'))[0]?.feedback_rating).toBe(rating);
      }
      expect(fake.requests.length).toBe(1);
    },
  );

  test('before the call, and for a tenant of its own', async () => {
    const { chat, get, records } = await rig((each) => ({ ...KEYS, providers: { openai: { baseUrl: each.origin } } }));
    const id = crypto.randomUUID();
    const body = JSON.stringify({ 'helicone-id': id.toUpperCase(), rating: true });
    expect((await get('/v1/feedback', { headers: own, body })).status).toBe(200);
    for (const key of ['sk-a', 'sk-b']) {
      await chat({ 'helicone-auth': `Bearer ${key}`, 'helicone-request-id': id, authorization: 'Bearer sk-provider' });
    }
    expect((await records('a')).map((each) => each.feedback_rating)).toEqual([true]);
    expect((await records('b')).map((each) => each.feedback_rating)).toEqual([null]);
  });

  test.each([
    [post('/v1/feedback', {}, { 'helicone-id': crypto.randomUUID(), rating: true }), 401, 'no valid key'],
    [post('/v1/feedback', { 'helicone-auth': 'Bearer sk-x' }, {}), 401, 'no valid key'],
    [post('/v1/feedback', own, { rating: true }), 400, 'helicone-id: '],
    [post('/v1/feedback', own, { 'helicone-id': 'abc', rating: true }), 400, 'helicone-id: must be a UUID'],
    [post('/openai/v1/feedback', own, { 'helicone-id': crypto.randomUUID(), rating: 'good' }), 400, 'rating: '],
  ])('%j is refused', async ({ path, headers, json }, status, problem) => {
    const { get } = await rig(KEYS);
    const answer = await get(path, { headers, body: JSON.stringify(json) });
    const envelope = JSON.parse(answer.body.toString());
    expect([answer.status, envelope.data]).toEqual([status, null]);
    expect(envelope.error).toContain(problem);
  });

  test('PUT of a property, with either header, where REST is and where calls go', async () => {
    const { chat, get, records } = await rig((each) => ({ ...KEYS, providers: { openai: { baseUrl: each.origin } } }));
    const call = await chat({ 'helicone-auth': 'Bearer sk-a', authorization: 'Bearer sk-provider' });
    const path = `/v1/request/${call.header('helicone-id')}/property`;
    const ways = { [`/api${path}`]: own, [path]: { authorization: 'Bearer sk-a' }, [`/openai${path}`]: own };
    for (const [index, [where, headers]] of Object.entries(ways).entries()) {
      const body = JSON.stringify({ key: `Way-${index}`, value: where });
      expect((await get(where, { method: 'PUT', headers, body })).status).toBe(200);
    }
    const values = Object.fromEntries(Object.keys(ways).map((where, index) => [`way-${index}`, where]));
    expect((await records('a'))[0]?.properties).toEqual(values);
  });
});
