import { type BodyLinks, originOf } from '@helicone-proxy/core';
import type { RouteContext } from './route.js';

/** How long a link without a key holds, ms. */
const LINK_MS = 3_600_000;

/** What links for the client of a request are made of: they lead back to where it asked, and hold for an hour. */
export async function linksFor({ request, signing }: Pick<RouteContext, 'request' | 'signing'>): Promise<BodyLinks> {
  return {
    base: `${originOf(request)}${request.prefix ?? ''}/api`,
    key: await signing.key(),
    expiresAt: Date.now() + LINK_MS,
  };
}
