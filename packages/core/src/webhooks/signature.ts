import { createHmac } from 'node:crypto';

/** What is signed: the exact bytes of a delivery's body, and when and as what it is sent. */
export interface Signed {
  /** The delivery's id, the same at every try. */
  id: string;
  /** When this try is made, unix seconds. */
  timestamp: number;
  body: string;
}

/**
 * Headers that prove where a delivery comes from. `helicone-signature` is Helicone's: lower-case hex HMAC-SHA256 of the body.
 * `helicone-webhook-signature` signs `<id>.<timestamp>.<body>` besides, so that an old delivery cannot be played again.
 */
export function signatureHeaders(key: string, { id, timestamp, body }: Signed): Record<string, string> {
  return {
    'helicone-signature': hmac(key, body),
    'helicone-webhook-id': id,
    'helicone-webhook-timestamp': String(timestamp),
    'helicone-webhook-signature': `v1=${hmac(key, `${id}.${timestamp}.${body}`)}`,
  };
}

function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
