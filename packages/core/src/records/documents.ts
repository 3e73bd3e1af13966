/**
 * A small thing besides the records, kept by tenant, kind and id: a dataset, a session's tag, a webhook, a delivery that waits.
 */
export interface StoredDocument {
  tenant: string;
  /** Lower-case words with dashes: `dataset`, `dataset-row`, `webhook`, `delivery`. */
  kind: string;
  /** Unique within tenant and kind; at most 512 characters. Parts are separated by `/`, so that lists can ask for a prefix. */
  id: string;
  /** JSON text, at most 8 MiB of UTF-8. */
  value: string;
  /** When it is to be worked on, unix ms; null: it only is. See `claim`. */
  dueAt: number | null;
  /** Unix ms; the store keeps the first one on replacing. */
  createdAt: number;
}

export interface DocumentList {
  tenant: string;
  kind: string;
  /** Ids that begin so. */
  prefix?: string;
  /** Ids behind this one, by code points. */
  after?: string;
  /** 1 to 1000, default 100. */
  limit?: number;
}

/**
 * Documents of a record store. What is written is read by whoever asks after the write was resolved. Every method may reject
 * with the store's own error, and with a `RangeError` for what is out of bounds.
 */
export interface DocumentStore {
  /** Writes all or none; one of the same tenant, kind and id is replaced, but for its `createdAt`. */
  put(documents: readonly StoredDocument[]): Promise<void>;
  /** Those that exist, in no particular order. At most 1000 ids. */
  get(tenant: string, kind: string, ids: readonly string[]): Promise<StoredDocument[]>;
  /** By id, ascending. */
  list(query: DocumentList): Promise<StoredDocument[]>;
  count(query: Pick<DocumentList, 'tenant' | 'kind' | 'prefix'>): Promise<number>;
  /** Deletes by id, or by prefix (`''`: all of that tenant and kind); resolves how many. */
  delete(query: { tenant: string; kind: string } & ({ ids: readonly string[] } | { prefix: string })): Promise<number>;
  /** Documents of one kind of all tenants, by tenant and id, 1000 at most behind `after`. */
  listAll(kind: string, after?: { tenant: string; id: string }): Promise<StoredDocument[]>;
  /**
   * Takes documents of one kind that are due, of all tenants, the longest due first, and puts their `dueAt` off to
   * `now + leaseMs`, in one step: no other process gets them meanwhile. Resolves them as they are afterwards; who has worked
   * on one deletes it or puts it with another `dueAt`. `limit` is 1 to 1000, times are unix ms.
   */
  claim(query: { kind: string; now: number; leaseMs: number; limit: number }): Promise<StoredDocument[]>;
}
