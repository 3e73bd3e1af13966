import { mkdtempSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server that is measured. */
export interface Variant {
  listener: RequestListener;
  /** Resolves when all work that the requests so far cause is done. */
  settle(): Promise<void>;
}

/** One of the compared servers. */
export interface Compared {
  start(upstream: string): Promise<Variant>;
  /** Headers of its n-th call, besides those that all get. */
  headers?(call: number): Record<string, string>;
}

/** Of servers that leave no work behind. */
export const nothing = async (): Promise<void> => {};

/** Options of every proxy of ours: one upstream, records in a file. */
export function options(upstream: string) {
  const folder = mkdtempSync(join(tmpdir(), 'helicone-bench-'));
  return { providers: { openai: { baseUrl: upstream } }, records: { store: `sqlite:${join(folder, 'bench.db')}` } };
}
