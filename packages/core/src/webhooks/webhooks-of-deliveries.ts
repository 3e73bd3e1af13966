import type { DocumentStore, StoredDocument } from '../records/documents.js';
import { readWebhookIfOne } from './stored-webhook.js';
import { OPTION_PREFIX, WEBHOOK, type Webhook } from './webhook.js';

/** Finds the webhook of a delivery; undefined where there is none, or none any more. */
export type FindWebhook = (delivery: { tenant: string; webhook: string }) => Webhook | undefined;

/** Reads the webhooks of deliveries as they are in the store now; those of the options are `configured`, by id. */
export async function webhooksOfDeliveries(
  deliveries: readonly Pick<StoredDocument, 'tenant' | 'id'>[],
  documents: Pick<DocumentStore, 'get'>,
  configured: ReadonlyMap<string, Webhook>,
): Promise<FindWebhook> {
  const wanted = new Map<string, Set<string>>();
  for (const { tenant, id } of deliveries) {
    const webhook = id.slice(id.indexOf('/') + 1);
    if (!webhook.startsWith(OPTION_PREFIX)) wanted.set(tenant, (wanted.get(tenant) ?? new Set()).add(webhook));
  }
  const found = new Map<string, Webhook>();
  for (const [tenant, ids] of wanted) {
    for (const document of await documents.get(tenant, WEBHOOK, [...ids])) {
      const webhook = readWebhookIfOne(document);
      if (webhook !== null) found.set(`${tenant}/${webhook.id}`, webhook);
    }
  }
  return ({ tenant, webhook }) => configured.get(webhook) ?? found.get(`${tenant}/${webhook}`);
}
