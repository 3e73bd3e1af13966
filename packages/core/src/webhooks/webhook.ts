/** Somebody who is told of calls. */
export interface Webhook {
  /** Of a document, or made of what an entry of the options says. */
  readonly id: string;
  /** Whose calls; null: all tenants'. */
  readonly tenant: string | null;
  /** URL that deliveries are posted to. */
  readonly destination: string;
  /** Signs deliveries. */
  readonly hmacKey: string;
  /** Percent of the calls, 0 to 100. */
  readonly sampleRate: number;
  /** Properties that a call must have, all of them; keys are lower-case. */
  readonly propertyFilters: readonly PropertyFilter[];
  /** Whether deliveries tell more than the ids and bodies: model, provider, properties, cost and tokens. */
  readonly includeData: boolean;
  /** Absolute URL of the proxy's `/api` for links to bodies, without a slash at its end; null: no links. */
  readonly apiUrl: string | null;
  /** The options name it: it may be at a private address. */
  readonly trusted: boolean;
}

/** A property that a call must have with exactly this value. */
export interface PropertyFilter {
  /** Case does not count. */
  readonly key: string;
  readonly value: string;
}

/** Kind of the documents that are webhooks made over REST, and of the deliveries that wait. */
export const WEBHOOK = 'webhook';
export const DELIVERY = 'delivery';

/** What ids of the options' webhooks begin with; a process that does not know such a one leaves its deliveries to others. */
export const OPTION_PREFIX = 'option-';
