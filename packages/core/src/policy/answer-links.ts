import type { Call } from '../call.js';
import type { EngineRequest, Headers } from '../contract.js';
import { firstValue } from './headers.js';

/** Where an upload's bytes go, as Google says it: https://ai.google.dev/api/files#method:-media.upload */
const UPLOAD_LINK = 'x-goog-upload-url';

/**
 * A link of the provider's to itself is made one to the same address through the proxy: its SDK would send the bytes that follow
 * to the host's own address and the provider's path otherwise, past the prefix.
 */
export function keepLinksHere(headers: Headers, { request, route, target }: Answered): void {
  const link = headers[UPLOAD_LINK];
  if (typeof link !== 'string' || request.prefix === undefined || route === null || target === null) return;
  const { rest } = route;
  const provider = target.origin + withoutEnd(target.path, rest);
  if (!link.startsWith(`${provider}/`)) return;
  headers[UPLOAD_LINK] =
    originOf(request) + request.prefix + withoutEnd(request.path, rest) + link.slice(provider.length);
}

type Answered = Pick<Call, 'request' | 'route' | 'target'>;

function withoutEnd(path: string, end: string): string {
  return path.endsWith(end) ? path.slice(0, path.length - end.length) : '';
}

/** Origin as the client sees it, a proxy of the host's in front included; it goes back to nobody but that client. */
export function originOf({ headers, secure }: Pick<EngineRequest, 'headers' | 'secure'>): string {
  const host = firstOf(headers['x-forwarded-host']) || firstValue(headers.host) || 'localhost';
  const forwarded = firstOf(headers['x-forwarded-proto']).toLowerCase() === 'https';
  return `${secure === true || forwarded ? 'https' : 'http'}://${host}`;
}

/** One proxy behind another makes a list; the first is the client's. */
function firstOf(value: string | string[] | undefined): string {
  return (firstValue(value)?.split(',', 1)[0] ?? '').trim();
}
