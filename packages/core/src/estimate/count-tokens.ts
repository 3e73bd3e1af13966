import type { EncodingName } from './encoding-of-model.js';
import { mergedLength } from './merged-length.js';
import { type TokenTable, tokenTable } from './token-table.js';

/** How many tokens texts have. */
export interface TokenCount {
  tokens: number;
  /** Every text was counted from end to end; else the count of a sample was scaled up. */
  whole: boolean;
  /** What was done for it, in units of about a nanosecond: at most `WORK` and one window's (see `MAX_WINDOW_WORK`). */
  work: number;
}

/**
 * How much is done for the texts of one body, of which a record has two. By count and not by the clock, so that the same texts
 * have the same number on every machine: 3 to 13 ms where it was measured, which is 200 000 characters of English or 5 000 of
 * random Chinese.
 */
export const WORK = 8_000_000;
/** Texts are looked at in windows of about so many characters, which begin at a space if there is one in the last few. */
const WINDOW_CHARS = 512;
const SPACE_WITHIN_CHARS = 64;
/** A piece without a break, such as a run of one letter, is cut to so many characters: a merge is quadratic. */
const PIECE_CHARS = 128;

/** Nanoseconds on the machine that it was measured on: per window, per character, piece, rank compared and look-up. */
const PER_WINDOW = 500;
const PER_CHAR = 25;
const PER_PIECE = 150;
const PER_COMPARISON = 1.5;
const PER_LOOK_UP = 250;
/** The most that one window takes: five pieces of 384 bytes (128 characters of three), each with 383 joins to find. */
export const MAX_WINDOW_WORK = 2_200_000;

/** A part of a text, by the number of its window. */
interface Window {
  text: string;
  at: number;
}

/**
 * Counts the tokens of texts. Long texts are sampled evenly: windows of 512 characters are counted in an order that is spread
 * over all of them until `WORK` is done, and the sum is scaled up. What looks like a special token (`<|endoftext|>`) is plain
 * text, as providers take it; lone surrogates are U+FFFD.
 *
 * @throws when the encoding's data cannot be loaded
 */
export function countTokens(texts: readonly string[], encoding: EncodingName): TokenCount {
  const windows: Window[] = [];
  let chars = 0;
  for (const text of texts) {
    chars += text.length;
    for (let at = 0; at * WINDOW_CHARS < text.length; at += 1) windows.push({ text, at });
  }
  if (chars === 0) return { tokens: 0, whole: true, work: 0 };
  const table = tokenTable(encoding);
  const step = spreadStep(windows.length);
  const sum = { tokens: 0, work: 0 };
  let counted = 0;
  let done = 0;
  for (let at = 0; done < windows.length && sum.work < WORK; done += 1) {
    const window = windows[at] as Window;
    const part = window.text.slice(boundary(window), boundary({ ...window, at: window.at + 1 }));
    addTokens(part, table, sum);
    counted += part.length;
    at = (at + step) % windows.length;
  }
  const whole = done === windows.length;
  return { tokens: whole ? sum.tokens : Math.round((sum.tokens * chars) / counted), whole, work: sum.work };
}

/** Where a window begins. Most tokens begin with a space, so that a text cut there has as many as before. */
function boundary({ text, at }: Window): number {
  const end = at * WINDOW_CHARS;
  if (at === 0 || end >= text.length) return Math.min(end, text.length);
  const space = text.slice(end - SPACE_WITHIN_CHARS, end).lastIndexOf(' ');
  return space < 0 ? end : end - SPACE_WITHIN_CHARS + space;
}

/** Adds the tokens of `text`, and what it took to count them, to `sum`. */
function addTokens(text: string, { ranks, pieces }: TokenTable, sum: { tokens: number; work: number }): void {
  sum.work += PER_WINDOW + text.length * PER_CHAR;
  for (const piece of text.match(pieces) ?? []) {
    for (let start = 0; start < piece.length; start += PIECE_CHARS) {
      const bytes = bytesOf(piece.length <= PIECE_CHARS ? piece : piece.slice(start, start + PIECE_CHARS));
      sum.work += PER_PIECE;
      if (ranks.has(bytes)) {
        sum.tokens += 1;
        continue;
      }
      const { tokens, compared, lookedUp } = mergedLength(bytes, ranks);
      sum.tokens += tokens;
      sum.work += compared * PER_COMPARISON + lookedUp * PER_LOOK_UP;
    }
  }
}

const ASCII = /^\p{ASCII}*$/u;

/** UTF-8, one character a byte. */
function bytesOf(piece: string): string {
  return ASCII.test(piece) ? piece : Buffer.from(piece).toString('latin1');
}

/** A step that reaches each of `count` places once, far from those before: the golden ratio's, made coprime. */
function spreadStep(count: number): number {
  let step = Math.max(1, Math.round(count * 0.618_033_988_75));
  while (commonDivisor(step, count) !== 1) step += 1;
  return step;
}

function commonDivisor(one: number, other: number): number {
  let [a, b] = [one, other];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
