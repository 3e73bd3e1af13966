import { checkDocument } from '../records/document-bounds.js';
import type { StoredDocument } from '../records/documents.js';
import type { RecordRow } from '../records/store.js';
import { payloadOf } from './payload.js';
import { wants } from './wants.js';
import { DELIVERY, type Webhook } from './webhook.js';

/** One call that one webhook is to be told of. */
export interface Delivery {
  tenant: string;
  /** `<record id>/<webhook id>`: the same however often the delivery is sent, and older calls sort first. */
  id: string;
  /** Id of the webhook. */
  webhook: string;
  /** JSON text to be posted. */
  payload: string;
  /** Tries that failed. */
  tries: number;
  /** Unix ms. */
  createdAt: number;
}

/** What webhooks are to be told of rows, as documents that are due at once. `now` is unix ms. */
export function deliveriesOf(rows: readonly RecordRow[], webhooks: WebhooksOf, now: number): StoredDocument[] {
  const documents: StoredDocument[] = [];
  for (const row of rows) {
    for (const webhook of webhooks(row.tenant)) {
      if (!wants(webhook, row)) continue;
      const document = documentOf(deliveryOf(row, webhook, now), now);
      if (isKept(document)) documents.push(document);
    }
  }
  return documents;
}

/** One that no store takes, made of a row that is out of all bounds, must not keep the rows from being written. */
function isKept(document: StoredDocument): boolean {
  try {
    checkDocument(document);
    return true;
  } catch {
    return false;
  }
}

/** The webhooks that a tenant's calls may be told to. */
export type WebhooksOf = (tenant: string) => readonly Webhook[];

function deliveryOf(row: RecordRow, webhook: Webhook, now: number): Delivery {
  return {
    tenant: row.tenant,
    id: `${row.id}/${webhook.id}`,
    webhook: webhook.id,
    payload: payloadOf(row, webhook),
    tries: 0,
    createdAt: now,
  };
}

/** A delivery as it waits. */
export function documentOf(
  { tenant, id, webhook, payload, tries, createdAt }: Delivery,
  dueAt: number,
): StoredDocument {
  return { tenant, kind: DELIVERY, id, value: JSON.stringify({ webhook, tries, payload }), dueAt, createdAt };
}

/** Reads a delivery that waited; null for what is none, since whoever has the store may write into it. */
export function readDeliveryIfOne({ tenant, id, value, createdAt }: StoredDocument): Delivery | null {
  try {
    const { webhook, tries, payload } = JSON.parse(value) as Pick<Delivery, 'webhook' | 'tries' | 'payload'>;
    const isOne = typeof webhook === 'string' && typeof tries === 'number' && typeof payload === 'string';
    return isOne ? { tenant, id, webhook, payload, tries, createdAt } : null;
  } catch {
    return null;
  }
}

/** Deliveries of one tenant that may wait; beyond it those of the oldest calls are dropped. */
export const MAX_WAITING = 10_000;
/** Deliveries that are dropped at once. */
export const DROP_AT_ONCE = 1_000;
