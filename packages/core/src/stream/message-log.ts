import type { Omitted } from '../records/facts.js';
import type { Capture } from './capture.js';
import type { FrameListener } from './frame-scanner.js';
import { type EntryKind, encodeEntry, entryLength } from './message-entry.js';
import { kindOfMessage, type MessageKind, PREFIX_BYTES } from './message-kind.js';

export interface MessageLogOptions {
  /** Where the log is kept. */
  capture: Capture;
  /** Room for messages, bytes. */
  maxBytes: number;
  /** The messages are the provider's: those that tell of usage are never left out for lack of room. */
  meters: boolean;
  /** Called when the first message begins. */
  begun?: () => void;
}

/** Of one message this much is kept at most, bytes; a session is not to be filled by one. */
const MAX_MESSAGE = 256 * 1024;
/** Where the usage stands in an event that is not kept whole: among its last bytes. */
const USAGE_TAIL = 16 * 1024;
/** Room of their own for usages whose events there is no room for, bytes: some 2 000 answers. */
const USAGE_BYTES = 1024 * 1024;
const MIN_SCRATCH = 4 * 1024;
const USAGE = Buffer.from('"usage"');
const NOTHING = new Uint8Array(0);

/**
 * Writes down the messages of one direction of a session as they pass, for its record: text up to a bound, of media only how
 * much there was, and every usage. Bytes are copied, so that what they came in can be let go.
 */
export class MessageLog implements FrameListener {
  /** A message that may have told of usage was not kept. */
  usageMissing = false;
  /** Messages for which there was no room. */
  readonly omitted: Omitted = { messages: 0, bytes: 0 };
  readonly #options: MessageLogOptions;
  #room: number;
  #usageRoom = USAGE_BYTES;
  #begun = false;
  #inMessage = false;
  /** Null until enough of the message is here to tell. */
  #kind: MessageKind | 'binary' | null = null;
  #type = '';
  /** The message's bytes as far as they are wanted. */
  #scratch = Buffer.allocUnsafeSlow(MIN_SCRATCH);
  #length = 0;
  /** The message's first bytes were let go, to have its last ones. */
  #headLost = false;
  /** Media events that follow each other, which share an entry. */
  #run: { kind: 'media' | 'binary'; type: string; count: number; total: number } | null = null;

  constructor(options: MessageLogOptions) {
    this.#options = options;
    this.#room = options.maxBytes;
  }

  begin(text: boolean): void {
    if (!this.#begun) {
      this.#begun = true;
      this.#options.begun?.();
    }
    this.#inMessage = true;
    this.#kind = text ? null : 'binary';
    this.#type = '';
    this.#length = 0;
    this.#headLost = false;
  }

