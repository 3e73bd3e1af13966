import { crc32 } from 'node:zlib';

/** One call whose key is known. */
interface Known {
  crc: number;
  /** Digest of all that the key is made of besides the body. */
  head: string;
  body: Uint8Array;
  key: string;
}

/** Calls remembered; each takes the place that the checksum of its body gives it. A power of two. */
const PLACES = 256;
/** Longer bodies are not remembered: all places together hold 4 MiB. Bytes. */
const MAX_BODY_BYTES = 16 * 1024;

/**
 * Keys of calls that were answered from the cache. Whoever asks the same again mostly sends the very same bytes, and comparing
 * those takes a tenth of bringing them into canonical form and hashing them.
 */
export class KeyMemo {
  readonly #places: (Known | undefined)[] = new Array(PLACES).fill(undefined);

  /** The key of a call with exactly this head and body, if it is remembered. Calls that ignore body keys never are. */
  find(head: string, body: Uint8Array | null, ignoreKeys: readonly unknown[]): string | undefined {
    if (body === null || body.length > MAX_BODY_BYTES || ignoreKeys.length > 0) return undefined;
    const crc = crc32(body);
    const known = this.#places[crc & (PLACES - 1)];
    if (known === undefined || known.crc !== crc || known.head !== head) return undefined;
    return Buffer.compare(known.body, body) === 0 ? known.key : undefined;
  }

  remember({ head, body, ignoreKeys, key }: Remembered): void {
    if (body === null || body.length > MAX_BODY_BYTES || ignoreKeys.length > 0) return;
    const crc = crc32(body);
    // A copy: the bytes may share a far larger buffer with a socket.
    this.#places[crc & (PLACES - 1)] = { crc, head, body: Uint8Array.from(body), key };
  }
}

interface Remembered {
  head: string;
  body: Uint8Array | null;
  ignoreKeys: readonly unknown[];
  key: string;
}
