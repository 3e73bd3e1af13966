// Images, sounds and files inside of recorded bodies.
import { type CallRecord, isUuid } from '@helicone-proxy/core';
import { z } from 'zod';
import { ApiError } from '../api-error.js';
import { assetLink, verifyAssetLink } from '../assets/asset-link.js';
import { findMedia, type Media, mediaHeaders } from '../assets/media.js';
import { linksFor } from '../links.js';
import { recordById } from '../record-by-id.js';
import { PlainAnswer, type Route, type RouteContext, route } from '../route.js';
import { LinkQuery } from '../schemas/link-query.js';
import { wrongLink } from './request-bodies.js';

const pattern = '/v1/request/:requestId/assets/:assetId';

export const assetRoutes: readonly Route[] = [
  route({
    method: 'POST',
    pattern,
    access: 'read',
    tag: 'Requests',
    summary: 'A link to one of the media in the bodies of a request, which needs no key and holds for an hour.',
    data: z.strictObject({ assetUrl: z.string() }),
    handle: linkAsset,
  }),
  route({
    method: 'GET',
    pattern,
    access: 'open',
    tag: 'Requests',
    summary: 'The bytes of one of the media: where `assetUrl` leads, without a key.',
    query: LinkQuery,
    answers: 'image/*, audio/*, video/*, application/pdf, application/octet-stream',
    handle: getAsset,
  }),
];

async function linkAsset(context: RouteContext): Promise<{ assetUrl: string }> {
  const { records, tenant, params } = context;
  const assetId = params.assetId ?? '';
  const id = (params.requestId ?? '').toLowerCase();
  const record = isUuid(id) ? await records.get(tenant, id, { bodies: true }) : null;
  if (record === null) throw new ApiError(404, `No request ${id}`);
  mediaOf(record, assetId);
  return { assetUrl: assetLink({ tenant, recordId: record.id, assetId }, await linksFor(context)) };
}

async function getAsset(context: RouteContext<undefined, LinkQuery>): Promise<PlainAnswer> {
  const { records, params, query, signing } = context;
  const { tenant, ...shown } = query;
  const place = { tenant, recordId: params.requestId ?? '', assetId: params.assetId ?? '' };
  const now = Date.now();
  if (!(await signing.some((key) => verifyAssetLink(place, shown, { key, now })))) throw wrongLink();
  const record = await recordById(records, tenant, place.recordId);
  if (record === null) throw new ApiError(404, `No request ${place.recordId}`);
  const media = mediaOf(record, place.assetId);
  return new PlainAnswer({ status: 200, headers: mediaHeaders(media.type), body: Buffer.from(media.base64, 'base64') });
}

/** @throws {ApiError} 404 for an asset that is not known. */
function mediaOf(record: CallRecord, assetId: string): Media {
  const media = /^[1-9]\d{0,3}$/.test(assetId) ? findMedia(record)[Number(assetId) - 1] : undefined;
  if (media === undefined) throw new ApiError(404, `No asset ${assetId} of request ${record.request_id}`);
  return media;
}
