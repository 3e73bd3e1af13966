/** A point that one side of a test waits at until the other side lets it go on. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

/** A gate, shut. */
export function createGate(): Gate {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/**
 * One turn of the event loop with its poll for I/O: what was written before it has been read by whoever listens in this
 * process, as a chunk of its own.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
