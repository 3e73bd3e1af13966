import { parentPort } from 'node:worker_threads';
import type { FromWorker } from './link.js';

/** What a worker answers, by method name; each takes one argument. */
export type Methods = Record<string, (argument: never) => unknown>;

/** An answer with buffers in it that go to the other thread instead of being copied. */
export class Transferred {
  readonly value: unknown;
  readonly buffers: ArrayBuffer[];

  constructor(value: unknown, buffers: ArrayBuffer[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

/** Answers the questions of the thread that started this worker, each when its method has finished. */
export function serve(methods: Methods): void {
  parentPort?.on('message', async ({ id, method, argument }: { id: number; method: string; argument: never }) => {
    try {
      const value = await methods[method]?.(argument);
      // A buffer goes back to where it came from, to be used again.
      if (value instanceof Transferred) tell({ id, value: value.value }, value.buffers);
      else tell({ id, value }, value instanceof ArrayBuffer ? [value] : []);
    } catch (thrown) {
      const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
      tell({ id, error: { name, message } });
    }
  });
}

/** Sends one message to the thread that started this worker. */
export function tell(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

/** Node 22 warns that `node:sqlite` is experimental; nothing may be printed into the host's output. Affects this thread only. */
export function silenceSqliteWarning(): void {
  const emitWarning = process.emitWarning.bind(process) as (...warning: unknown[]) => void;
  process.emitWarning = ((...warning: unknown[]) => {
    if (!String(warning[0]).includes('SQLite')) emitWarning(...warning);
  }) as typeof process.emitWarning;
}
