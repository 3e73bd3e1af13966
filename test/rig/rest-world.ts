import type { RecordRow } from '@helicone-proxy/core';
import { recordRow } from '@helicone-proxy/testkit';
import { type CheckedRest, checkedRest } from './checked-rest.js';
import type { ProxyRig } from './proxy-rig.js';

/** Stands in all texts of tenant a that are not names which both tenants have. */
export const CANARY = 'canary-of-a';

/** Ids that the two tenants have in common. */
export const SHARED = {
  requestId: '5eed0000-0000-4000-8000-000000000001',
  imageRequestId: '5eed0000-0000-4000-8000-000000000002',
  sessionId: 's1',
  property: 'team',
} as const;

/** Keys of the two tenants, and one of the first that may only log. */
export const KEYS = { a: 'sk-a', b: 'sk-b', logging: 'pk-a' } as const;

/** What there is of tenant a, besides its records. */
export interface RestWorld {
  rest: CheckedRest;
  datasetId: string;
  spareDatasetId: string;
  webhookId: string;
  spareWebhookId: string;
  /** Ours, of the request that both have. */
  recordId: string;
  /** Signed links, below `/api`. */
  bodiesPath: string;
  assetPath: string;
}

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Rows of two tenants with equal ids of requests, sessions and properties. */
function rowsOf(tenant: 'a' | 'b'): RecordRow[] {
  const secret = tenant === 'a' ? CANARY : 'of-b';
  const first = tenant === 'a' ? 100 : 200;
  const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } };
  return Array.from({ length: 4 }, (_, n) =>
    recordRow(first + n, {
      tenant,
      requestId: [SHARED.requestId, SHARED.imageRequestId][n] ?? recordRow(first + n).requestId,
      createdAt: Date.now() - 60_000 + n,
      userId: `user ${secret}`,
      properties: {
        [SHARED.property]: `team ${secret}`,
        'helicone-session-id': SHARED.sessionId,
        'helicone-session-name': `session ${secret}`,
        'helicone-session-path': `/${secret}`,
      },
      model: `model-${secret}`,
      requestModel: `model-${secret}`,
      responseModel: `model-${secret}`,
      error: n === 3 ? `error ${secret}` : null,
      status: n === 3 ? 500 : 200,
      cacheReferenceId: n === 2 ? SHARED.requestId : null,
      requestBody: json({ messages: [{ role: 'user', content: n === 1 ? [image] : `question ${secret}` }] }),
      responseBody: json({ choices: [{ message: { role: 'assistant', content: `answer ${secret}` } }] }),
    }),
  );
}

/** Fills a proxy with what the two tenants have. */
export async function makeRestWorld({ url, proxy }: ProxyRig, hook: string): Promise<RestWorld> {
  await proxy.records.append([...rowsOf('a'), ...rowsOf('b')]);
  const rest = checkedRest(url);
  const authorization = `Bearer ${KEYS.a}`;
  const post = async <Data>(path: string, json?: unknown): Promise<Data> => {
    const { status, data, error } = await rest.send({ method: 'POST', path, json, headers: { authorization } });
    if (status !== 200) throw new Error(`${path}: ${status} ${error}`);
    return data as Data;
  };
  const { requestId, imageRequestId, sessionId } = SHARED;
  await post(`/v1/session/${sessionId}/tag`, { tag: `tag ${CANARY}` });
  await post(`/v1/request/${requestId}/score`, { scores: { [`score ${CANARY}`]: 1 } });
  const dataset = (name: string) =>
    post<{ datasetId: string }>('/v1/helicone-dataset', { datasetName: name, requestIds: [requestId, imageRequestId] });
  const webhook = () => post<{ id: string }>('/v1/webhooks', { destination: `${hook}&secret=${CANARY}` });
  const filter = { request: { id: { equals: requestId } } };
  const [record] = await post<{ id: string; signed_body_url: string }[]>('/v1/request/query', { filter });
  const asset = await post<{ assetUrl: string }>(`/v1/request/${imageRequestId}/assets/1`);
  if (record === undefined) throw new Error('the record is not there');
  return {
    rest,
    datasetId: (await dataset(`dataset ${CANARY}`)).datasetId,
    spareDatasetId: (await dataset(`spare ${CANARY}`)).datasetId,
    webhookId: (await webhook()).id,
    spareWebhookId: (await webhook()).id,
    recordId: record.id,
    bodiesPath: record.signed_body_url.slice(`${url}/api`.length),
    assetPath: asset.assetUrl.slice(`${url}/api`.length),
  };
}
