import { isCredential } from '../../policy/credentials.js';
import { loggedSecrets } from '../logged-secrets.js';
import type { SpanAttributes } from './span-attributes.js';

/** Where the conventions put headers. */
const HEADERS = /^http\.(?:request|response)\.header\./;

/** Credentials that a span shows: in its URL, among headers, and in attributes whose names say that they give access. */
export function spanSecrets(attributes: SpanAttributes): readonly string[] {
  const headers: Record<string, unknown> = {};
  for (const [name, value] of attributes.below('')) {
    const header = HEADERS.test(name) ? name.replace(HEADERS, '') : name.slice(name.lastIndexOf('.') + 1);
    if (header === 'cookie' || isCredential(header.toLowerCase())) headers[header] = value;
  }
  const url = attributes.text('url.full', 'http.url') ?? `?${attributes.text('url.query') ?? ''}`;
  return loggedSecrets(url, headers);
}
