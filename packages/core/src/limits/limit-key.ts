import { createHash } from 'node:crypto';
import { type Call, jsonOf } from '../call.js';
import type { Policy, RateLimit } from '../policy/policy.js';

/** Longer parts are replaced by their SHA-256: values come from outside, and stores bound their keys. Characters. */
const MAX_PART = 128;

/**
 * Key of the counter that a call is counted in: one for each tenant, policy and segment value, so that equal policies of one
 * tenant share a count and no others do. `value` is null without a segment, or where the call has no value for it.
 */
export function limitKey(tenant: string, limit: RateLimit, value: string | null): string {
  const segment = value === null ? '-' : `=${part(value)}`;
  return `helicone:limit:${part(tenant)}:${part(limit.text)}:${segment}`;
}

/**
 * The call's value for a segment: its user (the body's own `user` where nobody else names one, as in its record), or one of
 * its properties. Null when it has none.
 */
export function segmentValue(call: Call, segment: string): string | null {
  const { userId, properties } = call.policy as Policy;
  if (segment === 'user') return userId || jsonOf(call)?.string('user') || null;
  return (Object.hasOwn(properties, segment) && properties[segment]) || null;
}

/** Without `:`, `=` and `#`, so that no part can be taken for two, or for a digest. */
function part(text: string): string {
  // UTF-8 has no lone surrogates: as URI they throw, and digested as UTF-8 all of them would be one.
  if (text.length <= MAX_PART && text.isWellFormed()) return encodeURIComponent(text);
  return `#${createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex')}`;
}
