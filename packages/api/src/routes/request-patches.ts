// Changing records: feedback, scores, properties. Accepted before the record is written.
import { isUuid, type RecordPatch } from '@helicone-proxy/core';
import { z } from 'zod';
import { ApiError } from '../api-error.js';
import { readJson } from '../read-json.js';
import type { Route, RouteContext } from '../route.js';

// Bounds of what may wait in the store, with up to 10 000 changes of a tenant.
const MAX_NAME_LENGTH = 256;
const MAX_PROPERTY_LENGTH = 8192;
const MAX_SCORES = 100;

const Name = z.string().min(1).max(MAX_NAME_LENGTH);
const Feedback = z.strictObject({ rating: z.boolean() });
const Scores = z.strictObject({
  scores: z
    .record(Name, z.union([z.number(), z.boolean()], { error: 'must be a number or a boolean' }))
    .refine((scores) => Object.keys(scores).length <= MAX_SCORES, { error: `more than ${MAX_SCORES} scores` }),
});
const Property = z.strictObject({ key: Name, value: z.string().max(MAX_PROPERTY_LENGTH) });

export const requestPatchRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/v1/request/:requestId/feedback',
    access: 'write',
    async handle(context) {
      const { rating } = await readJson(context.request, Feedback);
      return await patch(context, { kind: 'feedback', rating });
    },
  },
  {
    method: 'POST',
    pattern: '/v1/request/:requestId/score',
    access: 'write',
    async handle(context) {
      const { scores } = await readJson(context.request, Scores);
      const numbers = Object.entries(scores).map(([name, score]) => [name, Number(score)]);
      return await patch(context, { kind: 'scores', scores: Object.fromEntries(numbers) });
    },
  },
  {
    method: 'PUT',
    pattern: '/v1/request/:requestId/property',
    access: 'write',
    async handle(context) {
      const { key, value } = await readJson(context.request, Property);
      return await patch(context, { kind: 'property', key: key.toLowerCase(), value });
    },
  },
];

async function patch({ records, tenant, params }: RouteContext, change: RecordPatch): Promise<null> {
  const id = (params.requestId ?? '').toLowerCase();
  if (!isUuid(id)) throw new ApiError(400, 'requestId: must be a UUID');
  const outcome = await records.patch(tenant, id, change);
  if (outcome === 'refused')
    throw new ApiError(503, 'Too many changes wait for their records', { 'retry-after': '60' });
  return null;
}
