import type { CallRecord, RecordRow, RecordStore } from '@helicone-proxy/core';
import { createGate, type Gate } from '@helicone-proxy/testkit';

/** A store of the host's that a test can make hang or fail. */
export interface HeldStore extends RecordStore {
  /** What `append` does from now on. Calls that hang go on once it works again. */
  state: 'works' | 'hangs' | 'fails';
  /** Rows that were written, in order, twice if they came twice. */
  readonly rows: RecordRow[];
  /** How often `append` was called. */
  readonly attempts: number;
  /** Resolves when `append` has been called that often. */
  attempted(times: number): Promise<void>;
}

/** Starts in the state that is given. */
export function createHeldStore(start: HeldStore['state']): HeldStore {
  let state = start;
  let works: Gate = createGate();
  let attempts = 0;
  let step: Gate = createGate();
  const rows: RecordRow[] = [];
  const nothing: CallRecord[] = [];
  if (state === 'works') works.open();
  return {
    get state() {
      return state;
    },
    set state(next) {
      state = next;
      if (next === 'works') works.open();
      else works = createGate();
    },
    rows,
    get attempts() {
      return attempts;
    },
    async attempted(times) {
      while (attempts < times) await step.opened;
    },
    async append(batch) {
      attempts++;
      step.open();
      step = createGate();
      if (state === 'fails') throw new Error('the disk of the store is full');
      await works.opened;
      rows.push(...batch);
    },
    patch: async () => 'applied',
    query: async () => nothing,
    count: async () => rows.length,
    get: async () => null,
    aggregate: async () => [],
    summarize: async () => [],
    histogram: async () => [],
    countGroups: async () => 0,
    propertyNames: async () => [],
    async *export() {},
    documents: {
      put: async () => {},
      get: async () => [],
      list: async () => [],
      count: async () => 0,
      delete: async () => 0,
      listAll: async () => [],
      claim: async () => [],
    },
    reprice: async () => ({ read: 0, changed: 0, unknown: 0, addedNanoUsd: 0 }),
    deleteBefore: async () => 0,
    close: async () => {},
  };
}
