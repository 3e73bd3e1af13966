import type { RestCall } from './checked-rest.js';
import { type RestWorld, SHARED } from './rest-world.js';

/** A call that succeeds for tenant a, about things of its own. */
export interface WorldCall extends Omit<RestCall, 'method'> {
  /** What another tenant asks instead of the path, where the path itself carries the right to read. */
  foreignPath?: string;
}

const { requestId, imageRequestId, sessionId, property } = SHARED;
const TIME = { timeFilter: { start: '2020-01-01', end: '2100-01-01' } };
const SERIES = { ...TIME, dbIncrement: 'day', timeZoneDifference: 0 };
const HISTOGRAM = { pSize: 'p99', useInterquartile: false };
const BODIES = { requestBody: { messages: [] }, responseBody: { choices: [] } };

const LOG = {
  providerRequest: { url: 'custom-model-nopath', json: { model: 'm' }, meta: { 'Helicone-Request-Id': requestId } },
  providerResponse: { json: { output: 'x' }, status: 200, headers: {} },
  timing: {
    startTime: { seconds: 1_780_000_000, milliseconds: 0 },
    endTime: { seconds: 1_780_000_001, milliseconds: 0 },
  },
};
const TYPED = {
  ...LOG,
  timing: { startTime: '2026-01-01T00:00:00.000Z', endTime: '2026-01-01T00:00:01.000Z' },
};
const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  name: 'chat',
  startTimeUnixNano: '1780000000000000000',
  endTimeUnixNano: '1780000001000000000',
  attributes: [{ key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }],
};
const TRACES = { resourceSpans: [{ scopeSpans: [{ spans: [SPAN] }] }] };

