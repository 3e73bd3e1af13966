import type { Call } from '../call.js';
import { CallLife } from '../call-life.js';
import type { ByteStream, EngineResponse } from '../contract.js';
import { ProxyError, toProxyError } from '../errors.js';
import { clientClosed } from '../upstream/failure.js';
import { AnswerTape } from './answer-tape.js';
import { claimLease, type HeldLease } from './claim-lease.js';
import type { CacheEntry } from './entry.js';
import { type AnswerOrigin, documentEntry, originOf, tapeEntry } from './entry-of-answer.js';
import type { FlightOptions } from './flight-options.js';
import { hitAnswer, hitHeaders } from './hit-answer.js';
import type { LookUp } from './look-up.js';
import { Member, type MemberFlight } from './member.js';
import { SharedBody, type SharedBodyListener } from './shared-body.js';
import { type StorableKind, storableKind } from './storable.js';
import { storeEntry } from './store-entry.js';

/**
 * Equal calls that share one answer: what the store has, what another process gets, or one call upstream. That call is made as
 * the first member's, and ends early only when all members have left.
 */
export class Flight implements MemberFlight, SharedBodyListener {
  /** Of the shared call, in place of the leader's own. */
  readonly #life = new CallLife();
  readonly #options: FlightOptions;
  /** In the order in which they came; the first leads when the call upstream is made. */
  #members: Member[] = [];
  /** As whose the call upstream is made. It sees that to its end even without its client: its record tells what was used. */
  #leader: Member | null = null;
  #lease: HeldLease | null = null;
  /** The bucket that the answer goes to. */
  #bucket = 0;
  /** Nothing is under way any more that could be given up. */
  #landed = false;
  #origin: AnswerOrigin | null = null;
  #shared: SharedBody | null = null;
  #tape: AnswerTape | null = null;
  /** The whole answer, while it is being stored. */
  #entry: CacheEntry | null = null;

  constructor(options: FlightOptions) {
    this.#options = options;
  }

