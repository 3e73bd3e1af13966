// Functions of ours inside SQL, for what SQLite cannot do.
import type { AggregateOptions, DatabaseSync } from 'node:sqlite';
import type { BodyReader } from './blocks.js';
import { rangeOf } from './histogram-ranges.js';
import { Percentiles } from './percentiles.js';

/** Lower case beyond ASCII, which SQLite's `lower` leaves as it is. */
export const LOWER = 'helicone_lower';
/** `(block, slot, which, needle)`: 1 when the body's text holds the needle, whatever its case. */
export const BODY_CONTAINS = 'helicone_body_contains';
/** Aggregate: all percentiles of a column in one value, since SQLite runs the same aggregate once however often it is named. */
export const PERCENTILES_OF = 'helicone_percentiles';
/** `(percentiles, index)`: one of them; null where there are none. */
export const PERCENTILE_AT = 'helicone_percentile_at';
/** `(value, smallest, largest, ranges)`: the number of the range that holds the value. */
export const RANGE_OF = 'helicone_range_of';

export function registerFunctions(database: DatabaseSync, bodies: BodyReader): void {
  database.function(LOWER, { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : null));
  database.function(BODY_CONTAINS, (block, slot, which, needle) => {
    const texts = bodies.read(block as number | null, slot as number | null);
    const text = which === 'request' ? texts.request : texts.response;
    return text !== null && textContains(text, String(needle)) ? 1 : 0;
  });
  // Typed for values of SQLite, but any value may be carried from row to row.
  database.aggregate(PERCENTILES_OF, percentilesAggregate as unknown as AggregateOptions);
  database.function(PERCENTILE_AT, { deterministic: true }, (percentiles, index) => {
    if (!(percentiles instanceof Uint8Array)) return null;
    const { buffer, byteOffset, byteLength } = percentiles;
    return new DataView(buffer, byteOffset, byteLength).getFloat64(Number(index) * 8, true);
  });
  database.function(RANGE_OF, { deterministic: true }, (value, from, to, ranges) =>
    rangeOf(Number(value), { from: Number(from), to: Number(to), ranges: Number(ranges) }),
  );
}

const percentilesAggregate = {
  start: () => new Percentiles(),
  step(percentiles: Percentiles, value: unknown): Percentiles {
    if (typeof value === 'number') percentiles.add(value);
    return percentiles;
  },
  result(percentiles: Percentiles): Uint8Array | null {
    const results = percentiles.results();
    if (results === null) return null;
    const bytes = new DataView(new ArrayBuffer(results.byteLength));
    for (const [index, result] of results.entries()) bytes.setFloat64(index * 8, result, true);
    return new Uint8Array(bytes.buffer);
  },
};

/** Whether JSON text holds some words, as a person sees them: also where JSON escapes their quotes or letters. */
function textContains(json: string, needle: string): boolean {
  const text = json.toLowerCase();
  const wanted = needle.toLowerCase();
  if (text.includes(wanted)) return true;
  const escaped = JSON.stringify(wanted).slice(1, -1);
  if (escaped !== wanted && text.includes(escaped)) return true;
  if (/^[\0-\x7f]*$/.test(wanted) || !text.includes('\\u')) return false;
  // Some SDKs write letters beyond ASCII as \uXXXX.
  const plain = text.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return plain.toLowerCase().includes(wanted);
}
