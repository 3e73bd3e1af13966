// What signed links to bodies lead to: whoever has the link may read, without a key.
import { verifyBodyLink } from '@helicone-proxy/core';
import { ApiError } from '../api-error.js';
import { JSON_HEADERS } from '../json-headers.js';
import { recordById } from '../record-by-id.js';
import { PlainAnswer, type Route, type RouteContext, route } from '../route.js';
import { LinkQuery } from '../schemas/link-query.js';

export const requestBodyRoutes: readonly Route[] = [
  route({
    method: 'GET',
    pattern: '/v1/request/:requestId/bodies',
    access: 'open',
    tag: 'Requests',
    summary: 'The bodies of a record as `{ request, response }`: where `signed_body_url` leads, without a key.',
    query: LinkQuery,
    answers: 'application/json',
    handle: getBodies,
  }),
];

async function getBodies(context: RouteContext<undefined, LinkQuery>): Promise<PlainAnswer> {
  const { records, params, query, signing } = context;
  const { tenant, expires, signature } = query;
  const id = params.requestId ?? '';
  const link = { tenant, id, expires, signature, now: Date.now() };
  if (!(await signing.some((key) => verifyBodyLink({ ...link, key })))) throw wrongLink();
  const record = await recordById(records, tenant, id);
  if (record === null) throw new ApiError(404, `No request ${id}`);
  const bodies = { request: record.request_body ?? null, response: record.response_body ?? null };
  return new PlainAnswer({ status: 200, headers: { ...JSON_HEADERS }, body: Buffer.from(JSON.stringify(bodies)) });
}

/** The same for whatever is wrong: nothing is to be learned from it. */
export function wrongLink(): ApiError {
  return new ApiError(403, 'This link is wrong or has expired');
}
