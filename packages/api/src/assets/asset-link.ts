import { createHmac, timingSafeEqual } from 'node:crypto';
import type { BodyLinks } from '@helicone-proxy/core';

/** One media of one record. */
export interface AssetPlace {
  tenant: string;
  /** The record's own id. */
  recordId: string;
  assetId: string;
}

/** An absolute URL that serves one media without a key until `expiresAt`. */
export function assetLink(place: AssetPlace, { base, key, expiresAt }: BodyLinks): string {
  const { tenant, recordId, assetId } = place;
  const query = new URLSearchParams({
    tenant,
    expires: String(expiresAt),
    signature: signature(place, expiresAt, key).toString('base64url'),
  });
  return `${base}/v1/request/${recordId}/assets/${assetId}?${query}`;
}

/** Whether a link to this place was signed with `key` and still holds. */
export function verifyAssetLink(
  place: AssetPlace,
  shown: { expires: number; signature: string },
  { key, now }: { key: string; now: number },
): boolean {
  if (!(shown.expires > now)) return false;
  const expected = signature(place, shown.expires, key);
  const given = Buffer.from(shown.signature, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** As JSON, so that no two places read the same; the first word keeps it apart from other links that the key signs. */
function signature({ tenant, recordId, assetId }: AssetPlace, expires: number, key: string): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify(['asset', tenant, recordId, assetId, expires]))
    .digest();
}