  space(available: number): Uint8Array {
    const wanted = Math.min(available, this.#wanted());
    if (wanted === 0) return NOTHING;
    const end = this.#length + wanted;
    if (end > this.#scratch.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(MAX_MESSAGE, Math.max(end, 2 * this.#scratch.length)));
      this.#scratch.copy(larger, 0, 0, this.#length);
      this.#scratch = larger;
    }
    return this.#scratch.subarray(this.#length, end);
  }

  filled(count: number): void {
    this.#length += count;
    if (this.#kind === null && this.#length >= PREFIX_BYTES) this.#classify();
    if (this.#kind !== 'usage' || this.#length < MAX_MESSAGE) return;
    this.#scratch.copyWithin(0, this.#length - USAGE_TAIL, this.#length);
    this.#length = USAGE_TAIL;
    this.#headLost = true;
  }

  end(length: number): void {
    this.#inMessage = false;
    if (this.#kind === null) this.#classify();
    const kind = this.#kind as MessageKind | 'binary';
    if (kind === 'media' || kind === 'binary') this.#count(kind, length);
    else this.#keep(kind, length);
    if (this.#scratch.length > 4 * MIN_SCRATCH) this.#scratch = Buffer.allocUnsafeSlow(MIN_SCRATCH);
  }

  close(payload: Uint8Array): void {
    this.#endRun();
    this.#write('close', payload, 0);
  }

  lost(): void {
    this.usageMissing = true;
  }

  /** Nothing comes any more: what has come of a message in the middle is kept. */
  finish(): void {
    if (this.#inMessage && this.#kind === null) this.#classify();
    this.#endRun();
    // What is missing of it may have told a usage.
    const mayTell = this.#kind === 'usage' || this.#kind === 'unknown';
    if (this.#inMessage && mayTell && this.#options.meters) this.usageMissing = true;
    const readable = this.#kind === 'other' || this.#kind === 'usage' || this.#kind === 'unknown';
    if (this.#inMessage && readable && !this.#headLost && this.#length > 0) {
      this.#write('cut', this.#scratch.subarray(0, this.#length), this.#length);
    }
    this.#inMessage = false;
    this.#scratch = Buffer.alloc(0);
  }

  #wanted(): number {
    if (this.#kind === null) return PREFIX_BYTES - this.#length;
    // It cannot be kept any more.
    if (this.#kind === 'other' && this.#length > this.#room) return 0;
    return this.#kind === 'media' || this.#kind === 'binary' ? 0 : MAX_MESSAGE - this.#length;
  }

  #classify(): void {
    const { kind, type } = kindOfMessage(this.#scratch.subarray(0, Math.min(this.#length, PREFIX_BYTES)));
    this.#type = type;
    this.#kind = kind === 'usage' && !this.#options.meters ? 'other' : kind;
  }

  #count(kind: 'media' | 'binary', length: number): void {
    const run = this.#run;
    if (run !== null && run.kind === kind && run.type === this.#type) {
      run.count += 1;
      run.total += length;
      return;
    }
    this.#endRun();
    this.#run = { kind, type: this.#type, count: 1, total: length };
  }

  #endRun(): void {
    const run = this.#run;
    this.#run = null;
    if (run === null) return;
    const { kind, type, count, total } = run;
    if (!this.#write(kind, Buffer.from(type), total, count)) this.#omit(count, total);
  }

  #keep(kind: MessageKind, length: number): void {
    this.#endRun();
    const bytes = this.#scratch.subarray(0, this.#length);
    const whole = !this.#headLost && this.#length === length;
    if (kind === 'usage') {
      if (!(whole && this.#write('whole', bytes, length))) this.#keepUsage(bytes, length);
      return;
    }
    const kept = this.#write(whole ? 'whole' : 'cut', bytes, length);
    if (!kept) this.#omit(1, length);
    // A provider may say of what type a message is behind everything else.
    if (kind === 'unknown' && this.#options.meters && !(kept && whole)) this.usageMissing = true;
  }

  #keepUsage(bytes: Buffer, length: number): void {
    const tail = bytes.subarray(-USAGE_TAIL);
    const start = tail.lastIndexOf(USAGE);
    const usage = start < 0 ? NOTHING : tail.subarray(start);
    const needed = entryLength(usage.length);
    if (start >= 0 && needed <= this.#usageRoom) {
      const entry = encodeEntry({ kind: 'usage', count: 1, total: length, bytes: usage });
      if (this.#options.capture.addWhole(entry)) {
        this.#usageRoom -= needed;
        return;
      }
    }
    this.usageMissing = true;
    this.#omit(1, length);
  }

  #write(kind: EntryKind, bytes: Uint8Array, total: number, count = 1): boolean {
    const needed = entryLength(bytes.length);
    if (needed > this.#room) return false;
    if (!this.#options.capture.addWhole(encodeEntry({ kind, count, total, bytes }))) return false;
    this.#room -= needed;
    return true;
  }

  #omit(messages: number, bytes: number): void {
    this.omitted.messages += messages;
    this.omitted.bytes += bytes;
  }
}
