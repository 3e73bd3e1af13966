import { restoreAssets } from '../records/assets.js';
import type { RecordRow } from '../records/store.js';
import type { Webhook } from './webhook.js';

/** A body that is longer is left out, bytes: receivers get at it by `request_response_url` or over REST. */
const MAX_BODY_BYTES = 10 * 1024;

/** Callers write users and models as long as they like. Characters. */
const MAX_NAME = 1024;

/** What stands in the place of a body that is left out. */
export const BODY_TOO_LARGE = 'larger than 10 KB: see request_response_url, or ask REST for this request_id';

/** What payloads tell of a call. */
export type Told = Pick<
  RecordRow,
  | 'requestId'
  | 'requestBody'
  | 'responseBody'
  | 'assets'
  | 'userId'
  | 'id'
  | 'tenant'
  | 'status'
  | 'outcome'
  | 'model'
  | 'provider'
  | 'properties'
  | 'costNanoUsd'
  | 'promptTokens'
  | 'completionTokens'
  | 'delayMs'
>;

/** JSON text that is posted: Helicone's keys, and `id`, `tenant`, `status`, `outcome` and `properties` of ours. */
export function payloadOf(row: Told, { includeData }: Pick<Webhook, 'includeData'>): string {
  return JSON.stringify({
    request_id: row.requestId,
    request_body: shortText(row.requestBody, row.assets),
    response_body: shortText(row.responseBody, row.assets),
    user_id: shortName(row.userId),
    id: row.id,
    tenant: row.tenant,
    status: row.status,
    outcome: row.outcome,
    ...(includeData ? dataOf(row) : {}),
  });
}

/** A body as text, its media in their places; null when it is not kept. */
function shortText(body: Uint8Array | null, assets: Told['assets'] = []): string | null {
  if (body === null) return null;
  if (body.length > MAX_BODY_BYTES) return BODY_TOO_LARGE;
  const cut = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  if (assets.length === 0) return cut;
  const bytesOf = new Map(assets.map(({ hash, bytes }) => [hash, bytes]));
  const text = restoreAssets(cut, [...bytesOf.keys()], (hash) => bytesOf.get(hash) ?? null);
  return Buffer.byteLength(text) > MAX_BODY_BYTES ? BODY_TOO_LARGE : text;
}

function shortName(name: string | null): string | null {
  return name === null ? null : name.slice(0, MAX_NAME);
}

function dataOf(row: Told): object {
  const { promptTokens, completionTokens, costNanoUsd } = row;
  return {
    model: shortName(row.model),
    provider: row.provider,
    properties: row.properties,
    metadata: {
      cost: costNanoUsd === null ? null : costNanoUsd / 1e9,
      promptTokens,
      completionTokens,
      totalTokens: promptTokens === null || completionTokens === null ? null : promptTokens + completionTokens,
      latencyMs: row.delayMs,
    },
  };
}

/** Adds the link to the bodies to a payload. It is made for each try, since links end sooner than tries do. */
export function withLink(payload: string, link: string | null): string {
  return link === null ? payload : `${payload.slice(0, -1)},"request_response_url":${JSON.stringify(link)}}`;
}

/** A payload of a call that never was, for trying a webhook out. */
export function samplePayload(
  webhook: Pick<Webhook, 'includeData'>,
  { tenant, record }: { tenant: string; record: string },
): string {
  return payloadOf({ ...SAMPLE, id: record, requestId: record, tenant }, webhook);
}

const SAMPLE: Omit<Told, 'id' | 'requestId' | 'tenant'> = {
  requestBody: Buffer.from('{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Is this webhook working?"}]}'),
  responseBody: Buffer.from('{"choices":[{"message":{"role":"assistant","content":"It is."}}]}'),
  userId: 'test-user',
  status: 200,
  outcome: 'success',
  model: 'gpt-4o-mini',
  provider: 'openai',
  properties: { test: 'true' },
  costNanoUsd: 3_000,
  promptTokens: 12,
  completionTokens: 2,
  delayMs: 250,
};
