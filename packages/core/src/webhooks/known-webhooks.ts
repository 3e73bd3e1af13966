import type { StoredDocument } from '../records/documents.js';
import { readWebhookIfOne } from './stored-webhook.js';
import type { Webhook } from './webhook.js';

/** How long what a tenant has is taken to be so, ms: other processes change it too. */
const FRESH_MS = 5_000;
/** Tenants known at one time. */
const MAX_TENANTS = 1_000;

interface Known {
  webhooks: readonly Webhook[];
  loadedAt: number;
}

/** The webhooks that rows are to be told to: those of the options, and those that tenants have made over REST. */
export class KnownWebhooks {
  readonly #configured: readonly Webhook[];
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();

  /** `now` is unix ms. */
  constructor(configured: readonly Webhook[], now: () => number) {
    this.#configured = configured;
    this.#now = now;
  }

  /** Tenants among these whose webhooks are to be read anew. */
  stale(tenants: Iterable<string>): string[] {
    const now = this.#now();
    return [...new Set(tenants)].filter((tenant) => {
      const known = this.#known.get(tenant);
      return known === undefined || now - known.loadedAt >= FRESH_MS || now < known.loadedAt;
    });
  }

  /** Takes what was read of a tenant. */
  learn(tenant: string, documents: readonly StoredDocument[]): void {
    const webhooks = [...this.#configured, ...documents.map(readWebhookIfOne).filter((webhook) => webhook !== null)];
    // Set anew: a Map keeps insertion order, so the first is the one that was read longest ago.
    this.#known.delete(tenant);
    if (this.#known.size >= MAX_TENANTS) this.#known.delete(this.#known.keys().next().value as string);
    this.#known.set(tenant, { webhooks, loadedAt: this.#now() });
  }

  /** What is known of a tenant; where that is nothing, the options'. */
  of(tenant: string): readonly Webhook[] {
    return this.#known.get(tenant)?.webhooks ?? this.#configured;
  }

  /** Reads everything anew when it is next needed. */
  forget(): void {
    this.#known.clear();
  }
}
