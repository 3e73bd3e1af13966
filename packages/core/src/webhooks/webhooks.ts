import { randomBytes } from 'node:crypto';
import type { ProxyEvents } from '../events.js';
import type { Logger } from '../options.js';
import { uuidv7 } from '../policy/uuid.js';
import type { DocumentStore } from '../records/documents.js';
import type { Recorder } from '../records/recorder.js';
import { createSigningKeys } from '../records/signing-keys.js';
import type { Pools } from '../upstream/pools.js';
import { type DestinationGuard, guestDestinationFault } from './destination.js';
import { samplePayload } from './payload.js';
import { arrived, type Posted } from './post.js';
import { type SendingParts, sendDelivery } from './send-delivery.js';
import { GRACE_MS, Sender, TRY_MS } from './sender.js';
import { senderNews } from './sender-news.js';
import { readWebhookIfOne, type StoredWebhook, shownWebhook, webhookDocument } from './stored-webhook.js';
import { type PropertyFilter, WEBHOOK, type Webhook } from './webhook.js';
import { within } from './within.js';

/** Webhooks that a tenant may have over REST. */
export const MAX_WEBHOOKS = 20;

/** A webhook that cannot be made; `message` names the place that is wrong. */
export class InvalidWebhook extends Error {
  override readonly name = 'InvalidWebhook';
}

/** What a tenant asks for over REST. */
export interface NewWebhook {
  destination: string;
  sampleRate: number;
  propertyFilters: PropertyFilter[];
  includeData: boolean;
  /** Absolute URL of `/api`, as the tenant reaches it. */
  apiUrl: string;
}

/** What came of a delivery that was sent for a try. */
export interface TestedWebhook {
  /** It answered 2xx. */
  success: boolean;
  /** What it answered; null: nothing. */
  status: number | null;
  message: string;
}

/** The webhooks that tenants make over REST. Every method rejects with the store's own error. */
export interface Webhooks {
  /** Oldest first. */
  list(tenant: string): Promise<StoredWebhook[]>;
  /** Makes one, with a key of its own. Rejects with `InvalidWebhook`. */
  create(tenant: string, asked: NewWebhook): Promise<StoredWebhook>;
  /** What waits for it is dropped. False: there is none. */
  remove(tenant: string, id: string): Promise<boolean>;
  /** Sends it a made-up delivery, now and once. Null: there is none. */
  test(tenant: string, id: string): Promise<TestedWebhook | null>;
}

/** Webhooks, and what sends to them. */
export interface RunningWebhooks extends Webhooks {
  /** Sends no more. What waits stays in the store. To be called while the recorder still takes something. */
  close(): Promise<void>;
}

/** What webhooks stand on. */
export interface WebhookParts {
  recorder: Pick<Recorder, 'store' | 'onDeliveries' | 'mayHaveDeliveries' | 'webhooksChanged'>;
  pools: Pools;
  guard: DestinationGuard;
  tell: ProxyEvents['tell'];
  logger: Logger | null;
}

/** Starts sending, once there is something to send. Throws a `TypeError` when the host's store cannot keep deliveries. */
export function startWebhooks(configured: readonly Webhook[], parts: WebhookParts): RunningWebhooks {
  const { recorder, pools, guard } = parts;
  const documents = recorder.store.documents as DocumentStore | undefined;
  if (configured.length > 0 && documents === undefined) {
    throw new TypeError('webhooks: records.store has no documents, in which deliveries wait');
  }
  const signing = createSigningKeys(() => recorder.store.documents);
  const sending: SendingParts = { pools, guard, signing, timeoutMs: TRY_MS, now: Date.now };
  const news = senderNews(parts);
  const sender = new Sender({
    documents: recorder.store.documents,
    configured,
    send: (webhook, delivery) => sendDelivery(webhook, delivery, sending),
    ...news.listeners,
    now: Date.now,
    random: Math.random,
  });
  recorder.onDeliveries((queued) => {
    if (queued.dropped > 0) news.dropped(queued.dropped);
    sender.wake();
  });
  // What an earlier process has left waits for nobody's first call.
  const starting = recorder.mayHaveDeliveries().then(
    (may) => (may ? sender.wake() : undefined),
    // Whoever writes the first record hears of a store that does not work.
    () => {},
  );
  return {
    ...managed(recorder, { sending, changed: () => sender.wake() }),
    async close() {
      const closed = sender.close();
      await Promise.all([within(GRACE_MS, starting), closed]);
    },
  };
}

interface Managing {
  sending: SendingParts;
  changed(): void;
}

function managed(
  { store, webhooksChanged }: Pick<WebhookParts['recorder'], 'store' | 'webhooksChanged'>,
  { sending, changed }: Managing,
): Webhooks {
  // One after the other, so that two at once do not both count to the last one that is allowed.
  let turn: Promise<unknown> = Promise.resolve();
  const make = async (tenant: string, webhook: Webhook): Promise<StoredWebhook> => {
    const count = await store.documents.count({ tenant, kind: WEBHOOK });
    if (count >= MAX_WEBHOOKS) throw new InvalidWebhook(`there are ${MAX_WEBHOOKS} webhooks already: delete one first`);
    const document = webhookDocument(tenant, webhook, sending.now());
    await store.documents.put([document]);
    await webhooksChanged();
    changed();
    return shownWebhook(document);
  };
  return {
    async list(tenant) {
      const found = await store.documents.list({ tenant, kind: WEBHOOK });
      return found.filter((document) => readWebhookIfOne(document) !== null).map(shownWebhook);
    },
    async create(tenant, asked) {
      const fault = guestDestinationFault(asked.destination, sending.guard);
      if (fault !== null) throw new InvalidWebhook(`destination: ${fault}`);
      const made = turn.then(() => make(tenant, newWebhook(tenant, asked, sending.now())));
      turn = made.catch(() => {});
      return await made;
    },
    async remove(tenant, id) {
      const deleted = await store.documents.delete({ tenant, kind: WEBHOOK, ids: [id] });
      await webhooksChanged();
      return deleted > 0;
    },
    async test(tenant, id) {
      const [document] = await store.documents.get(tenant, WEBHOOK, [id]);
      const webhook = document === undefined ? null : readWebhookIfOne(document);
      if (webhook === null) return null;
      const record = uuidv7(sending.now());
      const payload = samplePayload(webhook, { tenant, record });
      return tested(await sendDelivery(webhook, { tenant, id: `${record}/${id}`, payload }, sending).done);
    },
  };
}

function newWebhook(tenant: string, asked: NewWebhook, now: number): Webhook {
  const { destination, sampleRate, propertyFilters, includeData, apiUrl } = asked;
  return {
    // By time, so that lists are in the order of making.
    id: uuidv7(now),
    tenant,
    destination,
    hmacKey: randomBytes(32).toString('hex'),
    sampleRate,
    propertyFilters: propertyFilters.map(({ key, value }) => ({ key: key.toLowerCase(), value })),
    includeData,
    apiUrl,
    trusted: false,
  };
}

function tested(posted: Posted): TestedWebhook {
  const { status, failure } = posted;
  const success = arrived(posted);
  return { success, status, message: failure ?? (success ? 'delivered' : `the receiver answered ${status}`) };
}
