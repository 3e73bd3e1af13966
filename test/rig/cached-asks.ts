// Chat calls through the cache, and what came back.
import { get, type Received } from '@helicone-proxy/testkit';
import { CHAT_PATH, type ProxyRig } from './proxy-rig.js';

const JSON_TYPE = { 'content-type': 'application/json' };
/** Headers of a JSON call that reads and saves. */
export const CACHED = { ...JSON_TYPE, 'helicone-cache-enabled': 'true' };
/** Body of a chat call, with a letter that is not ASCII. */
export const BODY = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hé' }], temperature: 1 };

/** What differs from a chat call that reads and saves. */
export interface Asked {
  headers?: Record<string, string>;
  /** Replaces `Helicone-Cache-Enabled`. */
  cache?: Record<string, string>;
  body?: string | object;
  path?: string;
}

/** What the proxy says of its cache. */
export async function ask({ url }: ProxyRig, asked: Asked = {}): Promise<string | undefined> {
  return (await answerTo(url, asked)).header('helicone-cache');
}

/** The whole answer. */
export function answerTo(
  url: string,
  { headers, cache = CACHED, body = BODY, path = CHAT_PATH }: Asked = {},
): Promise<Received> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return get(url + path, { headers: { ...JSON_TYPE, ...cache, ...headers }, body: text });
}
