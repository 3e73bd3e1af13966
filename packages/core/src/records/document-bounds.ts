// What every store asks of documents before it touches its database.
import type { DocumentList, StoredDocument } from './documents.js';

/** Characters of an id. */
const MAX_ID_LENGTH = 512;
/** Bytes of a value: 8 MiB. */
const MAX_VALUE_BYTES = 8 * 1024 * 1024;
const MAX_KIND_LENGTH = 64;
/** Documents that are read, looked up or claimed at once. */
const MAX_AT_ONCE = 1000;
const DEFAULT_LIMIT = 100;

/** @throws {RangeError} for a kind, an id or a time that cannot be kept, or a value over 8 MiB. */
export function checkDocument({ kind, id, value, dueAt, createdAt }: StoredDocument): void {
  checkKind(kind);
  if (id.length < 1 || id.length > MAX_ID_LENGTH) {
    throw new RangeError(`id of a document must have 1 to ${MAX_ID_LENGTH} characters, not ${id.length}`);
  }
  const bytes = Buffer.byteLength(value);
  if (bytes > MAX_VALUE_BYTES) {
    throw new RangeError(`value of a document must have at most ${MAX_VALUE_BYTES} bytes, not ${bytes}`);
  }
  if (dueAt !== null) checkTime('dueAt', dueAt);
  checkTime('createdAt', createdAt);
}

/** @throws {RangeError} for a kind that is not lower-case words with dashes. */
export function checkKind(kind: string): void {
  if (kind.length <= MAX_KIND_LENGTH && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(kind)) return;
  throw new RangeError(
    `kind of a document must be lower-case words with dashes, at most ${MAX_KIND_LENGTH} characters`,
  );
}

/** @throws {RangeError} for more ids than may be asked for at once. */
export function checkIds(ids: readonly string[]): void {
  if (ids.length > MAX_AT_ONCE) throw new RangeError(`at most ${MAX_AT_ONCE} ids at once, not ${ids.length}`);
}

/** The limit of a list or a claim. @throws {RangeError} outside 1 to 1000. */
export function documentLimit({ limit = DEFAULT_LIMIT }: Pick<DocumentList, 'limit'>): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_AT_ONCE) return limit;
  throw new RangeError(`limit must be 1 to ${MAX_AT_ONCE}`);
}

/** @throws {RangeError} for what is not a whole number of ms. */
export function checkTime(name: string, ms: number): void {
  if (!Number.isSafeInteger(ms)) throw new RangeError(`${name} must be whole unix ms`);
}

/**
 * The text that comes first, in the order of code points, behind everything that begins with `prefix`; null when there is none.
 * Ids with a prefix are then a range, which an index can find.
 */
export function endOfPrefix(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) as number);
  while (points.length > 0) {
    const last = points.pop() as number;
    if (last === 0x10ffff) continue;
    // No character is between these two: what is there are halves of UTF-16.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return null;
}
