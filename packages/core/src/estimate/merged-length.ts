/** What a merge came to, and what it took. */
export interface Merged {
  tokens: number;
  /** Comparisons of ranks, and look-ups in the table. */
  compared: number;
  lookedUp: number;
}

/**
 * How many tokens a piece becomes: neighbours that are a token together are joined, the lowest rank first, until none are
 * (byte pair encoding, https://github.com/openai/tiktoken/blob/main/src/lib.rs). Ranks of pairs are kept, so that a join looks up
 * two; it is quadratic in the piece all the same, and pieces must be short.
 *
 * @param piece bytes, one character each
 */
export function mergedLength(piece: string, ranks: ReadonlyMap<string, number>): Merged {
  const starts: number[] = [];
  /** Of the part that begins here and the one behind it, joined. */
  const joined: number[] = [];
  for (let at = 0; at < piece.length; at += 1) {
    starts.push(at);
    joined.push(ranks.get(piece.slice(at, at + 2)) ?? Number.POSITIVE_INFINITY);
  }
  // What is behind the end joins nothing; the last byte alone was looked up in its place.
  joined[piece.length - 1] = Number.POSITIVE_INFINITY;
  starts.push(piece.length);
  let compared = 0;
  let lookedUp = piece.length;
  const rankAt = (part: number): number => {
    const end = starts[part + 2];
    return end === undefined
      ? Number.POSITIVE_INFINITY
      : (ranks.get(piece.slice(starts[part], end)) ?? Number.POSITIVE_INFINITY);
  };
  for (;;) {
    let lowest = Number.POSITIVE_INFINITY;
    let found = -1;
    for (let part = 0; part < joined.length; part += 1) {
      const rank = joined[part] as number;
      if (rank < lowest) {
        lowest = rank;
        found = part;
      }
    }
    compared += joined.length;
    if (found < 0) return { tokens: joined.length, compared, lookedUp };
    starts.splice(found + 1, 1);
    joined.splice(found + 1, 1);
    joined[found] = rankAt(found);
    if (found > 0) joined[found - 1] = rankAt(found - 1);
    lookedUp += 2;
  }
}
