import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Deliveries that were sent longer ago than this are refused: somebody may be playing an old one again. */
const MAX_AGE_SECONDS = 300;

/** Whether a delivery comes from who has the key, and now. `body` is the request's body as it came, before any parser. */
export function verifyWebhook(key: string, headers: IncomingHttpHeaders, body: Buffer): boolean {
  const id = String(headers['helicone-webhook-id']);
  const timestamp = String(headers['helicone-webhook-timestamp']);
  const age = Math.abs(Date.now() / 1000 - Number(timestamp));
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const signature = String(headers['helicone-webhook-signature']).slice('v1='.length);
  return age <= MAX_AGE_SECONDS && isSigned(key, signed, signature);
}

/** The same by Helicone's own header alone, which knows neither id nor time. */
export function verifyHelicone(key: string, headers: IncomingHttpHeaders, body: Buffer): boolean {
  return isSigned(key, body, String(headers['helicone-signature']));
}

function isSigned(key: string, bytes: Buffer, signature: string): boolean {
  const wanted = createHmac('sha256', key).update(bytes).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
