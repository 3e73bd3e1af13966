import type { CallRecord } from '@helicone-proxy/core';

/** What is another's by nature: ids, times, who was called at which address, how many bytes passed. */
const OWN: ReadonlySet<string> = new Set<keyof CallRecord>([
  'id',
  'request_id',
  'response_id',
  'request_created_at',
  'response_created_at',
  'delay_ms',
  'time_to_first_token',
  'attempts',
  'target_url',
  'request_bytes',
  'response_bytes',
  'signed_body_url',
]);

/** What two records of equal calls say alike, however they came to be. */
export function comparableRow(record: Partial<CallRecord>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !OWN.has(name)));
}
