// What every RecordStore has to do, whichever database is behind it.
import type { RecordStore } from '@helicone-proxy/core';
import { aggregateCases } from './aggregate-cases.js';
import { assetCases } from './asset-cases.js';
import { documentCases } from './document-cases.js';
import { exportCases } from './export-cases.js';
import { filterCases } from './filter-cases.js';
import { histogramCases } from './histogram-cases.js';
import { lifecycleCases } from './lifecycle-cases.js';
import { listCases } from './list-cases.js';
import { patchCases } from './patch-cases.js';
import { propertyNameCases } from './property-name-cases.js';
import { repriceCases } from './reprice-cases.js';
import { roundTripCases } from './round-trip-cases.js';
import { summaryCases } from './summary-cases.js';
import { summaryGroupCases } from './summary-group-cases.js';

/** The test runner's two functions, as vitest, jest and bun have them. */
export interface StoreRunner {
  test(name: string, run: () => Promise<void>): void;
  expect(actual: unknown, message?: string): { toEqual(expected: unknown): void };
}

/** One empty store, open. */
export interface StoreSession {
  store: RecordStore;
  /** Closes and opens the same data again; left out where data does not outlive the store. */
  reopen?(): Promise<RecordStore>;
  /** Moves the store's clock on, ms; left out where it cannot be moved. */
  advance?(ms: number): void;
  /** Closes it and removes its data. */
  close(): Promise<void>;
}

export interface StoreCases {
  expect: StoreRunner['expect'];
  /** A case with a store of its own. */
  check(name: string, run: (store: RecordStore, session: StoreSession) => Promise<void>): void;
}

/** Declares the cases of the record store suite with the given runner; each opens a store of its own. */
export function storeSuite(runner: StoreRunner, openStore: () => Promise<StoreSession>): void {
  const cases: StoreCases = {
    expect: runner.expect,
    check(name, run) {
      runner.test(name, async () => {
        const session = await openStore();
        try {
          await run(session.store, session);
        } finally {
          await session.close();
        }
      });
    },
  };
  roundTripCases(cases);
  filterCases(cases);
  listCases(cases);
  patchCases(cases);
  aggregateCases(cases);
  summaryCases(cases);
  summaryGroupCases(cases);
  histogramCases(cases);
  propertyNameCases(cases);
  exportCases(cases);
  documentCases(cases);
  assetCases(cases);
  repriceCases(cases);
  lifecycleCases(cases);
}
