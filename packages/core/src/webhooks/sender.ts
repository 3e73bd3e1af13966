import type { DocumentStore, StoredDocument } from '../records/documents.js';
import { type Delivery, documentOf, readDeliveryIfOne } from './delivery.js';
import { DueTimes } from './due-times.js';
import { arrived, type Post, type Posted } from './post.js';
import { Receiver } from './receiver.js';
import { MAX_AGE_MS, MAX_ASKED_MS, nextTryAt } from './redelivery.js';
import { Settlement } from './settlement.js';
import { DELIVERY, OPTION_PREFIX, type Webhook } from './webhook.js';
import { type FindWebhook, webhooksOfDeliveries } from './webhooks-of-deliveries.js';
import { within } from './within.js';

/** Deliveries under way at one time. */
const PARALLEL = 8;
/** Receivers that failed last and have a delivery under way at one time: many that hang leave room for those that work. */
const MAX_FAILING = 4;
/** Deliveries taken out of the store at one time, those under way included. */
const MAX_TAKEN = 32;
/** Webhooks that are kept in mind because they fail. */
const MAX_LANES = 1_000;
/** How long a try may take, ms. */
export const TRY_MS = 30_000;
/** How long a delivery is this process's, ms: one that ended in the middle holds it no longer. */
const LEASE_MS = 45_000;
/** How often the store is asked for what other processes left and what was put off long ago, ms. */
const POLL_MS = 5_000;
/** How long deliveries of a webhook that only other processes know are left to them, ms. */
const ELSEWHERE_MS = 60_000;
/** What `close` gives to deliveries under way, and then to the store, ms. */
export const GRACE_MS = 1_000;

