import { setOwn } from '../providers/wires/json-read.js';
import { LogFault } from './logged-call.js';

/** Headers in a log's `meta`, and as many as a request could carry. */
const MAX_HEADERS = 200;

/**
 * The headers of ours that a log brings with it, lower-case. What else stands there is not ours; who is calling is told by the
 * request alone. @throws {LogFault}
 */
export function readMeta(given: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (given === undefined || given === null) return headers;
  if (typeof given !== 'object' || Array.isArray(given)) throw new LogFault('providerRequest.meta: must be an object');
  const entries = Object.entries(given).filter(([name]) => /^helicone-/i.test(name));
  if (entries.length > MAX_HEADERS) throw new LogFault(`providerRequest.meta: more than ${MAX_HEADERS} headers`);
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    if (lower === 'helicone-auth' || value === null || value === undefined) continue;
    if (typeof value === 'object') throw new LogFault(`providerRequest.meta[${JSON.stringify(name)}]: must be text`);
    setOwn(headers, lower, asHeader(String(value)));
  }
  return headers;
}

/** Text as Node hands headers over, UTF-8 bytes as Latin-1, which is how they are read. */
export function asHeader(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is "anything beyond ASCII"
  return /[^\x00-\x7f]/.test(text) ? Buffer.from(text).toString('latin1') : text;
}
