import { createHash } from 'node:crypto';
import type { RecordRow } from '../records/store.js';
import type { Webhook } from './webhook.js';

/** Whether a webhook is to be told of a call. The same call always gets the same answer. */
export function wants(webhook: Webhook, row: Pick<RecordRow, 'id' | 'tenant' | 'properties' | 'quiet'>): boolean {
  if (row.quiet === true) return false;
  if (webhook.tenant !== null && webhook.tenant !== row.tenant) return false;
  const { properties } = row;
  for (const { key, value } of webhook.propertyFilters) {
    if (!Object.hasOwn(properties, key) || properties[key] !== value) return false;
  }
  return webhook.sampleRate >= 100 || percentile(row.id) < webhook.sampleRate;
}

/** Where an id falls, from 0 to below 100: evenly, and always at the same place. */
function percentile(id: string): number {
  return (createHash('sha256').update(id).digest().readUInt32BE() / 2 ** 32) * 100;
}
