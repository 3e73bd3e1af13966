// Media of bodies are kept once each: where one stood in a body, a mark stands for its base64.
import type { Asset } from './store.js';

/** What stands in a body's text for the base64 of an asset. */
export function assetMark(hash: string): string {
  return `helicone-asset:${hash}`;
}

const MARK = /helicone-asset:([0-9a-f]{64})/g;

/** The hashes that bodies have marks of, whoever wrote them. */
export function hashesMarkedIn(...bodies: readonly (Uint8Array | null)[]): ReadonlySet<string> {
  const hashes = new Set<string>();
  for (const body of bodies) {
    if (body === null) continue;
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
    // Few bodies have any: no text is made of the others.
    if (!bytes.includes('helicone-asset:')) continue;
    for (const [, hash] of bytes.toString('latin1').matchAll(MARK)) hashes.add(hash as string);
  }
  return hashes;
}

/**
 * The text of a body with its media in their places again, exactly as it was. `hashes` are those of its record: other marks are
 * somebody's text. One that is not there any more (`null`) keeps its mark.
 */
export function restoreAssets(
  text: string,
  hashes: readonly string[],
  bytesOf: (hash: string) => Uint8Array | null,
): string {
  if (hashes.length === 0) return text;
  return text.replace(MARK, (mark, hash: string) => {
    const bytes = hashes.includes(hash) ? bytesOf(hash) : null;
    return bytes === null ? mark : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  });
}

/** Bytes of the media that were cut out of a row's bodies. */
export function assetBytes(assets: readonly Asset[] | undefined): number {
  let sum = 0;
  for (const { bytes } of assets ?? []) sum += bytes.length;
  return sum;
}
