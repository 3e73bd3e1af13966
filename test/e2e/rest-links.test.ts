// Links to bodies and to media that need no key, and lists that do not depend on how many there are.
import { get, recordRow } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectUnreadable, KEYS, START, startTenants, type Tenants } from './tenants.js';

const utf8 = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>').toString('base64');
const SPEECH = Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1').toString('base64');

const QUESTION = { messages: [{ role: 'user', content: 'Grüße 👋' }] };
const PICTURES = {
  messages: [
    { content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }] },
    { content: [{ type: 'image_url', image_url: { url: 'https://example.com/cat.png' } }] },
    { content: [{ type: 'image_url', image_url: { url: `data:image/svg+xml;base64,${SVG}` } }] },
  ],
};
const SPOKEN = { choices: [{ message: { audio: { id: 'a', data: SPEECH, transcript: 'hi' } } }] };

const PLAIN = recordRow(1, { requestBody: utf8(QUESTION), responseBody: utf8({ content: 'Hello' }) });
const RATED = recordRow(2, { requestBody: null, responseBody: new TextEncoder().encode('plain text') });
const DRAWN = recordRow(3, { requestBody: utf8(PICTURES), responseBody: utf8(SPOKEN) });
/** An SDK has sent the same request id again. */
const AGAIN = recordRow(4, { requestId: PLAIN.requestId, requestBody: utf8({ second: true }) });

let tenants: Tenants;
beforeAll(async () => {
  tenants = await startTenants([PLAIN, RATED, DRAWN]);
  await tenants.ask(`/v1/request/${RATED.requestId}/feedback`, { json: { rating: true } });
});
afterAll(() => tenants.rig.close());

interface Listed {
  id: string;
  signed_body_url: string;
  request_body?: unknown;
}

async function linkOf(id: string): Promise<string> {
  const { data } = await tenants.ask(`/v1/request/${id}?includeBody=false`, { method: 'GET' });
  return (data as Listed).signed_body_url;
}

async function json(url: string): Promise<{ status: number; body: unknown; type: string | undefined }> {
  const { status, body, header } = await get(url);
  return { status, body: JSON.parse(body.toString()), type: header('content-type') };
}

