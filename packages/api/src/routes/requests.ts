// Reading records: lists, counts, single records.
import { type CallRecord, type Filter, isUuid, parseFilter, parseSort, signBodyLink } from '@helicone-proxy/core';
import { z } from 'zod';
import { ApiError } from '../api-error.js';
import { findMedia } from '../assets/media.js';
import { allOf, isKnown } from '../join-filters.js';
import { JSON_HEADERS } from '../json-headers.js';
import { linksFor } from '../links.js';
import { queryIds } from '../query-ids.js';
import { type PlainAnswer, type Route, type RouteContext, route } from '../route.js';
import { CallRecordSchema } from '../schemas/call-record.js';
import { FilterSchema, SortSchema } from '../schemas/filter.js';
import { enveloped, streamedAnswer } from '../streamed-answer.js';

const Flag = z.boolean().nullish();

/** Helicone's RequestQueryParams; the parsers of the engine check `filter` and `sort`. Unknown keys are mistakes. */
export const QueryParams = z.strictObject({
  filter: FilterSchema,
  sort: SortSchema,
  limit: z.int().min(1).max(1000).default(10),
  offset: z.int().min(0).default(0),
  includeBodies: z.boolean().default(false).meta({ description: 'Bodies inline, instead of a link for each record.' }),
  isCached: Flag.meta({ description: 'Only answers out of the cache, or only those of providers.' }),
  isScored: Flag.meta({ description: 'Only records with a score, or only those without; feedback is a score.' }),
  includeInputs: z.unknown().optional().meta({ description: "Sent by Helicone's clients; has no effect." }),
  isPartOfExperiment: z.unknown().optional().meta({ description: "Sent by Helicone's clients; has no effect." }),
});

const QueryIds = z.strictObject({
  requestIds: z.array(z.string()).max(1000),
  includeBodies: z.boolean().default(false),
});

const OneQuery = z.object({
  includeBody: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', '1', 'false', '0'], { error: 'must be true or false' }))
    .transform((text) => text === 'true' || text === '1')
    .optional()
    .meta({ description: 'Default true.' }),
});

const list = {
  access: 'read',
  tag: 'Requests',
  body: QueryParams,
  data: z.array(CallRecordSchema),
  handle: queryRecords,
} as const;

export const requestRoutes: readonly Route[] = [
  route({ method: 'POST', pattern: '/v1/request/query', summary: 'Records that match a filter.', ...list }),
  route({ method: 'POST', pattern: '/v1/request/query-clickhouse', summary: 'The same.', ...list }),
  route({
    method: 'POST',
    pattern: '/v1/request/count/query',
    access: 'read',
    tag: 'Requests',
    summary: 'How many records match a filter.',
    body: QueryParams,
    data: z.int(),
    handle: countRecords,
  }),
  route({
    method: 'POST',
    pattern: '/v1/request/query-ids',
    access: 'read',
    tag: 'Requests',
    summary: 'The newest record of each request id, in the order of the ids; unknown ones are left out.',
    body: QueryIds,
    data: z.array(CallRecordSchema),
    handle: queryByIds,
  }),
  route({
    method: 'GET',
    pattern: '/v1/request/:requestId',
    access: 'read',
    tag: 'Requests',
    summary: 'The newest record of a request id.',
    query: OneQuery,
    data: CallRecordSchema,
    handle: getRecord,
  }),
];

type QueryContext = RouteContext<z.output<typeof QueryParams>>;

/** The store writes the JSON: a thousand records with their bodies never become objects on this thread. */
async function queryRecords(context: QueryContext): Promise<PlainAnswer> {
  const { body, records, tenant, request } = context;
  const { sort, limit, offset, includeBodies } = body;
  const query = { tenant, filter: filterOf(body), sort: parseSort(sort), limit, offset, bodies: includeBodies };
  const links = includeBodies ? {} : { links: await linksFor(context) };
  return await streamedAnswer(
    request,
    { ...JSON_HEADERS },
    enveloped(records.export({ ...query, ...links, format: 'json' })),
  );
}

async function countRecords({ body, records, tenant }: QueryContext): Promise<number> {
  return await records.count({ tenant, filter: filterOf(body) });
}

/** Helicone's clients say beside the filter whether they want answers out of the cache, and records with scores. */
export function filterOf({
  filter,
  isCached,
  isScored,
}: Pick<z.output<typeof QueryParams>, 'filter' | 'isCached' | 'isScored'>): Filter {
  const filters = [parseFilter(filter ?? 'all')];
  if (typeof isCached === 'boolean') filters.push(isKnown({ kind: 'column', name: 'cache_reference_id' }, isCached));
  if (typeof isScored === 'boolean') filters.push(isKnown({ kind: 'scored' }, isScored));
  return allOf(...filters);
}

async function queryByIds(context: RouteContext<z.output<typeof QueryIds>>): Promise<PlainAnswer> {
  const { body, records, tenant, request } = context;
  const links = body.includeBodies ? null : await linksFor(context);
  const pieces = queryIds(records, { tenant, ids: body.requestIds, links });
  return await streamedAnswer(request, { ...JSON_HEADERS }, enveloped(pieces));
}

type OneContext = RouteContext<undefined, z.output<typeof OneQuery>>;

async function getRecord(context: OneContext): Promise<CallRecord> {
  const { records, tenant, params } = context;
  const id = (params.requestId ?? '').toLowerCase();
  const bodies = context.query.includeBody ?? true;
  const record = isUuid(id) ? await records.get(tenant, id, { bodies }) : null;
  if (record === null) throw new ApiError(404, `No request ${id}`);
  if (!bodies) {
    const links = await linksFor(context);
    return { ...record, signed_body_url: signBodyLink({ links, tenant, id: record.id }) };
  }
  return { ...record, asset_ids: findMedia(record).map((_, index) => String(index + 1)) };
}
