import type { StoredDocument } from '../records/documents.js';
import { destinationFault } from './destination.js';
import { type PropertyFilter, WEBHOOK, type Webhook } from './webhook.js';

/** A webhook that was made over REST, with Helicone's keys. */
export interface StoredWebhook {
  id: string;
  /** ISO 8601. */
  created_at: string;
  destination: string;
  /** Of the signature. */
  version: string;
  config: { sampleRate: number; propertyFilters: PropertyFilter[]; includeData: boolean };
  hmac_key: string;
}

/** What is kept of one. */
interface Kept {
  destination: string;
  hmacKey: string;
  sampleRate: number;
  propertyFilters: PropertyFilter[];
  includeData: boolean;
  apiUrl: string | null;
}

const VERSION = 'v1';

/** A webhook as it is kept. `createdAt` is unix ms. */
export function webhookDocument(tenant: string, webhook: Webhook, createdAt: number): StoredDocument {
  const { id, destination, hmacKey, sampleRate, propertyFilters, includeData, apiUrl } = webhook;
  const kept: Kept = {
    destination,
    hmacKey,
    sampleRate,
    propertyFilters: [...propertyFilters],
    includeData,
    apiUrl,
  };
  return { tenant, kind: WEBHOOK, id, value: JSON.stringify(kept), dueAt: null, createdAt };
}

/** Reads a webhook that was kept: it hears of its own tenant's calls only, and is no more trusted than that tenant. */
export function readWebhook({ tenant, id, value }: StoredDocument): Webhook {
  return { ...(JSON.parse(value) as Kept), id, tenant, trusted: false };
}

/** The same; null for what is none, since whoever has the store may write into it. */
export function readWebhookIfOne(document: StoredDocument): Webhook | null {
  try {
    const webhook = readWebhook(document);
    return isWhole(webhook) ? webhook : null;
  } catch {
    return null;
  }
}

function isWhole({ destination, hmacKey, sampleRate, propertyFilters }: Webhook): boolean {
  const isFilter = (filter: Partial<PropertyFilter> | null): boolean =>
    typeof filter?.key === 'string' && typeof filter.value === 'string';
  return (
    typeof hmacKey === 'string' &&
    typeof sampleRate === 'number' &&
    destinationFault(destination) === null &&
    Array.isArray(propertyFilters) &&
    propertyFilters.every(isFilter)
  );
}

/** What REST shows of it. */
export function shownWebhook(document: StoredDocument): StoredWebhook {
  const { destination, hmacKey, sampleRate, propertyFilters, includeData } = readWebhook(document);
  return {
    id: document.id,
    created_at: new Date(document.createdAt).toISOString(),
    destination,
    version: VERSION,
    config: { sampleRate, propertyFilters: [...propertyFilters], includeData },
    hmac_key: hmacKey,
  };
}
