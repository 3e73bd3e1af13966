import { type CallRecord, isUuid, type RecordStore } from '@helicone-proxy/core';
import { where } from './join-filters.js';

/**
 * The record with this id of its own, with bodies. Not the newest one of a request id, which a caller may have chosen to be the id of
 * another record.
 */
export async function recordById(records: RecordStore, tenant: string, id: string): Promise<CallRecord | null> {
  if (!isUuid(id)) return null;
  const filter = where({ kind: 'column', name: 'id' }, 'equals', id);
  const [record] = await records.query({ tenant, filter, limit: 1, bodies: true });
  return record ?? null;
}
