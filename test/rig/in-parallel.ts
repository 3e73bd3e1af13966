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
