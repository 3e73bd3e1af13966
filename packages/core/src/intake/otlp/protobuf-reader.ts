import { InvalidIntake } from '../intake.js';

/** Wire types of protobuf's encoding; groups, which nobody writes any more, are not among them. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** One field of a message, with its value yet to be read. */
interface ProtobufField {
  number: number;
  wireType: number;
}

/**
 * Reads the fields of one message one after the other. What a field holds is asked for by its type; one of another type than
 * expected, or that nobody asks for, is passed over. @throws {InvalidIntake} for bytes that are no message; nothing else, and it
 * always moves on.
 */
export class ProtobufReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  #field: ProtobufField = { number: 0, wireType: VARINT };
  /** The value of the current field was not read yet. */
  #unread = false;

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  /** Number of the next field; null at the end of the message. */
  next(): number | null {
    if (this.#unread) this.#skip();
    if (this.#at >= this.#end) return null;
    const tag = this.#varint();
    const field = { number: Math.floor(tag / 8), wireType: tag % 8 };
    if (field.number === 0 || field.number > MAX_FIELD) throw invalid();
    this.#field = field;
    this.#unread = true;
    return field.number;
  }

  /** The message in this field; null when it holds none. */
  message(): ProtobufReader | null {
    const span = this.#span();
    return span === null ? null : new ProtobufReader(this.#bytes, span.from, span.to);
  }

  /** Bytes in this field; empty when it holds none. */
  bytes(): Buffer {
    const span = this.#span();
    return span === null ? Buffer.alloc(0) : this.#bytes.subarray(span.from, span.to);
  }

  text(): string {
    return this.bytes().toString();
  }

  /** A 64-bit integer, signed (two's complement). */
  int64(): bigint {
    return this.#take(VARINT) ? BigInt.asIntN(64, this.#varint64()) : 0n;
  }

  /** A fixed 64-bit unsigned integer. */
  fixed64(): bigint {
    return this.#take(FIXED64) ? this.#bytes.readBigUInt64LE(this.#advance(8)) : 0n;
  }

  double(): number {
    return this.#take(FIXED64) ? this.#bytes.readDoubleLE(this.#advance(8)) : 0;
  }

  #take(wireType: number): boolean {
    if (!this.#unread || this.#field.wireType !== wireType) return false;
    this.#unread = false;
    return true;
  }

  #span(): { from: number; to: number } | null {
    if (!this.#take(BYTES)) return null;
    const length = this.#varint();
    const from = this.#advance(length);
    return { from, to: from + length };
  }

  #skip(): void {
    this.#unread = false;
    switch (this.#field.wireType) {
      case VARINT:
        this.#varint();
        break;
      case FIXED64:
        this.#advance(8);
        break;
      case BYTES:
        this.#advance(this.#varint());
        break;
      case FIXED32:
        this.#advance(4);
        break;
      default:
        throw invalid();
    }
  }

  /** Moves on; returns where it was. */
  #advance(length: number): number {
    const from = this.#at;
    if (length > this.#end - from) throw invalid();
    this.#at += length;
    return from;
  }

  /** Exact up to 2^53; what is more is no tag and no length. */
  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#bytes[this.#advance(1)] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw invalid();
  }

  #varint64(): bigint {
    const from = this.#at;
    const value = this.#varint();
    if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
    let exact = 0n;
    for (let at = this.#at - 1; at >= from; at--) exact = (exact << 7n) | BigInt((this.#bytes[at] as number) & 0x7f);
    return exact;
  }
}

const MAX_VARINT_BYTES = 10;
const MAX_FIELD = 2 ** 29 - 1;

function invalid(): InvalidIntake {
  return new InvalidIntake('body: is not protobuf');
}
