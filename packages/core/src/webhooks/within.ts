/** Resolves with `promise`, or after `ms` without it. Rejects when it does. */
export async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([promise.then(() => {}), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
