// Bodies are compressed up to 32 records at a time: far cheaper than one by one, and twice as small.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { freeBytes } from '../../stream/free-bytes.js';
import type { RecordRow } from '../store.js';
import { createdAtOf } from './columns.js';
import { compress, decompress, freeDecompressed } from './compression.js';

const MAX_RECORDS = 32;
/** Uncompressed bytes after which a block is closed, so that reading one body never unpacks many large ones. */
const MAX_BYTES = 256 * 1024;
/** Stands for "not kept" among the lengths. */
const NOT_KEPT = 0xffffffff;
/** Decompressed blocks that a reader keeps; a list shows neighbours. */
const KEPT_BLOCKS = 8;

/** Bodies of some records, compressed, not yet written. */
export interface PackedBlock {
  /** Newest creation among its records, unix ms: the block can go when all up to then are deleted. */
  newest: number;
  codec: string;
  /** Request and response length of each slot, as 32-bit little-endian numbers. */
  lengths: Uint8Array;
  data: Uint8Array;
}

/** Where the bodies of one row went; null when it has none. */
export type Position = { block: PackedBlock; slot: number } | null;

/** Packs the bodies of batches. */
export class BodyPacker {
  /** Where a block's bodies are laid side by side: a fresh buffer each time costs a tenth of the packing. */
  readonly #scratch = Buffer.allocUnsafe(2 * MAX_BYTES);

  /** Packs the bodies of one batch. Done before the write transaction, which other processes wait for. */
  pack(rows: readonly RecordRow[]): { blocks: PackedBlock[]; positions: Position[] } {
    const blocks: PackedBlock[] = [];
    const positions: Position[] = rows.map(() => null);
    const withBodies = rows.filter(hasBodies).length;
    // Evenly filled: a last block of a few records would be compressed badly.
    const perBlock = Math.ceil(withBodies / Math.ceil(withBodies / MAX_RECORDS));
    let members: number[] = [];
    let bytes = 0;
    const close = () => {
      if (members.length === 0) return;
      const block = this.#packBlock(members.map((index) => rows[index] as RecordRow));
      blocks.push(block);
      for (const [slot, index] of members.entries()) positions[index] = { block, slot };
      members = [];
      bytes = 0;
    };
    for (const [index, row] of rows.entries()) {
      if (!hasBodies(row)) continue;
      members.push(index);
      bytes += (row.requestBody?.length ?? 0) + (row.responseBody?.length ?? 0);
      if (members.length >= perBlock || bytes >= MAX_BYTES) close();
    }
    close();
    return { blocks, positions };
  }

  #packBlock(rows: readonly RecordRow[]): PackedBlock {
    const lengths = Buffer.alloc(rows.length * 8);
    const parts: Uint8Array[] = [];
    let newest = 0;
    for (const [slot, row] of rows.entries()) {
      newest = Math.max(newest, createdAtOf(row));
      lengths.writeUInt32LE(row.requestBody?.length ?? NOT_KEPT, slot * 8);
      lengths.writeUInt32LE(row.responseBody?.length ?? NOT_KEPT, slot * 8 + 4);
      if (row.requestBody) parts.push(row.requestBody);
      if (row.responseBody) parts.push(row.responseBody);
    }
    return { newest, lengths, ...compress(this.#join(parts)) };
  }

  #join(parts: Uint8Array[]): Uint8Array {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length > this.#scratch.length) return Buffer.concat(parts, length);
    let offset = 0;
    for (const part of parts) {
      this.#scratch.set(part, offset);
      offset += part.length;
    }
    return this.#scratch.subarray(0, length);
  }
}

function hasBodies(row: RecordRow): boolean {
  return Boolean(row.requestBody ?? row.responseBody);
}

/** Text of the bodies of one record; null when not kept. */
export interface BodyTexts {
  request: string | null;
  response: string | null;
}

const NO_TEXTS: BodyTexts = { request: null, response: null };

interface OpenBlock {
  lengths: Buffer;
  bytes: Buffer;
}

/** Reads bodies through one connection and keeps the last few blocks decompressed. */
export class BodyReader {
  readonly #select: StatementSync;
  readonly #open = new Map<number, OpenBlock | null>();

  constructor(database: DatabaseSync) {
    this.#select = database.prepare('SELECT codec, lengths, data FROM body_blocks WHERE block = ?');
  }

  /** Both are null when the record has no block, or a block that is deleted by now. */
  read(block: number | null, slot: number | null): BodyTexts {
    if (block === null || slot === null) return NO_TEXTS;
    const open = this.#block(block);
    if (open === null) return NO_TEXTS;
    let offset = 0;
    for (let index = 0; index < slot * 2; index += 1) offset += keptLength(open.lengths, index) ?? 0;
    const request = keptLength(open.lengths, slot * 2);
    const response = keptLength(open.lengths, slot * 2 + 1);
    const between = offset + (request ?? 0);
    return {
      request: request === null ? null : open.bytes.toString('utf8', offset, between),
      response: response === null ? null : open.bytes.toString('utf8', between, between + response),
    };
  }

  #block(id: number): OpenBlock | null {
    let open = this.#open.get(id);
    if (open === undefined) {
      open = this.#load(id);
      if (this.#open.size >= KEPT_BLOCKS) this.#close(this.#open.keys().next().value as number);
    } else {
      this.#open.delete(id);
    }
    this.#open.set(id, open);
    return open;
  }

  /** Frees it at once: an export reads thousands, and the garbage collector sees little of what lies outside of its heap. */
  #close(id: number): void {
    const open = this.#open.get(id) ?? null;
    this.#open.delete(id);
    if (open !== null) freeDecompressed(open.bytes);
  }

  #load(id: number): OpenBlock | null {
    const row = this.#select.get(id);
    if (row === undefined) return null;
    const lengths = viewOf(row.lengths as Uint8Array);
    let length = 0;
    for (let index = 0; index < lengths.length / 4; index += 1) length += keptLength(lengths, index) ?? 0;
    const data = row.data as Uint8Array;
    const bytes = viewOf(decompress(String(row.codec), data, length));
    freeBytes(data);
    return { lengths, bytes };
  }
}

function keptLength(lengths: Buffer, index: number): number | null {
  const length = lengths.readUInt32LE(index * 4);
  return length === NOT_KEPT ? null : length;
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
