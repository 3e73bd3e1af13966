import { setTimeout as delay } from 'node:timers/promises';

/** How often a condition is looked at, ms. */
const LOOK_MS = 10;

/**
 * Resolves with the first value of `look` that is neither false, null nor undefined. Rejects when there is none within `ms`.
 * For conditions that tell nobody when they come true: files, other processes.
 */
export async function until<T>(
  ms: number,
  what: string,
  look: () => T | Promise<T>,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await look();
    if (value !== false && value !== null && value !== undefined) return value as Exclude<T, false | null | undefined>;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${ms} ms`);
    await delay(LOOK_MS);
  }
}

/** Resolves with `promise`; rejects when that takes longer than `ms`. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const clock = new AbortController();
  const late = delay(ms, null, { signal: clock.signal }).then(
    () => Promise.reject(new Error(`${what}: not within ${ms} ms`)),
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    clock.abort();
  }
}
