/** One call whose key is known. */
interface Known {
  /** Digest of all that the key is made of besides the body. */
  head: string;
  body: Uint8Array;
  key: string;
}

/** Calls remembered; each takes the place that some bytes of its body give it. A power of two. */
const PLACES = 1024;
/** Longer bodies are not remembered: all places together hold 8 MiB. Bytes. */
const MAX_BODY_BYTES = 8 * 1024;

/**
 * Keys of calls that were answered from the cache. Whoever asks the same again mostly sends the very same bytes, and comparing
 * those takes a tenth of bringing them into canonical form and hashing them.
 */
export class KeyMemo {
  readonly #places: (Known | undefined)[] = new Array(PLACES).fill(undefined);

  /** The key of a call with exactly this head and body, if it is remembered. Calls that ignore body keys never are. */
  find(head: string, body: Uint8Array | null, ignoreKeys: readonly unknown[]): string | undefined {
    if (body === null || body.length > MAX_BODY_BYTES || ignoreKeys.length > 0) return undefined;
    const known = this.#places[placeOf(body)];
    if (known === undefined || known.head !== head) return undefined;
    return Buffer.compare(known.body, body) === 0 ? known.key : undefined;
  }

  remember({ head, body, ignoreKeys, key }: Remembered): void {
    if (body === null || body.length > MAX_BODY_BYTES || ignoreKeys.length > 0) return;
    // A copy: the bytes may share a far larger buffer with a socket.
    this.#places[placeOf(body)] = { head, body: Uint8Array.from(body), key };
  }
}

/** Bytes that are looked at: a checksum of all of them takes as long as the rest of finding a key. */
const SAMPLES = 64;

function placeOf(body: Uint8Array): number {
  const { length } = body;
  const step = Math.max(1, Math.floor(length / SAMPLES));
  let sum = length;
  for (let at = length - 1; at >= 0; at -= step) sum = (Math.imul(sum, 31) + (body[at] as number)) | 0;
  return sum & (PLACES - 1);
}

interface Remembered {
  head: string;
  body: Uint8Array | null;
  ignoreKeys: readonly unknown[];
  key: string;
}
