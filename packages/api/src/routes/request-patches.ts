// Changing records: feedback, scores, properties. Accepted before the record is written.
import { isUuid, type RecordPatch } from '@helicone-proxy/core';
import { z } from 'zod';
import { ApiError } from '../api-error.js';
import { type Route, type RouteContext, route } from '../route.js';

// Bounds of what may wait in the store, with up to 10 000 changes of a tenant.
const MAX_NAME_LENGTH = 256;
const MAX_PROPERTY_LENGTH = 8192;
const MAX_SCORES = 100;
/** As in `Helicone-User-Id`. */
const MAX_USER_LENGTH = 1024;

const Name = z.string().min(1).max(MAX_NAME_LENGTH);
const Feedback = z.strictObject({ rating: z.boolean() });
const Scores = z.strictObject({
  scores: z
    .record(Name, z.union([z.number(), z.boolean()], { error: 'must be a number or a boolean' }))
    .refine((scores) => Object.keys(scores).length <= MAX_SCORES, { error: `more than ${MAX_SCORES} scores` }),
});
const Property = z.strictObject({ key: Name, value: z.string().max(MAX_PROPERTY_LENGTH) });
const User = z.strictObject({ userId: z.string().min(1).max(MAX_USER_LENGTH) });

export const requestPatchRoutes: readonly Route[] = [
  route({
    method: 'POST',
    pattern: '/v1/request/:requestId/feedback',
    access: 'write',
    tag: 'Requests',
    summary: 'Rates a request. Accepted before its record is written.',
    body: Feedback,
    data: z.null(),
    handle: (context) => patch(context, { kind: 'feedback', rating: context.body.rating }),
  }),
  route({
    method: 'POST',
    pattern: '/v1/request/:requestId/score',
    access: 'write',
    tag: 'Requests',
    summary: 'Scores a request; a later value of the same name wins. Accepted before its record is written.',
    body: Scores,
    data: z.null(),
    async handle(context) {
      const numbers = Object.entries(context.body.scores).map(([name, score]) => [name, Number(score)]);
      return await patch(context, { kind: 'scores', scores: Object.fromEntries(numbers) });
    },
  }),
  route({
    method: 'PUT',
    pattern: '/v1/request/:requestId/property',
    access: 'write',
    tag: 'Requests',
    summary: 'Sets a property of a request. Accepted before its record is written.',
    body: Property,
    data: z.null(),
    async handle(context) {
      const key = context.body.key.toLowerCase();
      refuseBarred(context, ALSO_PROPERTIES.test(key) ? key : `helicone-property-${key}`);
      return await patch(context, { kind: 'property', key, value: context.body.value });
    },
  }),
  route({
    method: 'PUT',
    pattern: '/v1/request/:requestId/user',
    access: 'write',
    tag: 'Requests',
    summary: 'Says who the end user of a request was. Accepted before its record is written.',
    body: User,
    data: z.null(),
    async handle(context) {
      const { userId } = context.body;
      const own = context.caller?.userId ?? null;
      // The user that a key stands for wins over whatever its caller says, here as in the header.
      if (own !== null && own !== userId) throw new ApiError(403, 'userId: this key speaks for another user');
      refuseBarred(context, 'helicone-user-id');
      return await patch(context, { kind: 'user', userId });
    },
  }),
];

/** Headers that are kept as properties under their own names. */
const ALSO_PROPERTIES = /^helicone-(session-(id|path|name)|prompt-id)$/;

/** What policy says of a call stays said. @throws {ApiError} 403. */
function refuseBarred({ caller, options }: RouteContext<unknown>, header: string): void {
  if (options.bars?.({ policy: caller?.policy ?? null }, header) !== true) return;
  throw new ApiError(403, `${header}: is set by policy, and not by callers`);
}

export async function patch({ records, tenant, params }: RouteContext<unknown>, change: RecordPatch): Promise<null> {
  const id = (params.requestId ?? '').toLowerCase();
  if (!isUuid(id)) throw new ApiError(400, 'requestId: must be a UUID');
  const outcome = await records.patch(tenant, id, change);
  if (outcome === 'refused')
    throw new ApiError(503, 'Too many changes wait for their records, or this one can hold no more', {
      'retry-after': '60',
    });
  return null;
}
