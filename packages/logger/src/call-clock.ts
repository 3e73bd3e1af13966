/** Measures one call. The clock on the wall may be set while it runs: how long it took does not depend on that. */
export interface CallClock {
  /** When the call began, Unix ms. */
  readonly startedAt: number;
  /** ms since then, to the microsecond. */
  elapsedMs(): number;
}

/** Starts measuring a call. */
export function startClock(): CallClock {
  const startedAt = Date.now();
  const mark = performance.now();
  return { startedAt, elapsedMs: () => Math.round((performance.now() - mark) * 1000) / 1000 };
}
