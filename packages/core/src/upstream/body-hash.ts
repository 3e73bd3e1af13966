import { createHash, hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

/**
 * How much of a body is hashed in one go, bytes: some tenths of a millisecond. `crypto.subtle` would hash on another thread, but
 * copies the body first, which was measured to hold this one up for as long as hashing all of it.
 */
const SLICE_BYTES = 256 * 1024;

const NOTHING = new Uint8Array(0);

/** Somebody waits for a hash. */
export interface HashWait {
  /** Nobody does any more: what is left of the body is not hashed. */
  over: boolean;
}

/**
 * SHA-256 of a body in hex, null being an empty one: at once for a short one, of a longer one slice by slice between other work.
 * Never resolves once its `wait` is over.
 */
export function bodyHash(body: Uint8Array | null, wait: Readonly<HashWait>): string | Promise<string> {
  return body === null || body.length <= SLICE_BYTES ? hash('sha256', body ?? NOTHING) : hashSlices(body, wait);
}

async function hashSlices(body: Uint8Array, wait: Readonly<HashWait>): Promise<string> {
  const digest = createHash('sha256');
  for (let at = 0; at < body.length; at += SLICE_BYTES) {
    digest.update(body.subarray(at, at + SLICE_BYTES));
    await setImmediate();
    // A half hash would be a wrong one.
    if (wait.over) return new Promise(() => {});
  }
  return digest.digest('hex');
}
