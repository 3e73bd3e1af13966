/** Resolves with `promise`; rejects when that takes longer than `ms`, so that a case fails with a reason instead of hanging. */
export function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Runs `run` for each item, at most `limit` at a time. */
export async function inParallel<T>(
  items: readonly T[],
  limit: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  let at = 0;
  const work = async (): Promise<void> => {
    while (at < items.length) await run(items[at++] as T);
  };
  await Promise.all(Array.from({ length: limit }, work));
}
