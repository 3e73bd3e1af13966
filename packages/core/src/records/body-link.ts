import { createHmac, timingSafeEqual } from 'node:crypto';
import type { BodyLinks } from './export-query.js';

/** A link to the bodies of one record that needs no key and holds until `links.expiresAt`. `id` is a record or request id. */
export function signBodyLink({ links, tenant, id }: { links: BodyLinks; tenant: string; id: string }): string {
  const { base, key, expiresAt } = links;
  const signature = signatureOf({ key, tenant, id, expires: expiresAt }).toString('hex');
  return `${base}/v1/request/${encode(id)}/bodies?tenant=${encode(tenant)}&expires=${expiresAt}&signature=${signature}`;
}

export interface BodyLinkProof {
  key: string;
  tenant: string;
  id: string;
  /** Unix ms, as the link says. */
  expires: number;
  /** Hex, as the link says. */
  signature: string;
  /** Unix ms. */
  now: number;
}

/** Whether a link was signed with this key for this tenant and id, and still holds. Takes the same time wherever a signature differs. */
export function verifyBodyLink({ key, tenant, id, expires, signature, now }: BodyLinkProof): boolean {
  if (!(Number.isSafeInteger(expires) && now < expires)) return false;
  const wanted = signatureOf({ key, tenant, id, expires });
  // Not only hex of the right length: `from` stops at the first character that is none.
  const given = Buffer.from(signature, 'hex');
  return given.length === wanted.length && signature.length === wanted.length * 2 && timingSafeEqual(given, wanted);
}

/** HMAC-SHA256. The parts are encoded, so that none can hold the line break between them. */
function signatureOf({ key, tenant, id, expires }: Pick<BodyLinkProof, 'key' | 'tenant' | 'id' | 'expires'>): Buffer {
  return createHmac('sha256', key)
    .update(`${encode(tenant)}\n${encode(id)}\n${expires}`)
    .digest();
}

function encode(text: string): string {
  // Throws at half a character.
  return encodeURIComponent(text.toWellFormed());
}
