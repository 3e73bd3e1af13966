import { createHash } from 'node:crypto';
import { expectKeys, flag } from '../option-values.js';
import { destinationFault } from './destination.js';
import { OPTION_PREFIX, type PropertyFilter, type Webhook } from './webhook.js';

/** Somebody who is told of every call by a signed POST. */
export interface WebhookOptions {
  /** URL that deliveries are posted to. It is trusted as it is, private addresses included. */
  destination: string;
  /** Signs deliveries: the receiver checks `Helicone-Signature` with it. */
  hmacKey: string;
  /** Percent of the calls, 0 to 100. Default 100. */
  sampleRate?: number;
  /** Properties that a call must have, all of them, with exactly these values. Default: none. */
  propertyFilters?: { key: string; value: string }[];
  /** Whether deliveries tell model, provider, properties, cost and tokens too. Default true. */
  includeData?: boolean;
  /** Whose calls. Default: all tenants'. */
  tenant?: string;
  /**
   * Address of the proxy as receivers reach it, prefix included, such as `https://app.example/helicone`: deliveries then have a
   * `request_response_url`. Default: none.
   */
  publicUrl?: string;
}

const KEYS = ['destination', 'hmacKey', 'sampleRate', 'propertyFilters', 'includeData', 'tenant', 'publicUrl'];

/** Checks the option and fills in the defaults. Throws a `TypeError` or `RangeError` that names the key. */
export function resolveWebhooks(given: readonly WebhookOptions[] | undefined): readonly Webhook[] {
  if (given === undefined) return Object.freeze([]);
  if (!Array.isArray(given)) throw new TypeError('webhooks: must be a list');
  const webhooks = given.map((entry: WebhookOptions, index) => resolveWebhook(`webhooks[${index}]`, entry));
  for (const [index, { id }] of webhooks.entries()) {
    const first = webhooks.findIndex((other) => other.id === id);
    if (first !== index) throw new TypeError(`webhooks[${index}]: the same as webhooks[${first}]`);
  }
  return Object.freeze(webhooks);
}

function resolveWebhook(where: string, entry: WebhookOptions): Webhook {
  expectKeys(where, entry, KEYS);
  const { destination, hmacKey, sampleRate = 100, propertyFilters = [], tenant = null } = entry;
  const fault = destinationFault(destination);
  if (fault !== null) throw new TypeError(`${where}.destination: ${fault}`);
  if (typeof hmacKey !== 'string' || hmacKey === '') throw new TypeError(`${where}.hmacKey: must be text, not empty`);
  if (typeof sampleRate !== 'number' || !(sampleRate >= 0 && sampleRate <= 100)) {
    throw new RangeError(`${where}.sampleRate: must be a number from 0 to 100`);
  }
  if (tenant !== null && typeof tenant !== 'string') throw new TypeError(`${where}.tenant: must be text`);
  const filters = resolveFilters(`${where}.propertyFilters`, propertyFilters);
  return Object.freeze({
    id: idOf({ destination, tenant, filters }),
    tenant,
    destination,
    hmacKey,
    sampleRate,
    propertyFilters: filters,
    includeData: flag(`${where}.includeData`, entry.includeData, true),
    apiUrl: apiUrlOf(`${where}.publicUrl`, entry.publicUrl),
    trusted: true,
  });
}

function resolveFilters(where: string, given: readonly PropertyFilter[]): readonly PropertyFilter[] {
  if (!Array.isArray(given)) throw new TypeError(`${where}: must be a list`);
  const filters = given.map((filter: PropertyFilter, index) => {
    expectKeys(`${where}[${index}]`, filter, ['key', 'value']);
    for (const name of ['key', 'value'] as const) {
      if (typeof filter[name] !== 'string') throw new TypeError(`${where}[${index}].${name}: must be text`);
    }
    return Object.freeze({ key: filter.key.toLowerCase(), value: filter.value });
  });
  return Object.freeze(filters);
}

function apiUrlOf(where: string, given: string | undefined): string | null {
  if (given === undefined) return null;
  if (typeof given !== 'string' || !URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new TypeError(`${where}: must be an http(s) URL`);
  }
  return `${given.replace(/[?#].*$/, '').replace(/\/+$/, '')}/api`;
}

/** The same in every process and after every restart, whatever its place in the list and its key: deliveries wait under it. */
function idOf(what: { destination: string; tenant: string | null; filters: readonly PropertyFilter[] }): string {
  const digest = createHash('sha256').update(JSON.stringify(what)).digest('hex');
  return OPTION_PREFIX + digest.slice(0, 16);
}
