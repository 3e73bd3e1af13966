// Datasets over REST: copies of records that stay, can be edited, and go out as examples to fine-tune with.
import { get, recordRow } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { DatasetRowSchema } from '../../packages/api/src/datasets/dataset-row.js';
import type { ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const { rig } = startedHere();

const idOf = (n: number): string => recordRow(n).id;
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const asked = (text: string) => ({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }] });
const answered = (text: string) => ({ choices: [{ index: 0, message: { role: 'assistant', content: text } }] });

/** The nth call: a question and its answer. */
const chatRow = (n: number, given: Parameters<typeof recordRow>[1] = {}) =>
  recordRow(n, { requestBody: json(asked(`question ${n}`)), responseBody: json(answered(`answer ${n}`)), ...given });

async function seeded(rows: ReturnType<typeof recordRow>[]): Promise<ProxyRig> {
  const started = await rig();
  await started.proxy.records.append(rows);
  return started;
}

async function create({ rest }: ProxyRig, requestIds: string[], more: object = {}): Promise<string> {
  const { status, data, error } = await rest('/v1/helicone-dataset', {
    json: { datasetName: 'mine', requestIds, ...more },
  });
  expect([status, error]).toEqual([200, null]);
  return (data as { datasetId: string }).datasetId;
}

async function rowsOf({ rest }: ProxyRig, id: string, page: object = {}) {
  const { status, data, error } = await rest(`/v1/helicone-dataset/${id}/query`, { json: page });
  expect([status, error]).toEqual([200, null]);
  return DatasetRowSchema.array().parse(data);
}

async function exported({ url }: ProxyRig, id: string, query = '') {
  const answer = await get(`${url}/api/v1/helicone-dataset/${id}/export${query}`, { method: 'GET' });
  expect([answer.status, answer.header('content-type')]).toEqual([200, 'application/x-ndjson']);
  const lines = answer.body.toString().split('\n');
  expect(lines.pop()).toBe('');
  return { answer, lines: lines.map((line) => JSON.parse(line)) };
}

const ids = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, n) => idOf(from + n));

describe('datasets', () => {
  test('are made, listed, counted and deleted', async () => {
    const started = await seeded([chatRow(1), chatRow(2), chatRow(3)]);
    const { rest } = started;
    const first = await create(started, [idOf(1), idOf(2), idOf(1).toUpperCase()], { meta: { promptVersionId: 'p' } });
    const second = await create(started, []);
    const { data } = await rest('/v1/helicone-dataset/query', { json: {} });
    const listed = data as { id: string; created_at: string }[];
    expect(listed.map(({ id }) => id).sort()).toEqual([first, second].sort());
    expect(listed.find(({ id }) => id === first)).toEqual({
      id: first,
      name: 'mine',
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      meta: { promptVersionId: 'p' },
      requests_count: 2,
      dataset_type: 'helicone',
    });
    expect(await rest('/v1/helicone-dataset/query', { json: { datasetIds: [second, 'unknown'] } })).toMatchObject({
      data: [{ id: second, meta: null, requests_count: 0 }],
    });
    expect((await rest('/v1/helicone-dataset/count')).data).toBe(2);
    expect((await rest(`/v1/helicone-dataset/${first}/count`)).data).toBe(2);
    expect(await rest(`/v1/helicone-dataset/${first}/delete`)).toEqual({ status: 200, data: null, error: null });
    expect((await rest('/v1/helicone-dataset/count')).data).toBe(1);
    expect((await rest(`/v1/helicone-dataset/${first}/count`)).status).toBe(404);
    const { documents } = started.proxy.records;
    for (const kind of ['dataset', 'dataset-entry', 'dataset-row']) {
      expect(await documents.count({ tenant: 'default', kind, prefix: first })).toBe(0);
    }
  });

  test('show rows with their bodies, the newest record first, page by page', async () => {
    const started = await seeded(Array.from({ length: 30 }, (_, n) => chatRow(n + 1)));
    const id = await create(started, ids(1, 30).reverse());
    const rows = await rowsOf(started, id);
    expect(rows.map((row) => row.origin_request_id)).toEqual(ids(1, 30).reverse());
    expect(rows[0]).toMatchObject({
      id: idOf(30),
      dataset_id: id,
      model: 'gpt-4o-mini',
      provider: 'openai',
      request_body: asked('question 30'),
      response_body: answered('answer 30'),
    });
    expect((await rowsOf(started, id, { offset: 28, limit: 5 })).map((row) => row.id)).toEqual([idOf(2), idOf(1)]);
    expect(await rowsOf(started, id, { offset: 30 })).toEqual([]);
    expect(await rowsOf(started, await create(started, []))).toEqual([]);
  });

  test('take rows and let them go, by their ids or those of their requests', async () => {
    const requestId = crypto.randomUUID();
    const started = await seeded([chatRow(1), chatRow(2), chatRow(3), chatRow(4, { requestId })]);
    const { rest } = started;
    const id = await create(started, [idOf(1)]);
    const mutate = (json: object) => rest(`/v1/helicone-dataset/${id}/mutate`, { json });
    expect(await mutate({ addRequests: [idOf(2), requestId] })).toEqual({ status: 200, data: null, error: null });
    expect((await rowsOf(started, id)).map((row) => row.id)).toEqual([idOf(4), idOf(2), idOf(1)]);
    await mutate({ removeRequests: [requestId, crypto.randomUUID(), 'nonsense'] });
    await mutate({ addRequests: [idOf(3)], removeRequests: [idOf(1).toUpperCase()] });
    expect((await rowsOf(started, id)).map((row) => row.id)).toEqual([idOf(3), idOf(2)]);
    expect((await started.records()).length, 'records stay').toBe(4);
  });

  test('hold copies: edited, they stay so; the record stays as it is, and may go', async () => {
    const requestId = crypto.randomUUID();
    const started = await seeded([chatRow(1, { requestId }), chatRow(2)]);
    const { rest, proxy } = started;
    const id = await create(started, [requestId, idOf(2)]);
    const bodies = { requestBody: asked('edited: Grüße 👋'), responseBody: answered('better') };
    for (const rowId of [requestId, idOf(1)]) {
      const edited = await rest(`/v1/helicone-dataset/${id}/request/${rowId}`, { json: bodies });
      expect(edited).toEqual({ status: 200, data: null, error: null });
    }
    // Added again it is there already, and stays as it was edited.
    await rest(`/v1/helicone-dataset/${id}/mutate`, { json: { addRequests: [requestId] } });
    const before = await rowsOf(started, id);
    expect(before[1]).toMatchObject({ request_body: bodies.requestBody, response_body: bodies.responseBody });
    expect(await proxy.records.get('default', requestId, { bodies: true })).toMatchObject({
      request_body: asked('question 1'),
    });
    await proxy.records.deleteBefore(Date.now());
    expect(await started.records()).toEqual([]);
    expect(await rowsOf(started, id)).toEqual(before);
  });
});

