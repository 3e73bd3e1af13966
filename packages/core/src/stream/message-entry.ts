// How a session's messages are written down for the records worker: entries of a kind, two numbers and some bytes.

/** What an entry is about. */
export type EntryKind = 'whole' | 'cut' | 'media' | 'binary' | 'usage' | 'close';

/** One entry of a log. */
export interface MessageEntry {
  kind: EntryKind;
  /** Messages that the entry stands for. */
  count: number;
  /** Length of those messages, bytes. */
  total: number;
  /**
   * A message's text, all of it (`whole`) or its beginning (`cut`); the type of media events (`media`); the end of a message from
   * its `"usage"` on (`usage`); what a close frame carries (`close`); nothing (`binary`).
   */
  bytes: Uint8Array;
}

const KINDS: readonly EntryKind[] = ['whole', 'cut', 'media', 'binary', 'usage', 'close'];

/** Kind, length of the bytes, count, total. */
const HEADER_BYTES = 1 + 4 + 4 + 8;

/** Length of an entry with that many bytes. */
export function entryLength(bytes: number): number {
  return HEADER_BYTES + bytes;
}

/** Writes an entry, into memory of its own. */
export function encodeEntry({ kind, count, total, bytes }: MessageEntry): Uint8Array {
  // Not from Buffer's pool: what lies there beside it would be kept with it.
  const entry = Buffer.allocUnsafeSlow(HEADER_BYTES + bytes.length);
  entry[0] = KINDS.indexOf(kind);
  entry.writeUInt32LE(bytes.length, 1);
  entry.writeUInt32LE(count, 5);
  entry.writeDoubleLE(total, 9);
  entry.set(bytes, HEADER_BYTES);
  return entry;
}

/** Reads a log; ends at what is no entry. */
export function* decodeEntries(log: Buffer): Generator<MessageEntry> {
  for (let at = 0; at + HEADER_BYTES <= log.length; ) {
    const kind = KINDS[log[at] as number];
    const end = at + HEADER_BYTES + log.readUInt32LE(at + 1);
    if (kind === undefined || end > log.length) return;
    const bytes = log.subarray(at + HEADER_BYTES, end);
    yield { kind, count: log.readUInt32LE(at + 5), total: log.readDoubleLE(at + 9), bytes };
    at = end;
  }
}
