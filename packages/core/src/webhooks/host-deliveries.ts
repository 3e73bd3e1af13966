import type { DocumentStore } from '../records/documents.js';
import type { RecordRow } from '../records/store.js';
import { DROP_AT_ONCE, deliveriesOf, MAX_WAITING } from './delivery.js';
import { MAX_READ, type Queued } from './delivery-writer.js';
import { KnownWebhooks } from './known-webhooks.js';
import { DELIVERY, WEBHOOK, type Webhook } from './webhook.js';

/** Puts deliveries into a store of the host's, which knows no transaction over both: before the rows, so that none is missing. */
export class HostDeliveries {
  readonly #store: { readonly documents: DocumentStore };
  readonly #known: KnownWebhooks;
  readonly #now: () => number;
  /** Rows whose deliveries wait already: a store that fails is given the same rows again. */
  readonly #done = new WeakSet<RecordRow>();

  /** `configured` are those of the options; `now` is unix ms. */
  constructor(store: { readonly documents: DocumentStore }, configured: readonly Webhook[], now: () => number) {
    this.#store = store;
    this.#known = new KnownWebhooks(configured, now);
    this.#now = now;
  }

  /** Writes what webhooks are to be told of rows. Rejects with the store's error, and then wants the same rows again. */
  async add(rows: readonly RecordRow[]): Promise<Queued> {
    const documents = this.#store.documents as DocumentStore | undefined;
    // A store from before there were documents: options with webhooks are refused over it.
    if (documents === undefined) return { added: 0, dropped: 0 };
    const fresh = rows.filter((row) => !this.#done.has(row));
    for (const tenant of this.#known.stale(fresh.map((row) => row.tenant))) {
      this.#known.learn(tenant, await documents.list({ tenant, kind: WEBHOOK, limit: MAX_READ }));
    }
    const deliveries = deliveriesOf(fresh, (tenant) => this.#known.of(tenant), this.#now());
    if (deliveries.length > 0) await documents.put(deliveries);
    for (const row of fresh) this.#done.add(row);
    let dropped = 0;
    for (const tenant of new Set(deliveries.map((each) => each.tenant)))
      dropped += await dropSurplus(tenant, documents);
    return { added: deliveries.length, dropped };
  }

  /** Forgets what was to be told of rows that are not written, and will not be. Never rejects. */
  async takeBack(rows: readonly RecordRow[]): Promise<void> {
    const deliveries = deliveriesOf(rows, (tenant) => this.#known.of(tenant), this.#now());
    for (const tenant of new Set(deliveries.map((each) => each.tenant))) {
      const ids = deliveries.filter((each) => each.tenant === tenant).map(({ id }) => id);
      // The store has just failed: it may do so again.
      await this.#store.documents.delete({ tenant, kind: DELIVERY, ids }).catch(() => {});
    }
  }

  /** Reads webhooks anew with the next rows. */
  forget(): void {
    this.#known.forget();
  }
}

/** Deletes deliveries of the oldest calls, since ids begin with the record's, until no more wait than may. */
async function dropSurplus(tenant: string, documents: DocumentStore): Promise<number> {
  const kind = DELIVERY;
  let surplus = (await documents.count({ tenant, kind })) - MAX_WAITING;
  let dropped = 0;
  while (surplus > 0) {
    const oldest = await documents.list({ tenant, kind, limit: Math.min(surplus, DROP_AT_ONCE) });
    const deleted = await documents.delete({ tenant, kind, ids: oldest.map(({ id }) => id) });
    if (deleted === 0) break;
    surplus -= deleted;
    dropped += deleted;
  }
  return dropped;
}