describe('export', () => {
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
  const rows = [
    chatRow(1),
    chatRow(2, {
      requestBody: json({ model: 'gpt-4.1', instructions: 'Be short.', input: 'question 2' }),
      responseBody: json({
        object: 'response',
        output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'answer 2' }] }],
      }),
    }),
    chatRow(3, {
      requestBody: json({ system: 'Be kind.', messages: [{ role: 'user', content: 'question 3' }] }),
      responseBody: json({ type: 'message', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {} }] }),
    }),
    chatRow(4, { responseBody: json({ error: { message: 'no' } }) }),
    chatRow(5, { requestBody: null }),
  ];
  const examples = [
    { messages: [asked('question 1').messages[0], { role: 'assistant', content: 'answer 1' }] },
    {
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'question 2' },
        { role: 'assistant', content: 'answer 2' },
      ],
    },
    {
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'question 3' },
        { role: 'assistant', content: null, tool_calls: [call] },
      ],
    },
  ];

  test('has an example for each row that can be one, and says how many cannot', async () => {
    const started = await seeded(rows);
    const id = await create(started, ids(1, 5));
    const { answer, lines } = await exported(started, id);
    expect(lines).toEqual(examples);
    expect(answer.header('content-disposition')).toBe('attachment; filename="dataset-openai.jsonl"');
    expect(answer.header('helicone-warning')).toBe('2 of 5 rows are left out: they cannot be expressed as an example');
    expect((await exported(started, id, '?format=openai')).lines).toEqual(examples);
    await started.rest(`/v1/helicone-dataset/${id}/request/${idOf(4)}`, {
      json: { requestBody: asked('four'), responseBody: answered('now') },
    });
    await started.rest(`/v1/helicone-dataset/${id}/mutate`, { json: { removeRequests: [idOf(5)] } });
    const edited = await exported(started, id);
    expect(edited.lines.length).toBe(4);
    expect(edited.answer.header('helicone-warning')).toBeUndefined();
  });

  test('as it is, every row is a line', async () => {
    const started = await seeded(rows);
    const id = await create(started, ids(1, 5));
    const { answer, lines } = await exported(started, id, '?format=jsonl');
    expect(lines).toEqual((await rowsOf(started, id)).reverse());
    expect(answer.header('helicone-warning')).toBeUndefined();
    expect((await exported(started, await create(started, []))).lines).toEqual([]);
  });

  test('a call that went through the proxy, streamed', async () => {
    const chunk = (delta: object, finish: string | null = null) =>
      `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const events = [chunk({ role: 'assistant', content: 'He' }), chunk({ content: 'llo' }), chunk({}, 'stop')];
    const started = await rig(({ origin: baseUrl }) => ({ providers: { openai: { baseUrl } } }), {
      script: (exchange) =>
        exchange.respond({ headers: [['content-type', 'text/event-stream']], framing: 'chunked' }, [
          ...events,
          'data: [DONE]\n\n',
        ]),
    });
    const body = JSON.stringify({ ...asked('hi'), stream: true });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-test' };
    const answer = await started.get('/openai/v1/chat/completions', { headers, body });
    await started.proxy.flush();
    const id = await create(started, [answer.header('helicone-id') as string]);
    const { lines } = await exported(started, id);
    expect(lines).toEqual([{ messages: [...asked('hi').messages, { role: 'assistant', content: 'Hello' }] }]);
  });

  test('thousands of rows with long bodies arrive whole', async () => {
    const count = 2_500;
    const text = 'Grüße 👋 '.repeat(800);
    const started = await seeded([]);
    for (let from = 1; from <= count; from += 250) {
      const some = Array.from({ length: 250 }, (_, n) =>
        chatRow(from + n, { requestBody: json(asked(`${from + n} ${text}`)) }),
      );
      await started.proxy.records.append(some);
    }
    const id = await create(started, ids(1, 1000));
    for (const addRequests of [ids(1001, 2000), ids(1501, 2500)]) {
      expect((await started.rest(`/v1/helicone-dataset/${id}/mutate`, { json: { addRequests } })).status).toBe(200);
    }
    const { lines } = await exported(started, id);
    expect(lines.map(({ messages }) => messages[0].content)).toEqual(
      Array.from({ length: count }, (_, n) => `${n + 1} ${text}`),
    );
    expect((await rowsOf(started, id, { limit: 1000, offset: 1000 })).map((row) => row.id)).toEqual(
      ids(501, 1500).reverse(),
    );
    expect((await started.rest(`/v1/helicone-dataset/${id}/count`)).data).toBe(count);
  });
});

describe('refusals', () => {
  test.each<[string, object, number, string]>([
    ['', {}, 400, 'datasetName: '],
    ['', { datasetName: 'x', requestIds: Array(1001).fill(idOf(1)) }, 400, 'requestIds: '],
    ['', { datasetName: 'x', requestIds: [idOf(1), 'abc'] }, 400, 'requestIds.1: must be a UUID'],
    ['', { datasetName: 'x', requestIds: [idOf(1), idOf(9)] }, 400, `requestIds.1: no request ${idOf(9)}`],
    ['', { datasetName: 'x', meta: { long: 'x'.repeat(70_000) } }, 400, 'meta: too long'],
    ['/query', { datasetIds: 'x' }, 400, 'datasetIds: '],
    ['/ID/query', { limit: 1001 }, 400, 'limit: '],
    ['/ID/query', { offset: -1 }, 400, 'offset: '],
    ['/ID/mutate', { addRequests: [idOf(9)] }, 400, 'addRequests.0: '],
    ['/ID/mutate', { add: [] }, 400, 'add: unknown key'],
    [`/ID/request/${idOf(1)}`, { requestBody: {} }, 400, 'responseBody: '],
    [`/ID/request/${idOf(9)}`, { requestBody: {}, responseBody: {} }, 404, `No row ${idOf(9)}`],
    ['/unknown/query', {}, 404, 'No dataset unknown'],
    ['/unknown/mutate', {}, 404, 'No dataset unknown'],
    ['/unknown/delete', {}, 404, 'No dataset unknown'],
    [`/unknown/request/${idOf(1)}`, { requestBody: {}, responseBody: {} }, 404, 'No dataset unknown'],
  ])('POST %s with %j', async (path, body, status, problem) => {
    const started = await seeded([chatRow(1)]);
    const id = await create(started, [idOf(1)]);
    const before = await rowsOf(started, id);
    const answer = await started.rest(`/v1/helicone-dataset${path.replace('ID', id)}`, { json: body });
    expect([answer.status, answer.data]).toEqual([status, null]);
    expect(answer.error).toContain(problem);
    expect(await rowsOf(started, id)).toEqual(before);
    expect((await started.rest('/v1/helicone-dataset/count')).data).toBe(1);
  });

  test('a format that is unknown, and a dataset that is too long', async () => {
    const started = await seeded([chatRow(1)]);
    const id = await create(started, []);
    const { status, body } = await get(`${started.url}/api/v1/helicone-dataset/${id}/export?format=csv`, {
      method: 'GET',
    });
    expect([status, JSON.parse(body.toString()).error]).toEqual([400, expect.stringContaining('format: ')]);
    const entries = Array.from({ length: 10_000 }, (_, n) => ({
      tenant: 'default',
      kind: 'dataset-entry',
      id: `${id}/${idOf(n + 100)}`,
      value: JSON.stringify([idOf(n + 100), 1, false]),
      dueAt: null,
      createdAt: 1,
    }));
    await started.proxy.records.documents.put(entries);
    const answer = await started.rest(`/v1/helicone-dataset/${id}/mutate`, { json: { addRequests: [idOf(1)] } });
    expect(answer.error).toBe('addRequests: a dataset has at most 10000 rows, and this one has 10000');
    await started.rest(`/v1/helicone-dataset/${id}/mutate`, { json: { removeRequests: [idOf(100)] } });
    const now = await started.rest(`/v1/helicone-dataset/${id}/mutate`, { json: { addRequests: [idOf(1)] } });
    expect(now.status).toBe(200);
    expect((await started.rest(`/v1/helicone-dataset/${id}/count`)).data).toBe(10_000);
  });
});
