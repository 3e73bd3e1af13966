import type { Headers } from '../contract.js';
import { secretsIn } from '../policy/secrets.js';
import { asObject } from '../providers/wires/json-read.js';

/** Longest value that is looked at; real credentials are shorter. Characters. */
const MAX_LENGTH = 16_384;

/** Credentials that a log shows: in the URL of its call, in `meta`, and among the headers that it brings. */
export function loggedSecrets(url: string, ...headers: readonly unknown[]): readonly string[] {
  const query = /\?([^#]*)/.exec(url.slice(0, MAX_LENGTH))?.[1] ?? '';
  // An address is looked through for the user and the password in it.
  const address: Headers = { 'helicone-target-url': url.slice(0, MAX_LENGTH) };
  return secretsIn({ headers: [address, ...headers.map(lowerCase)], queries: [query], serverKeys: null });
}

function lowerCase(given: unknown): Headers {
  const headers: Headers = {};
  for (const [name, value] of Object.entries(asObject(given) ?? {})) {
    // The name was not one of ours to choose: `__proto__` is no header.
    if (name === '__proto__') continue;
    const texts = [value].flat().filter((text) => typeof text === 'string' && text.length <= MAX_LENGTH);
    if (texts.length > 0) headers[name.toLowerCase()] = texts as string[];
  }
  return headers;
}
