import type { DocumentList, StoredDocument } from '../records/documents.js';
import type { RecordRow } from '../records/store.js';
import { DROP_AT_ONCE, deliveriesOf, MAX_WAITING } from './delivery.js';
import { KnownWebhooks } from './known-webhooks.js';
import { DELIVERY, WEBHOOK, type Webhook } from './webhook.js';

/** Most webhooks of a tenant that are read; REST makes fewer. */
export const MAX_READ = 100;

/** Documents of the database that rows are written to, on the same connection. */
export interface DocumentsBeside {
  put(documents: readonly StoredDocument[]): void;
  delete(query: { tenant: string; kind: string; ids: readonly string[] }): number;
  readonly reader: {
    list(query: DocumentList): StoredDocument[];
    count(query: Pick<DocumentList, 'tenant' | 'kind'>): number;
  };
}

/** What came of rows. */
export interface Queued {
  /** Deliveries that wait now. */
  added: number;
  /** Older ones that had to go. */
  dropped: number;
}

/** Puts deliveries beside rows, in the transaction that writes them: there is never one without the other. */
export class DeliveryWriter {
  readonly #known: KnownWebhooks;
  readonly #now: () => number;

  /** `configured` are those of the options; `now` is unix ms. */
  constructor(configured: readonly Webhook[], now: () => number) {
    this.#known = new KnownWebhooks(configured, now);
    this.#now = now;
  }

  /** Writes what webhooks are to be told of rows that are new. To be called inside their transaction. */
  add(rows: readonly RecordRow[], documents: DocumentsBeside): Queued {
    const tenants = new Set(rows.map(({ tenant }) => tenant));
    for (const tenant of this.#known.stale(tenants)) {
      this.#known.learn(tenant, documents.reader.list({ tenant, kind: WEBHOOK, limit: MAX_READ }));
    }
    const deliveries = deliveriesOf(rows, (tenant) => this.#known.of(tenant), this.#now());
    if (deliveries.length === 0) return { added: 0, dropped: 0 };
    documents.put(deliveries);
    const told = new Set(deliveries.map(({ tenant }) => tenant));
    const dropped = [...told].reduce((sum, tenant) => sum + dropSurplus(tenant, documents), 0);
    return { added: deliveries.length, dropped };
  }

  /** Reads webhooks anew with the next rows. */
  forget(): void {
    this.#known.forget();
  }
}

/** Deletes deliveries of the oldest calls, since ids begin with the record's, until no more wait than may. */
function dropSurplus(tenant: string, documents: DocumentsBeside): number {
  const kind = DELIVERY;
  let surplus = documents.reader.count({ tenant, kind }) - MAX_WAITING;
  let dropped = 0;
  while (surplus > 0) {
    const oldest = documents.reader.list({ tenant, kind, limit: Math.min(surplus, DROP_AT_ONCE) });
    const deleted = documents.delete({ tenant, kind, ids: oldest.map(({ id }) => id) });
    if (deleted === 0) break;
    surplus -= deleted;
    dropped += deleted;
  }
  return dropped;
}