  /** One more call. Resolves with what it gets; rejects as soon as its client leaves. */
  join(call: Call, next: () => Promise<EngineResponse>): Promise<EngineResponse> {
    if (this.#entry !== null) return Promise.resolve(hitAnswer(call, this.#entry, this.#bucket));
    const member = new Member(this, call, next);
    this.#members.push(member);
    call.life.hold(member);
    if (!member.over && this.#shared?.begun === true) this.#seat(member);
    return member.answer;
  }

  /** Gets the answer; once, after the first call has joined. In the same turn as far as `looked` is known. Never rejects. */
  async run(looked: LookUp | Promise<LookUp>): Promise<void> {
    const { place } = this.#options;
    const { lease } = place.store;
    try {
      let found = looked instanceof Promise ? await looked : looked;
      if (this.#serve(found)) return;
      if (lease !== null && this.#life.ended === null) {
        const claim = await claimLease(lease, place, this.#life);
        this.#lease = claim.lease;
        found = claim.found ?? found;
        if (this.#serve(found)) return;
      }
      this.#bucket = found.free;
      await this.#fly();
    } catch (fault) {
      this.#crash(fault);
    }
  }

  leave(member: Member, reason: ProxyError): void {
    if (member.over) return;
    if (member.reader !== null) {
      member.reader.body.cancel(reason);
      return;
    }
    this.#drop(member);
    // The call upstream first: how it ended stands in the record that is written when the member hears of it.
    if (this.#members.length === 0) this.#giveUp(reason);
    if (member === this.#leader && !this.#landed) member.left = reason;
    else member.reject(reason);
  }

  readerLeft(member: Member): boolean {
    if (member.left !== null) return true;
    if (member !== this.#leader || member.over) return false;
    if (!this.#landed && this.#members.length === 1) return false;
    this.#drop(member);
    member.left = clientClosed();
    return true;
  }

  readerClosed(member: Member, reason: Error | null): void {
    if (member.over) return;
    this.#drop(member);
    if (reason === null || this.#members.length > 0) return;
    this.#giveUp(reason instanceof ProxyError ? reason : clientClosed());
  }

  begun(): void {
    for (const member of this.#members) if (member.reader === null) this.#seat(member);
  }

  filled(): void {
    this.#close(false);
  }

  ended(): void {
    this.#land(tapeEntry(this.#origin as AnswerOrigin, this.#tape as AnswerTape));
    this.#sendOff();
  }

  broke(): void {
    this.#land(null);
    this.#sendOff();
  }

  /** Gives every member what the store has; false when it has nothing. */
  #serve({ entries }: LookUp): boolean {
    if (entries.length === 0) return false;
    this.#landed = true;
    for (const member of this.#dropAll()) {
      const bucket = entries.length === 1 ? 0 : Math.floor(this.#options.random() * entries.length);
      member.resolve(hitAnswer(member.call, entries[bucket] as CacheEntry, bucket));
    }
    this.#close(true);
    return true;
  }

  async #fly(): Promise<void> {
    for (;;) {
      const leader = this.#members[0];
      if (leader === undefined) return this.#close(true);
      const response = await this.#runAs(leader);
      if (response !== null) return this.#answered(leader, response);
      if (this.#landed) return;
    }
  }

  /** Null when the call failed and its leader was told. */
  async #runAs(leader: Member): Promise<EngineResponse | null> {
    const { call } = leader;
    const own = call.life;
    this.#leader = leader;
    call.life = this.#life;
    try {
      return await leader.run();
    } catch (error) {
      this.#refused(leader, error);
      return null;
    } finally {
      // A stage before the cache may run the call once more.
      call.life = own;
    }
  }

  #refused(leader: Member, error: unknown): void {
    this.#drop(leader);
    leader.reject(leader.left ?? error);
    this.#leader = null;
    // Its own limit says nothing about the others: the next in line leads.
    if (error instanceof ProxyError && error.code === 'rate_limited') return;
    this.#land(null);
    this.#sendOff();
  }

  #answered(leader: Member, response: EngineResponse): void {
    const { maxEntryBytes, place } = this.#options;
    const { body } = response;
    const kind = storableKind(response, leader.call.target?.wire ?? null, maxEntryBytes);
    this.#origin = originOf(leader.call, response.headers, place.policy.lifetimeMs);
    if (body === null || body instanceof Uint8Array) {
      this.#land(kind === 'json' && body !== null ? documentEntry(this.#origin, body, maxEntryBytes) : null);
      this.#drop(leader);
      leader.resolve(response);
      this.#sendOff();
    } else if (kind === null || this.#members.length === 0) this.#dissolve(leader, response, body);
    else this.#share(leader, response, kind);
  }

  /** The stream is for its leader alone, who can still give it up. */
  #dissolve(leader: Member, response: EngineResponse, body: ByteStream): void {
    this.#close(false);
    const followers = this.#dropAll();
    if (followers[0] === leader) {
      followers.shift();
      leader.over = false;
      this.#members = [leader];
      leader.resolve(response);
    } else {
      this.#landed = true;
      body.cancel(this.#life.ended ?? clientClosed());
      leader.reject(leader.left ?? clientClosed());
    }
    for (const follower of followers) follower.goAlone();
  }

  #share(leader: Member, response: EngineResponse, kind: StorableKind): void {
    const { maxEntryBytes: maxBytes, budget } = this.#options;
    const tape = new AnswerTape({ maxBytes, events: kind === 'events', budget });
    const shared = new SharedBody({ listener: this, tape, idleMs: this.#options.idleMs });
    this.#tape = tape;
    this.#shared = shared;
    if (!leader.over || leader.left !== null) {
      leader.reader = shared.join(leader);
      if (leader.left !== null) leader.reader.leftBefore(leader.left);
      leader.resolve({ ...response, body: leader.reader.body });
    }
    shared.start(response.body as ByteStream);
  }

  /** A follower reads along, from the beginning. */
  #seat(member: Member): void {
    const { requestId, startedAt, answeredBy, headers } = this.#origin as AnswerOrigin;
    const latencyMs = performance.now() - startedAt;
    const hit = hitHeaders(member.call, { requestId, latencyMs, bucket: this.#bucket, answeredBy }, headers);
    member.reader = (this.#shared as SharedBody).join(member);
    member.resolve({ status: 200, headers: hit, body: member.reader.body });
  }

  /** The call upstream is over; `entry` is what it left to store. */
  #land(entry: CacheEntry | null): void {
    this.#landed = true;
    this.#entry = entry;
    this.#tape?.drop();
    if (entry === null) this.#close(false);
    else void this.#store(entry);
  }

  /** Until the store has the entry, calls that come get it from here. */
  async #store(entry: CacheEntry): Promise<void> {
    await storeEntry(this.#options.place, this.#bucket, entry);
    this.#close(true);
  }

  /** Those who have nothing yet get the entry; when there is none, each makes a call of its own. */
  #sendOff(): void {
    const entry = this.#entry;
    const reading: Member[] = [];
    for (const member of this.#dropAll()) {
      if (member.reader !== null) {
        member.over = false;
        reading.push(member);
      } else if (entry === null) member.goAlone();
      else member.resolve(hitAnswer(member.call, entry, this.#bucket));
    }
    this.#members = reading;
  }

  /** All have left: the call upstream ends in this very turn, and others may begin anew. */
  #giveUp(reason: ProxyError): void {
    if (this.#landed) return;
    this.#landed = true;
    // Not as if there was nothing to store: another process may take over.
    this.#close(true);
    this.#life.end(reason);
    this.#shared?.cancel(reason);
    this.#tape?.drop();
    const leader = this.#leader;
    if (leader === null || leader.left === null) return;
    if (leader.reader === null) leader.reject(leader.left);
    else leader.reader.body.stop(leader.left);
  }

  /** A fault of ours: nobody must wait for ever. */
  #crash(fault: unknown): void {
    const reason = toProxyError(fault);
    const members = this.#dropAll();
    this.#close(false);
    this.#giveUp(reason);
    for (const member of members) {
      if (member.reader === null) member.reject(fault);
      else member.reader.body.cancel(reason);
    }
  }

  /** Calls that come from now on are no part of this flight. `stored` is for those who wait in other processes, see `Lease`. */
  #close(stored: boolean): void {
    const { flights, id } = this.#options;
    if (flights.get(id) === this) flights.delete(id);
    const lease = this.#lease;
    this.#lease = null;
    if (lease !== null) void lease.release(stored);
  }

  #drop(member: Member): void {
    if (member.over) return;
    member.over = true;
    this.#members.splice(this.#members.indexOf(member), 1);
  }

  #dropAll(): Member[] {
    const members = this.#members;
    this.#members = [];
    for (const member of members) member.over = true;
    return members;
  }
}
