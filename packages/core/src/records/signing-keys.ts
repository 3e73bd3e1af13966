import { randomBytes } from 'node:crypto';
import type { DocumentStore, StoredDocument } from './documents.js';

/** Secrets that links without a key are signed with. */
export interface SigningKeys {
  /** The one to sign with. */
  key(): Promise<string>;
  /** Whether `check` takes one of the keys: another process may have signed with one that this one has not seen yet. */
  some(check: (key: string) => boolean): Promise<boolean>;
}

/** Keys belong to the store, not to a tenant. */
const TENANT = '';
const KIND = 'signing-key';
/** More than processes may make at the same moment when there is none yet. */
const MAX_KEYS = 100;
/** How long what was read counts, ms; anybody may show a wrong link, and each must not cost a look into the store. */
const FRESH_MS = 1_000;

/**
 * Signing keys of a record store. The first one is made when it is needed and kept with the records, so that links hold over restarts
 * and in all processes of the store. Where several processes make one at once, all are kept and the first by id is the one to sign with.
 */
export function createSigningKeys(documents: () => DocumentStore, now: () => number = Date.now): SigningKeys {
  let known: string[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    let found = await list();
    if (found.length === 0) {
      await documents().put([newKey(now())]);
      found = await list();
    }
    known = found.map(({ value }) => JSON.parse(value) as string);
    readAt = now();
  }

  function list(): Promise<StoredDocument[]> {
    return documents().list({ tenant: TENANT, kind: KIND, limit: MAX_KEYS });
  }

  function refresh(): Promise<void> {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  }

  const stale = (): boolean => now() - readAt >= FRESH_MS;

  return {
    async key() {
      if (stale()) await refresh();
      return known[0] as string;
    },
    async some(check) {
      if (known.some(check)) return true;
      if (!stale()) return false;
      await refresh();
      return known.some(check);
    },
  };
}

function newKey(createdAt: number): StoredDocument {
  return {
    tenant: TENANT,
    kind: KIND,
    id: randomBytes(16).toString('hex'),
    value: JSON.stringify(randomBytes(32).toString('base64url')),
    dueAt: null,
    createdAt,
  };
}
