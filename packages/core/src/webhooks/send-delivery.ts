import { signBodyLink } from '../records/body-link.js';
import type { SigningKeys } from '../records/signing-keys.js';
import type { OriginPool, Pools } from '../upstream/pools.js';
import type { Delivery } from './delivery.js';
import { type DestinationGuard, guestDestinationFault } from './destination.js';
import { withLink } from './payload.js';
import { type Post, type Posted, post } from './post.js';
import { signatureHeaders } from './signature.js';
import type { Webhook } from './webhook.js';

/** What deliveries are sent with. */
export interface SendingParts {
  pools: Pools;
  guard: DestinationGuard;
  signing: Pick<SigningKeys, 'key'>;
  /** How long a try may take, ms. */
  timeoutMs: number;
  /** Unix ms. */
  now(): number;
}

/** How long a link to bodies holds, ms. */
const LINK_MS = 3_600_000;

/** One delivery, as far as it is sent. */
export type Sent = Pick<Delivery, 'tenant' | 'id' | 'payload'>;

/** Posts a delivery to its webhook, signed. */
export function sendDelivery(webhook: Webhook, delivery: Sent, parts: SendingParts): Post {
  const { destination, trusted, apiUrl, includeData } = webhook;
  const { pools, guard } = parts;
  // The options of the host may have changed since somebody gave it over REST.
  const fault = trusted ? null : guestDestinationFault(destination, guard);
  if (fault !== null) return refused(`the destination ${fault}`);
  const { origin } = new URL(destination);
  const pool = trusted ? pools.trusted(origin) : pools.guarded(origin);
  if (apiUrl === null || !includeData) return postPayload(webhook, delivery, { pool, parts });
  let given = false;
  let under: Post | null = null;
  const linked = async (): Promise<Posted> => {
    const link = await linkTo(apiUrl, delivery, parts);
    if (given) return GIVEN_UP;
    under = postPayload(webhook, { ...delivery, payload: withLink(delivery.payload, link) }, { pool, parts });
    return under.done;
  };
  return {
    done: linked(),
    cancel() {
      given = true;
      under?.cancel();
    },
  };
}

const GIVEN_UP: Posted = { status: null, askedMs: 0, failure: 'given up' };

function refused(failure: string): Post {
  return { done: Promise.resolve({ status: null, askedMs: 0, failure }), cancel() {} };
}

interface Way {
  pool: OriginPool;
  parts: SendingParts;
}

function postPayload(webhook: Webhook, { id, payload }: Sent, { pool, parts }: Way): Post {
  const { pathname, search } = new URL(webhook.destination);
  const timestamp = Math.floor(parts.now() / 1000);
  return post(pool, {
    path: pathname + search,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'helicone-proxy-webhooks',
      ...signatureHeaders(webhook.hmacKey, { id, timestamp, body: payload }),
    },
    body: payload,
    timeoutMs: parts.timeoutMs,
  });
}

/** Null while the store has no key to sign with: the delivery matters more than its link. */
async function linkTo(base: string, { tenant, id }: Sent, { signing, now }: SendingParts): Promise<string | null> {
  try {
    const links = { base, key: await signing.key(), expiresAt: now() + LINK_MS };
    return signBodyLink({ links, tenant, id: recordOf(id) });
  } catch {
    return null;
  }
}

function recordOf(deliveryId: string): string {
  return deliveryId.slice(0, deliveryId.indexOf('/'));
}