describe('signed_body_url', () => {
  test('leads to the bodies without a key, from lists and from single records', async () => {
    const listed = await tenants.data<Listed[]>('/v1/request/query', { sort: { created_at: 'asc' } });
    expect(listed.map(({ id }) => id)).toEqual([PLAIN.id, RATED.id, DRAWN.id]);
    const [plain, rated] = listed;
    expect(plain?.signed_body_url.startsWith(`${tenants.rig.url}/api/v1/request/${PLAIN.id}/bodies?`)).toBe(true);
    expect(plain && 'request_body' in plain).toBe(false);
    expect(await json(plain?.signed_body_url ?? '')).toEqual({
      status: 200,
      body: { request: QUESTION, response: { content: 'Hello' } },
      type: 'application/json',
    });
    expect((await json(rated?.signed_body_url ?? '')).body).toEqual({ request: null, response: 'plain text' });
    expect((await json(await linkOf(PLAIN.id))).body).toEqual({ request: QUESTION, response: { content: 'Hello' } });
    const byIds = await tenants.data<Listed[]>('/v1/request/query-ids', { requestIds: [PLAIN.id] });
    expect((await json(byIds[0]?.signed_body_url ?? '')).status).toBe(200);
  });

  test('leads to that very record, also when its request id comes again', async () => {
    const link = await linkOf(PLAIN.id);
    await tenants.rig.proxy.records.append([{ ...AGAIN, tenant: 'mine' }]);
    expect((await json(link)).body).toMatchObject({ request: QUESTION });
    const newest = await tenants.data<Listed[]>('/v1/request/query-ids', {
      requestIds: [PLAIN.requestId],
      includeBodies: true,
    });
    expect(newest.map(({ id, request_body }) => [id, request_body])).toEqual([[AGAIN.id, { second: true }]]);
  });

  test('begins with the origin that the client sees', async () => {
    const headers = {
      authorization: `Bearer ${KEYS.mine}`,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'llm.example',
    };
    const { data } = await tenants.rig.rest(`/v1/request/${PLAIN.id}?includeBody=false`, { method: 'GET', headers });
    expect((data as Listed).signed_body_url).toMatch(/^https:\/\/llm\.example\/helicone\/api\/v1\/request\//);
  });

  test.each<[string, (link: URL) => void]>([
    ['no signature', (link) => link.searchParams.delete('signature')],
    ['another signature', (link) => link.searchParams.set('signature', 'a'.repeat(64))],
    ['another tenant', (link) => link.searchParams.set('tenant', 'other')],
    ['a later end', (link) => link.searchParams.set('expires', String(Date.now() + 7_200_000))],
    ['an end that is no number', (link) => link.searchParams.set('expires', 'never')],
    [
      'another record',
      (link) => {
        link.pathname = link.pathname.replace(DRAWN.id, RATED.id);
      },
    ],
    [
      'no query at all',
      (link) => {
        link.search = '';
      },
    ],
  ])('with %s: 403', async (_, change) => {
    const link = new URL(await linkOf(DRAWN.id));
    expect((await get(link.href)).status).toBe(200);
    change(link);
    const { status, body } = await json(link.href);
    expect([status, body]).toEqual([403, { data: null, error: 'This link is wrong or has expired' }]);
  });

  test('the key that signs is in no answer', async () => {
    const [document] = await tenants.rig.proxy.records.documents.list({ tenant: '', kind: 'signing-key' });
    const key = JSON.parse(document?.value ?? '""') as string;
    expect(key).toHaveLength(43);
    expect(await linkOf(PLAIN.id)).not.toContain(key);
  });
});

describe('assets', () => {
  async function assetUrl(asset: string): Promise<string> {
    const { data } = await tenants.ask(`/v1/request/${DRAWN.requestId}/assets/${asset}`);
    return (data as { assetUrl: string }).assetUrl;
  }

  test('are listed with the bodies', async () => {
    const { data } = await tenants.ask(`/v1/request/${DRAWN.requestId}`, { method: 'GET' });
    expect((data as { asset_ids: string[] }).asset_ids).toEqual(['1', '2', '3']);
    const plain = await tenants.ask(`/v1/request/${RATED.requestId}`, { method: 'GET' });
    expect((plain.data as { asset_ids: string[] }).asset_ids).toEqual([]);
  });

  test.each([
    ['1', 'image/png', 'inline', PNG],
    ['2', 'application/octet-stream', 'attachment', SVG],
    ['3', 'audio/wav', 'inline', SPEECH],
  ])('number %s is served as %s', async (asset, type, disposition, base64) => {
    const url = await assetUrl(asset);
    expect(url.startsWith(`${tenants.rig.url}/api/v1/request/${DRAWN.id}/assets/${asset}?`)).toBe(true);
    const { status, body, header } = await get(url);
    expect([status, header('content-type'), header('content-disposition')]).toEqual([200, type, disposition]);
    expect(header('x-content-type-options')).toBe('nosniff');
    expect(body.toString('base64')).toBe(base64);
  });

  test('others are not known, and a link holds for one alone', async () => {
    for (const asset of ['0', '4', '01', 'x', '1e0', '-1']) {
      expect((await tenants.ask(`/v1/request/${DRAWN.requestId}/assets/${asset}`)).status, asset).toBe(404);
    }
    expect((await tenants.ask(`/v1/request/${crypto.randomUUID()}/assets/1`)).status).toBe(404);
    expect((await tenants.ask(`/v1/request/${DRAWN.requestId}/assets/1`, { key: KEYS.other })).status).toBe(404);
    const url = await assetUrl('1');
    expect((await get(url.replace('/assets/1', '/assets/2'))).status).toBe(403);
    expect((await get(url.replace('tenant=mine', 'tenant=other'))).status).toBe(403);
    expect((await get(url.split('?')[0] ?? '')).status).toBe(403);
    const bodies = new URL(await linkOf(DRAWN.id));
    expect((await get(url.split('?')[0] + bodies.search)).status).toBe(403);
  });
});

test('isScored: records with a score, feedback among them, or those without', async () => {
  const ids = async (isScored: boolean | null): Promise<string[]> => {
    const found = await tenants.data<Listed[]>('/v1/request/query', { isScored, filter: 'all', limit: 100 });
    expect(await tenants.data('/v1/request/count/query', { isScored })).toBe(found.length);
    return found.map(({ id }) => id).sort();
  };
  expect(await ids(true)).toEqual([RATED.id]);
  expect(await ids(false)).not.toContain(RATED.id);
  expect(await ids(false)).toContain(DRAWN.id);
  expect(await ids(null)).toContain(RATED.id);
});

test('keys that may only log get nothing of all this', async () => {
  await expectUnreadable(tenants, ['/v1/request/query', '/v1/request/query-ids', `/v1/request/${DRAWN.id}/assets/1`]);
  await expectUnreadable(tenants, [`/v1/request/${DRAWN.id}`], 'GET');
});

describe('many', () => {
  /** Of another hour, so that nothing above sees them. */
  const rows = Array.from({ length: 1000 }, (_, n) =>
    recordRow(10_000 + n, { createdAt: START - 10_000_000 + n, requestBody: utf8({ n, text: 'x'.repeat(2000) }) }),
  );
  beforeAll(() => tenants.rig.proxy.records.append(rows.map((row) => ({ ...row, tenant: 'mine' }))));
  const old = { request_response_rmt: { request_created_at: { lt: new Date(START).toISOString() } } };

  test('a thousand records with their bodies in one answer', async () => {
    const query = { filter: old, limit: 1000, includeBodies: true, sort: { created_at: 'asc' } };
    const found = await tenants.data<Listed[]>('/v1/request/query', query);
    expect(found.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(found[999]?.request_body).toEqual({ n: 999, text: 'x'.repeat(2000) });
  });

  test.each([true, false])(
    'a thousand by their ids, in the order of the ids, with bodies: %s',
    async (includeBodies) => {
      const wanted = rows.map(({ id }) => id).reverse();
      // Upper case, unknown ones, and one twice.
      const requestIds = [wanted[0]?.toUpperCase(), crypto.randomUUID(), 'no-uuid', ...wanted].slice(0, 1000);
      const found = await tenants.data<Listed[]>('/v1/request/query-ids', { requestIds, includeBodies });
      expect(found.map(({ id }) => id)).toEqual(wanted.slice(0, 997));
      expect(found.every((one) => 'request_body' in one === includeBodies)).toBe(true);
      expect(found.every((one) => 'signed_body_url' in one === !includeBodies)).toBe(true);
      const others = await tenants.data<Listed[]>('/v1/request/query-ids', { requestIds, includeBodies }, KEYS.other);
      expect(others).toEqual([]);
    },
  );
});
