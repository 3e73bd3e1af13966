// Helicone's own client of REST, pointed at `/api`: its raw client and its scoring worker.
import { HeliconeAPIClient } from '@helicone/helicone';
import { recordRow } from '@helicone-proxy/testkit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startedHere } from '../rig/started.js';
import { within } from '../rig/until.js';

const { rig } = startedHere();
afterEach(() => vi.restoreAllMocks());

const idOf = (n: number): string => recordRow(n).id;

/** The nth call of a tenant. */
function row(n: number, tenant = 'a') {
  return recordRow(n, {
    tenant,
    // Request ids of the two tenants are the same.
    id: tenant === 'a' ? idOf(n) : idOf(1000 + n),
    userId: n % 2 === 0 ? 'ann' : null,
    requestBody: Buffer.from(JSON.stringify({ messages: [{ role: 'user', content: `question ${n} of ${tenant}` }] })),
    responseBody: Buffer.from(JSON.stringify({ answer: n })),
  });
}

async function started() {
  const keys = { 'sk-a': { tenant: 'a' }, 'sk-b': { tenant: 'b' } };
  const { url, proxy, records } = await rig({ auth: { keys } });
  await proxy.records.append([...Array.from({ length: 12 }, (_, n) => row(n + 1)), row(1, 'b')]);
  return { records, client: new HeliconeAPIClient({ apiKey: 'sk-a', baseURL: `${url}/api` }) };
}

describe('rawClient', () => {
  test('queries, counts and finds records', async () => {
    const { rawClient } = (await started()).client;
    const { data } = await rawClient.POST('/v1/request/query', {
      body: { filter: { request: { user_id: { equals: 'ann' } } }, limit: 3, offset: 0, sort: { created_at: 'desc' } },
    });
    expect(data?.error).toBe(null);
    expect(data?.data?.map(({ request_id }: { request_id: string }) => request_id)).toEqual([12, 10, 8].map(idOf));
    const wrong = await rawClient.POST('/v1/request/query', { body: { filter: 'some' as 'all' } });
    expect([wrong.response.status, wrong.error]).toEqual([
      400,
      { data: null, error: expect.stringMatching(/^filter: /) },
    ]);
  });

  test('rates and scores records, and sets their properties', async () => {
    const { client, records } = await started();
    const path = { requestId: idOf(3) };
    const answers = [
      await client.rawClient.POST('/v1/request/{requestId}/feedback', { params: { path }, body: { rating: true } }),
      await client.rawClient.POST('/v1/request/{requestId}/score', { params: { path }, body: { scores: { fit: 5 } } }),
      await client.rawClient.PUT('/v1/request/{requestId}/property', {
        params: { path },
        body: { key: 'By', value: 'x' },
      }),
    ];
    for (const { response, data } of answers) expect([response.status, data?.error]).toEqual([200, null]);
    expect((await records('a')).find((each) => each.id === idOf(3))).toMatchObject({
      feedback_rating: true,
      scores: { fit: 5 },
      properties: { by: 'x' },
    });
    expect(await records('b')).toMatchObject([{ feedback_rating: null, scores: {}, properties: {} }]);
  });
});

test('scoringWorker() scores every record once, with its bodies', async () => {
  const { client, records } = await started();
  const said: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...words) => void said.push(words.join(' ')));
  // It sleeps for 5 s between two looks.
  const { setTimeout: later } = globalThis;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms?: number) =>
    later(work, ms === 5000 ? 0 : ms)) as typeof setTimeout);
  const worker = client.scoringWorker();
  const scored: string[] = [];
  const scoring = worker.start(async (record, bodies) => {
    scored.push(bodies.request.messages[0].content);
    expect(bodies.response).toEqual({ answer: 12 - scored.length + 1 });
    if (scored.length === 12) worker.stop();
    return { scores: { length: bodies.request.messages[0].content.length, seen: record.request_user_id === 'ann' } };
  });
  await within(15_000, 'all are scored', scoring);
  expect(scored).toEqual(Array.from({ length: 12 }, (_, n) => `question ${12 - n} of a`));
  expect(said.filter((line) => line.startsWith('Failed'))).toEqual([]);
  const found = (await records('a')).map(({ scores }) => scores);
  expect(found).toEqual(
    Array.from({ length: 12 }, (_, n) => ({ length: `question ${n + 1} of a`.length, seen: n % 2 })),
  );
  expect((await records('b')).map(({ scores }) => scores)).toEqual([{}]);
});
