/**
 * The base64 of all bytes whose base64 came in pieces. Pieces may each be padded, so that their texts cannot simply be put together;
 * what is no base64 in them is passed over.
 */
export function joinBase64(pieces: readonly string[]): string {
  if (pieces.length === 1) return pieces[0] as string;
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).toString('base64');
}

/** The same of pieces that were put together as they came: each padding is the end of a piece. */
export function joinPadded(text: string): string {
  return /=[^=]/.test(text) ? joinBase64(text.match(/[^=]+=*/g) ?? []) : text;
}