export interface SenderOptions {
  documents: Pick<DocumentStore, 'claim' | 'get' | 'put' | 'delete'>;
  /** The webhooks of the options. */
  configured: readonly Webhook[];
  send(webhook: Webhook, delivery: Delivery): Post;
  /** A delivery will not be tried again. */
  gaveUp(webhook: Webhook, delivery: Delivery, posted: Posted): void;
  /** The receiver of a webhook, which worked or was not known, did not take a delivery; or takes them again. */
  changed(webhook: Webhook, works: boolean, posted: Posted): void;
  /** The store did not answer, or answers again (null). */
  trouble(error: unknown): void;
  /** Unix ms. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
}

/** A delivery that is this process's for a while. */
interface Taken {
  delivery: Delivery;
  webhook: Webhook;
  /** Unix ms. */
  until: number;
}

interface Running extends Taken {
  post: Post;
  startedAt: number;
}

/** What this process does for one webhook. */
interface Lane {
  receiver: Receiver;
  waiting: Taken[];
}

/** Sends deliveries that are due, out of any call's way. Several processes may send for one store: each delivery is one's alone. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #configured: ReadonlyMap<string, Webhook>;
  readonly #settlement: Settlement;
  readonly #lanes = new Map<string, Lane>();
  readonly #running = new Set<Running>();
  #held = 0;
  /** There may be more in the store than was taken. */
  #more = false;
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** When deliveries are due that this process has put off. */
  readonly #due = new DueTimes();
  #closed = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#configured = new Map(options.configured.map((webhook) => [webhook.id, webhook]));
    this.#settlement = new Settlement(options.documents, options.trouble);
  }

  /** Looks for deliveries that are due, now and from now on. */
  wake(): void {
    this.#more = true;
    if (this.#closed || this.#looking !== null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#looking = this.#look()
      .catch(this.#options.trouble)
      .finally(() => {
        this.#looking = null;
        if (this.#closed) return;
        if (this.#more && this.#room() > 0) this.wake();
        else this.#sleep();
      });
  }

  /** Takes no more; those under way get a second, the rest wait in the store for whoever comes next. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const ending = Promise.all([this.#looking, ...[...this.#running].map(({ post }) => post.done)]);
    await within(GRACE_MS, ending);
    for (const { waiting } of this.#lanes.values())
      for (const taken of waiting.splice(0)) this.#wait(taken.delivery, 0);
    for (const running of this.#running) {
      this.#wait(running.delivery, 0);
      running.post.cancel();
    }
    this.#running.clear();
    await within(GRACE_MS, this.#settlement.done());
  }

  async #look(): Promise<void> {
    // Where there is no room, a delivery that ends looks again.
    while (this.#more && !this.#closed && this.#room() > 0) {
      const limit = this.#room();
      const now = this.#options.now();
      this.#more = false;
      this.#due.pass(now);
      try {
        const documents = await this.#options.documents.claim({ kind: DELIVERY, now, leaseMs: LEASE_MS, limit });
        const find = await webhooksOfDeliveries(documents, this.#options.documents, this.#configured);
        this.#options.trouble(null);
        if (documents.length === limit) this.#more = true;
        for (const document of documents) this.#take(document, find, now + LEASE_MS);
      } catch (error) {
        this.#options.trouble(error);
      }
      this.#pump();
    }
  }

  /** Deliveries that may be taken now; rather none than a few. */
  #room(): number {
    const room = MAX_TAKEN - this.#held - this.#running.size;
    return room < MAX_TAKEN / 2 ? 0 : room;
  }

  #sleep(): void {
    const wait = Math.min(Math.max(this.#due.next - this.#options.now(), 0), POLL_MS);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), wait).unref();
  }

  #take(document: StoredDocument, find: FindWebhook, until: number): void {
    const delivery = readDeliveryIfOne(document);
    if (delivery === null) {
      this.#settlement.remove(document);
      return;
    }
    const webhook = find(delivery);
    if (webhook === undefined) {
      this.#leave(delivery);
      return;
    }
    const taken = { delivery, webhook, until };
    const now = this.#options.now();
    const { receiver, waiting } = this.#lane(webhook.id);
    const isCrowded = receiver.fails && receiver.unused && this.#failing() >= MAX_FAILING;
    if (this.#closed || isCrowded || !receiver.hold(now)) {
      this.#wait(delivery, receiver.putOff(now));
      return;
    }
    waiting.push(taken);
    this.#held += 1;
  }

  /** Receivers that failed last and have something in hand. */
  #failing(): number {
    let failing = 0;
    for (const { receiver } of this.#lanes.values()) if (receiver.fails && !receiver.unused) failing += 1;
    return failing;
  }

  /** A webhook that was deleted takes its deliveries along; one of another process's options does not, for a day. */
  #leave(delivery: Delivery): void {
    const now = this.#options.now();
    const isOption = delivery.webhook.startsWith(OPTION_PREFIX);
    if (isOption && now < delivery.createdAt + MAX_AGE_MS) this.#wait(delivery, now + ELSEWHERE_MS);
    else this.#settlement.remove(delivery);
  }

  #lane(id: string): Lane {
    const lane = this.#lanes.get(id) ?? { receiver: new Receiver(), waiting: [] };
    this.#lanes.set(id, lane);
    return lane;
  }

  /** Starts what may start: one of each webhook, then the next of each. */
  #pump(): void {
    let started = true;
    while (started) {
      started = false;
      for (const [id, lane] of [...this.#lanes]) {
        if (!this.#startOne(lane)) continue;
        started = true;
        // To the end: whoever has much to do comes behind those that wait.
        this.#lanes.delete(id);
        this.#lanes.set(id, lane);
      }
    }
    for (const [id, { receiver, waiting }] of this.#lanes) {
      const forgotten = !receiver.fails || this.#lanes.size > MAX_LANES;
      if (receiver.unused && forgotten && waiting.length === 0) this.#lanes.delete(id);
    }
  }

  #startOne({ receiver, waiting }: Lane): boolean {
    const now = this.#options.now();
    const [next] = waiting;
    if (next === undefined || this.#closed || this.#running.size >= PARALLEL) return false;
    if (receiver.pausedAt(now) || next.until - now < TRY_MS) {
      // It would be held here for nothing, or be another's before it is over.
      for (const taken of waiting.splice(0)) {
        receiver.release();
        this.#held -= 1;
        this.#wait(taken.delivery, receiver.putOff(now));
      }
      return false;
    }
    if (!receiver.start(now)) return false;
    waiting.shift();
    this.#held -= 1;
    this.#start(next, now);
    return true;
  }

  #start(taken: Taken, startedAt: number): void {
    const post = this.#options.send(taken.webhook, taken.delivery);
    const running: Running = { ...taken, post, startedAt };
    this.#running.add(running);
    const ended = (posted: Posted): void => {
      // `close` has put it back.
      if (!this.#running.delete(running)) return;
      this.#ended(running, posted);
      this.#pump();
      if (this.#more) this.wake();
    };
    void post.done.then(ended).catch(this.#options.trouble);
  }

  #ended({ webhook, delivery, startedAt }: Running, posted: Posted): void {
    const { status } = posted;
    const now = this.#options.now();
    const { receiver } = this.#lane(webhook.id);
    const failedBefore = receiver.fails;
    const askedMs = Math.min(posted.askedMs, MAX_ASKED_MS);
    const isDown = !works(status);
    receiver.end({ works: !isDown, askedMs, durationMs: now - startedAt, now });
    if (receiver.fails !== failedBefore) this.#options.changed(webhook, failedBefore, posted);
    if (arrived(posted)) {
      this.#settlement.remove(delivery);
      return;
    }
    const tries = delivery.tries + 1;
    const failed = { ...delivery, tries };
    const { createdAt } = delivery;
    const at = nextTryAt({ tries, createdAt, now, askedMs, isDown, random: this.#options.random() });
    if (at !== null && status !== GONE) {
      this.#wait(failed, at);
      return;
    }
    this.#settlement.remove(delivery);
    this.#options.gaveUp(webhook, failed, posted);
  }

  #wait(delivery: Delivery, at: number): void {
    this.#settlement.wait(documentOf(delivery, at));
    const sooner = at < this.#due.next;
    this.#due.add(at, this.#options.now());
    if (sooner && this.#timer !== null && !this.#closed) this.#sleep();
  }
}

/** The receiver wants no such deliveries any more (RFC 9110 section 15.5.11). */
const GONE = 410;
const TOO_MANY = 429;

/** What it says of one delivery may be no; that it says it at all is enough to send it the next one. */
function works(status: number | null): boolean {
  return status !== null && status < 500 && status !== TOO_MANY;
}
