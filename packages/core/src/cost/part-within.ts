/** A part of a total as far as it fits into it: what a server tells beyond cannot be true. Null is not known. */
export function partWithin(part: number | null, total: number | null): number | null {
  return part === null || total === null ? part : Math.min(part, total);
}
