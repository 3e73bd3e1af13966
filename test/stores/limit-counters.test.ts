// Counters of rate limits over the real records worker: what one process counted, the next one counts on from.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EmbeddedStore } from '../../packages/core/dist/limits/embedded-store.js';
import { resolveOptions } from '../../packages/core/dist/options.js';
import { createStoreFacade, type StoreFacade } from '../../packages/core/dist/records/store-facade.js';
import { startChild } from '../rig/child.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until } from '../rig/until.js';

const HOUR_MS = 3_600_000;

const folders = temporaryFolders();
let file: string;
let workers: number;
const countWorker = (_: Worker): void => {
  workers += 1;
};

beforeEach(() => {
  file = join(folders(), 'records.db');
  workers = 0;
  // Node tells of every worker that is started.
  process.on('worker', countWorker);
});

afterEach(() => {
  process.off('worker', countWorker);
});

interface Session {
  facade: StoreFacade;
  store: EmbeddedStore;
  close(): Promise<void>;
}

function open(name = `sqlite:${file}`): Session {
  const facade = createStoreFacade(resolveOptions({ records: { store: name } }), () => {}, {
    settled() {},
    deliveries() {},
  });
  // Not to measure how busy this machine is: the time-out has tests of its own.
  const store = new EmbeddedStore({ keeper: facade.counters, timeoutMs: 10_000, logger: null });
  return {
    facade,
    store,
    async close() {
      await store.close();
      await facade.close();
    },
  };
}

test('a restart changes nothing', async () => {
  const before = open();
  const first = await before.store.take('a', 7, 365 * 24 * HOUR_MS);
  await before.store.take('short', 1, 1);
  const taken = await before.store.take('b', 100, HOUR_MS);
  before.store.adjust('b', -60, taken);
  await before.close();
  const after = open();
  expect(await after.store.take('a', 1, 365 * 24 * HOUR_MS)).toEqual({ points: 8, endsAt: first.endsAt });
  expect(await after.store.take('b', 0, HOUR_MS)).toEqual({ points: 40, endsAt: taken.endsAt });
  expect(await after.store.take('short', 1, 1)).toMatchObject({ points: 1 });
  await after.close();
});

test('a process that is killed loses only its last moment', async () => {
  const child = startChild(new URL('counting-child.ts', import.meta.url), { args: [file] });
  await child.message<{ counted: number }>('counted');
  await until(15_000, 'the counter is kept', () => existsSync(file) && keptPoints() === 5);
  child.process.kill('SIGKILL');
  expect(await child.ended).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  const after = open();
  expect(await after.store.take('a', 1, HOUR_MS)).toMatchObject({ points: 6 });
  await after.close();
});

function keptPoints(): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare("SELECT points FROM limit_counters WHERE key = 'a'").get()?.points;
  } catch {
    // The table is not there yet.
    return null;
  } finally {
    database.close();
  }
}

test('the records worker starts with the first take and not before', async () => {
  const session = open();
  await session.store.close();
  expect(workers).toBe(0);
  expect(existsSync(file)).toBe(false);
  const other = open();
  await other.store.take('a', 1, HOUR_MS);
  expect(workers).toBe(1);
  await other.close();
  await session.close();
});

test('records in memory keep no counters, and need no worker to count', async () => {
  const { facade, store, close } = open('sqlite::memory:');
  expect(facade.counters).toBeNull();
  expect(store.take('a', 1, HOUR_MS)).toMatchObject({ points: 1 });
  await close();
  expect(workers).toBe(0);
});
