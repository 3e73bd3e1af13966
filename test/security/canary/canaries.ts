import { inspect } from 'node:util';

/** A secret for each place where one may stand, so that whichever is found names its leak. */
export const CANARIES = {
  'Helicone-Auth': 'canary-helicone-auth-1c6f',
  'a key that is refused': 'canary-wrong-key-77ab',
  'a provider’s key in authorization': 'canary-authorization-9d21',
  'a provider’s key in x-api-key': 'canary-x-api-key-4e02',
  'a provider’s key in api-key': 'canary-api-key-b8c5',
  'a provider’s key in x-goog-api-key': 'canary-goog-3f90',
  'a provider’s key in the query': 'canary-query-key-e6d4',
  'a key with signs': 'canary/signs+"and"=%2F-5b7d',
  'a header of people’s own': 'canary-auth-token-90ce',
  'a user’s password': 'canary-basic-password-2f3a',
  'a key that the server holds': 'canary-server-held-5a18',
  'a key that the server asks for': 'canary-asked-for-d3c9',
  'an AWS secret that the server holds': 'canary-aws/server+secret-e51b',
  'an AWS session token that the server holds': 'canary-aws-server-token-08d6==',
  'a caller’s AWS secret': 'canary-aws/caller+secret-c947',
  'a caller’s AWS session token': 'canary-aws-caller-token-31fa==',
  'a session token of a signature': 'canary-aws-signed-token-6b80==',
  'a key that cannot be sent': 'canary-broken-0b7e',
  'a header that the server sets': 'canary-server-header-f2a6',
  'a credential of a fallback': 'canary-fallback-entry-63d1',
  'a credential of a fallback of the options': 'canary-option-entry-a4f7',
  'a credential in fallbacks that cannot be read': 'canary-unread-entry-8e20',
  'a password in a target': 'canary-userinfo-862d',
  'a cookie': 'canary-cookie-c1e3',
  'a proxy’s password': 'canary-proxy-authorization-70f4',
  'a key among the subprotocols': 'canary-subprotocol-1d9b',
  'a key in a log’s headers': 'canary-log-header-44be',
  'a key in a log’s meta': 'canary-log-meta-b20a',
  'a key in a log’s URL': 'canary-log-query-7c93',
  'a header of a span': 'canary-span-header-e815',
  'a key in a span’s URL': 'canary-span-query-390d',
  'an attribute of a span': 'canary-span-attribute-5ce7',
  'a webhook’s key': 'canary-webhook-hmac-0af2',
} as const;

export type Canary = keyof typeof CANARIES;

/** Every canary that stands in a text, in any form that it could be written in, with what stands around it. */
export function canariesIn(text: string, among: Readonly<Record<string, string>> = CANARIES): string[] {
  const found: string[] = [];
  for (const [what, canary] of Object.entries(among)) {
    for (const form of formsOf(canary)) {
      const at = text.indexOf(form);
      if (at >= 0) found.push(`${what}: …${text.slice(Math.max(0, at - 160), at + 80)}…`);
    }
  }
  return found;
}

function formsOf(canary: string): Set<string> {
  const json = JSON.stringify(canary).slice(1, -1);
  const base64 = Buffer.from(canary).toString('base64').slice(0, -4);
  const encoded = encodeURIComponent(canary);
  return new Set([canary, json, JSON.stringify(json).slice(1, -1), json.replaceAll('/', '\\/'), encoded, base64]);
}

/** Everything of a value, also what is not enumerable, such as the cause of an error. */
export function everything(value: unknown): string {
  const seen = inspect(value, {
    depth: 20,
    showHidden: true,
    maxArrayLength: null,
    maxStringLength: null,
    getters: true,
  });
  const seenAs = new Set<unknown>();
  const plain = JSON.stringify(value, (_key, each) => {
    if (typeof each === 'bigint') return String(each);
    if (typeof each !== 'object' || each === null) return each;
    if (seenAs.has(each)) return undefined;
    seenAs.add(each);
    return each instanceof Error ? { ...each, message: each.message, stack: each.stack, cause: each.cause } : each;
  });
  return seen + plain;
}
