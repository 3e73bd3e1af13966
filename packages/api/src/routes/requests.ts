// Reading records: lists, counts, single records.
import { type CallRecord, type Filter, isUuid, parseFilter, parseSort, type RecordStore } from '@helicone-proxy/core';
import { z } from 'zod';
import { ApiError } from '../api-error.js';
import { readJson } from '../read-json.js';
import type { Route, RouteContext } from '../route.js';

/** Look-ups of `query-ids` that run at once. */
const PARALLEL_LOOKUPS = 50;

/** Records with their bodies in one answer: a body may be a MiB, and the answer is put together on the request thread. */
const MAX_WITH_BODIES = 100;

/** Helicone's RequestQueryParams; the parsers of the engine check `filter` and `sort`. Unknown keys are mistakes. */
const QueryParams = z.strictObject({
  filter: z.unknown().optional(),
  sort: z.unknown().optional(),
  limit: z.int().min(1).max(1000).default(10),
  offset: z.int().min(0).default(0),
  /** Ours: bodies inline, instead of a link for each record. */
  includeBodies: z.boolean().default(false),
  /** Only answers out of the cache, or only those of providers. */
  isCached: z.boolean().nullish(),
  // Sent by Helicone's clients; they choose what Helicone joins, which here is always there or never.
  includeInputs: z.unknown().optional(),
  isPartOfExperiment: z.unknown().optional(),
  isScored: z.unknown().optional(),
});

const QueryIds = z.strictObject({
  requestIds: z.array(z.string()).max(1000),
  includeBodies: z.boolean().default(false),
});

export const requestRoutes: readonly Route[] = [
  { method: 'POST', pattern: '/v1/request/query', access: 'read', handle: queryRecords },
  { method: 'POST', pattern: '/v1/request/query-clickhouse', access: 'read', handle: queryRecords },
  { method: 'POST', pattern: '/v1/request/count/query', access: 'read', handle: countRecords },
  { method: 'POST', pattern: '/v1/request/query-ids', access: 'read', handle: queryIds },
  { method: 'GET', pattern: '/v1/request/:requestId', access: 'read', handle: getRecord },
];

async function queryRecords({ request, records, tenant }: RouteContext): Promise<CallRecord[]> {
  const { filter, isCached, sort, limit, offset, includeBodies } = await readJson(request, QueryParams);
  if (includeBodies && limit > MAX_WITH_BODIES) {
    throw new ApiError(400, `limit: at most ${MAX_WITH_BODIES} with includeBodies`);
  }
  return await records.query({
    tenant,
    filter: filterOf(filter, isCached),
    sort: parseSort(sort),
    limit,
    offset,
    bodies: includeBodies,
  });
}

/** Helicone's clients say with the filter whether they want answers out of the cache. */
function filterOf(filter: unknown, isCached: boolean | null | undefined): Filter {
  const given = parseFilter(filter ?? 'all');
  if (isCached === undefined || isCached === null) return given;
  const field = { kind: 'column', name: 'cache_reference_id' } as const;
  const cached: Filter = {
    kind: 'condition',
    condition: { field, operator: isCached ? 'not-equals' : 'equals', value: null },
  };
  return given.kind === 'all' ? cached : { kind: 'and', filters: [given, cached] };
}

async function countRecords({ request, records, tenant }: RouteContext): Promise<number> {
  const { filter, isCached } = await readJson(request, QueryParams);
  return await records.count({ tenant, filter: filterOf(filter, isCached) });
}

/** One record for each id, the newest, in the order of the ids; unknown ones are left out. */
async function queryIds({ request, records, tenant }: RouteContext): Promise<CallRecord[]> {
  const { requestIds, includeBodies } = await readJson(request, QueryIds);
  const ids = [...new Set(requestIds.map((id) => id.toLowerCase()))].filter(isUuid);
  const found: CallRecord[] = [];
  for (let start = 0; start < ids.length; start += PARALLEL_LOOKUPS) {
    const some = ids.slice(start, start + PARALLEL_LOOKUPS);
    const results = await Promise.all(some.map((id) => getOne(records, { tenant, id, bodies: includeBodies })));
    found.push(...results.filter((record) => record !== null));
  }
  return found;
}

async function getRecord({ request, records, tenant, params }: RouteContext): Promise<CallRecord> {
  const id = (params.requestId ?? '').toLowerCase();
  const bodies = readFlag(request.query, 'includeBody');
  const record = isUuid(id) ? await getOne(records, { tenant, id, bodies }) : null;
  if (record === null) throw new ApiError(404, `No request ${id}`);
  return record;
}

function getOne(records: RecordStore, { tenant, id, bodies }: { tenant: string; id: string; bodies: boolean }) {
  return records.get(tenant, id, { bodies });
}

/** A flag of the query, by default on. */
function readFlag(query: string, name: string): boolean {
  const value = new URLSearchParams(query).get(name)?.toLowerCase();
  if (value === undefined || value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new ApiError(400, `${name}: must be true or false`);
}
