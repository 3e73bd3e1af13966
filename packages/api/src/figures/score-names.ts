import type { Filter, RecordStore } from '@helicone-proxy/core';
import { allOf, isKnown, where } from '../join-filters.js';
import type { TimeRange } from '../schemas/time.js';

/** Records that are looked at for names, and names that are given. */
const LOOKED_AT = 1000;
const MAX_NAMES = 50;

export interface RecordChoice extends TimeRange {
  tenant: string;
  filter: Filter;
}

/** Names of scores, sorted, that the newest scored records have. */
export async function scoreNames(records: RecordStore, { tenant, filter, from, to }: RecordChoice): Promise<string[]> {
  const created = { kind: 'column', name: 'request_created_at' } as const;
  const scored = await records.query({
    tenant,
    filter: allOf(
      isKnown({ kind: 'scored' }),
      filter,
      ...(from === undefined ? [] : [where(created, 'gte', new Date(from).toISOString())]),
      ...(to === undefined ? [] : [where(created, 'lt', new Date(to).toISOString())]),
    ),
    limit: LOOKED_AT,
  });
  const names = new Set(scored.flatMap(({ scores }) => Object.keys(scores)));
  return [...names].sort().slice(0, MAX_NAMES);
}
