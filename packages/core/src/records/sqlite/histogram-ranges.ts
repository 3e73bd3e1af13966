/** Ranges of equal width; both ends belong to them. */
export interface Ranges {
  from: number;
  to: number;
  ranges: number;
}

/** Where the nth range begins, which is where the one before ends. */
export function startOf(nth: number, { from, to, ranges }: Ranges): number {
  return nth >= ranges ? to : from + ((to - from) * nth) / ranges;
}

/** The range that holds a value between the ends: by the very numbers of `startOf`, however they were rounded. */
export function rangeOf(value: number, all: Ranges): number {
  const { from, to, ranges } = all;
  if (!(to > from)) return 0;
  const last = ranges - 1;
  let nth = Math.min(Math.max(Math.floor(((value - from) / (to - from)) * ranges), 0), last);
  while (nth > 0 && value < startOf(nth, all)) nth -= 1;
  while (nth < last && value >= startOf(nth + 1, all)) nth += 1;
  return nth;
}