/** One call for every operation there is, by `METHOD pattern`; what is deleted is a spare one. */
export function restCalls(world: RestWorld): Record<string, WorldCall> {
  const { datasetId, spareDatasetId, webhookId, spareWebhookId, recordId, bodiesPath, assetPath } = world;
  const dataset = `/v1/helicone-dataset/${datasetId}`;
  const post = (path: string, json?: unknown): WorldCall => (json === undefined ? { path } : { path, json });
  const byPattern = (pattern: string, path: string, json?: unknown) => ({ [`POST ${pattern}`]: post(path, json) });
  const plain = (pattern: string, json?: unknown) => byPattern(pattern, pattern, json);
  return {
    ...plain('/v1/request/query', { includeBodies: true }),
    ...plain('/v1/request/query-clickhouse', {}),
    ...plain('/v1/request/count/query', {}),
    ...plain('/v1/request/query-ids', { requestIds: [requestId, recordId], includeBodies: true }),
    'GET /v1/request/:requestId': { path: `/v1/request/${requestId}` },
    ...byPattern('/v1/request/:requestId/feedback', `/v1/request/${requestId}/feedback`, { rating: true }),
    ...byPattern('/v1/request/:requestId/score', `/v1/request/${requestId}/score`, { scores: { fit: 1 } }),
    'PUT /v1/request/:requestId/property': {
      path: `/v1/request/${requestId}/property`,
      json: { key: 'by', value: 'x' },
    },
    'PUT /v1/request/:requestId/user': { path: `/v1/request/${requestId}/user`, json: { userId: 'somebody' } },
    'GET /v1/request/:requestId/bodies': {
      path: bodiesPath,
      foreignPath: bodiesPath.replace('tenant=a', 'tenant=b'),
    },
    ...byPattern('/v1/request/:requestId/assets/:assetId', `/v1/request/${imageRequestId}/assets/1`),
    'GET /v1/request/:requestId/assets/:assetId': {
      path: assetPath,
      foreignPath: assetPath.replace('tenant=a', 'tenant=b'),
    },
    ...plain('/v1/request/export', { includeBodies: true }),
    'GET /v1/request/export': { path: '/v1/request/export?format=csv&includeBodies=true' },
    ...plain('/v1/session/query', {}),
    ...plain('/v1/session/count', {}),
    'GET /v1/session/has-session': { path: '/v1/session/has-session' },
    ...plain('/v1/session/name/query', { nameContains: '' }),
    ...plain('/v1/session/metrics/query', { ...HISTOGRAM }),
    ...byPattern('/v1/session/:sessionId/feedback', `/v1/session/${sessionId}/feedback`, { rating: true }),
    ...byPattern('/v1/session/:sessionId/tag', `/v1/session/${sessionId}/tag`, { tag: 'mine' }),
    'GET /v1/session/:sessionId/tag': { path: `/v1/session/${sessionId}/tag` },
    ...plain('/v1/user/metrics/query', {}),
    ...plain('/v1/user/metrics-overview/query', { ...HISTOGRAM }),
    ...plain('/v1/user/query', {}),
    ...plain('/v1/property/query', {}),
    ...plain('/v1/property/hide', { key: property }),
    ...plain('/v1/property/restore', { key: property }),
    ...plain('/v1/property/hidden/query', {}),
    ...byPattern('/v1/property/:propertyKey/search', `/v1/property/${property}/search`, { searchTerm: '' }),
    ...byPattern('/v1/property/:propertyKey/top-costs/query', `/v1/property/${property}/top-costs/query`, TIME),
    ...byPattern('/v1/property/:propertyKey/top-requests/query', `/v1/property/${property}/top-requests/query`, TIME),
    ...plain('/v1/property/properties/over-time', { ...SERIES, propertyKey: property }),
    ...plain('/v1/dashboard/query', { ...TIME, by: ['model'], measures: ['requests', 'cost_usd', 'p95_delay_ms'] }),
    ...plain('/v1/dashboard/cache/query', { ...TIME }),
    ...plain('/v1/dashboard/scores/query', SERIES),
    ...plain('/v1/feedback', { 'helicone-id': requestId, rating: false }),
    ...plain('/v1/helicone-dataset', { datasetName: 'new', requestIds: [requestId] }),
    ...plain('/v1/helicone-dataset/query', {}),
    ...plain('/v1/helicone-dataset/count'),
    ...byPattern('/v1/helicone-dataset/:datasetId/query', `${dataset}/query`, {}),
    ...byPattern('/v1/helicone-dataset/:datasetId/count', `${dataset}/count`),
    ...byPattern('/v1/helicone-dataset/:datasetId/mutate', `${dataset}/mutate`, {
      addRequests: [requestId],
      removeRequests: [imageRequestId],
    }),
    ...byPattern('/v1/helicone-dataset/:datasetId/request/:rowId', `${dataset}/request/${recordId}`, BODIES),
    ...byPattern('/v1/helicone-dataset/:datasetId/delete', `/v1/helicone-dataset/${spareDatasetId}/delete`),
    'GET /v1/helicone-dataset/:datasetId/export': { path: `${dataset}/export?format=jsonl` },
    'GET /v1/models': { path: '/v1/models' },
    'GET /v1/models/multimodal': { path: '/v1/models/multimodal' },
    'GET /v1/public/model-registry/models': { path: '/v1/public/model-registry/models' },
    'GET /v1/webhooks': { path: '/v1/webhooks' },
    ...plain('/v1/webhooks', { destination: 'https://hooks.example/x' }),
    'DELETE /v1/webhooks/:webhookId': { path: `/v1/webhooks/${spareWebhookId}` },
    ...byPattern('/v1/webhooks/:webhookId/test', `/v1/webhooks/${webhookId}/test`),
    ...plain('/custom/v1/log', LOG),
    ...plain('/oai/v1/log', LOG),
    ...plain('/anthropic/v1/log', LOG),
    ...plain('/googleapis/v1/log', LOG),
    ...plain('/v1/log', LOG),
    ...plain('/v1/trace/custom/v1/log', LOG),
    ...plain('/v1/trace/custom/log', LOG),
    ...plain('/v1/trace/custom/log/typed', TYPED),
    ...plain('/v1/traces', TRACES),
    ...plain('/v1/trace/log', TRACES),
    ...plain('/v1/trace/log-python', TRACES),
    'GET /openapi.json': { path: '/openapi.json' },
  };
}
