import type { Headers } from '../contract.js';

/**
 * Headers that end at each hop, in both directions: RFC 9110 section 7.6.1, and the older ones that it names.
 * `Connection` may nominate more.
 */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What a client or its browser sends that is meant for our host and no provider's business. */
const NEVER_FORWARDED: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  'host',
  // Computed anew from the body that is sent; undici refuses one that does not match.
  'content-length',
  // The host's server has answered 100 already; undici refuses to send it.
  'expect',
  'cookie',
  'origin',
  'forwarded',
  'x-real-ip',
  // Helicone's: credentials to sign a call to Bedrock with.
  'aws-access-key',
  'aws-secret-key',
  'aws-session-token',
]);

/** Whether a request header stops here, whatever its value. Names are lower-case. */
export function stopsHere(name: string): boolean {
  if (NEVER_FORWARDED.has(name)) return true;
  return name.startsWith('helicone-') || name.startsWith('x-forwarded-');
}

/** Names that a `Connection` header declares to be hop-by-hop too; null when it nominates none that matter. */
export function nominated(connection: string | string[] | undefined): ReadonlySet<string> | null {
  // Nearly every request: nothing to parse.
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return null;
  const names = new Set<string>();
  for (const value of typeof connection === 'string' ? [connection] : connection) {
    for (const name of value.split(',')) names.add(name.trim().toLowerCase());
  }
  return names;
}

/** The headers of an upstream answer that go on to the client, in a fresh object. */
export function answerHeaders(headers: Headers): Headers {
  const gone = nominated(headers.connection);
  const kept: Headers = {};
  for (const name in headers) {
    if (HOP_BY_HOP.has(name) || gone?.has(name)) continue;
    kept[name] = headers[name];
  }
  return kept;
}

/** First value of a header. */
export function firstValue(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value[0];
}
