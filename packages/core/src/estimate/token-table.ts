import { createRequire } from 'node:module';
import type { EncodingName } from './encoding-of-model.js';

/** One byte pair encoding: the rank of every token, and the pattern that cuts a text into pieces. */
export interface TokenTable {
  /** Ranks by a token's bytes, one character each. */
  ranks: ReadonlyMap<string, number>;
  /** Global and by code points: for `match` alone, since it would keep its place in `exec`. */
  pieces: RegExp;
}

/** What js-tiktoken's rank files hold (js-tiktoken/lite, `TiktokenBPE`). */
interface RankFile {
  pat_str: string;
  /** Lines of `! <first rank> <base64> <base64> …`. */
  bpe_ranks: string;
}

const require = createRequire(import.meta.url);
const FILES: Record<EncodingName, () => RankFile> = {
  o200k_base: () => require('js-tiktoken/ranks/o200k_base'),
  cl100k_base: () => require('js-tiktoken/ranks/cl100k_base'),
};
const tables = new Map<EncodingName, TokenTable>();

/**
 * The table of an encoding, read from js-tiktoken's data by the first estimate that needs it and kept: about 200 ms and 55 MB for
 * o200k_base, 80 ms and 35 MB for cl100k_base. The library's own class takes 750 ms and 180 to 230 MB for the same, and its merge
 * is cubic in a piece, so it is not used. To be called in the records worker only.
 *
 * @throws when the data cannot be loaded
 */
export function tokenTable(encoding: EncodingName): TokenTable {
  const known = tables.get(encoding);
  if (known !== undefined) return known;
  const file = FILES[encoding]();
  const table = { ranks: ranksOf(file.bpe_ranks), pieces: new RegExp(file.pat_str, 'gu') };
  tables.set(encoding, table);
  return table;
}

function ranksOf(lines: string): Map<string, number> {
  const ranks = new Map<string, number>();
  for (const line of lines.split('\n')) {
    const [, first, ...tokens] = line.split(' ');
    let rank = Number(first);
    for (const token of tokens) {
      ranks.set(atob(token), rank);
      rank += 1;
    }
  }
  return ranks;
}
