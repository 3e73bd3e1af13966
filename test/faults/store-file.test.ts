// The default store's file cannot be opened. Calls go on, it is told once, and the file is taken when it can be had.
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CallRecord, Logger } from '@helicone-proxy/node';
import { heliconeProxy } from '@helicone-proxy/node';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until, within } from '../rig/until.js';

const folders = temporaryFolders();

interface Trouble {
  name: string;
  /** Makes a place where the file cannot be opened; returns the file and what takes the obstacle away. */
  make(folder: string): { file: string; mend: (() => void) | null };
}

const TROUBLES: Trouble[] = [
  {
    name: 'a directory',
    make(folder) {
      const file = join(folder, 'records.db');
      mkdirSync(file);
      return { file, mend: () => rmdirSync(file) };
    },
  },
  {
    name: 'below a file',
    make(folder) {
      const obstacle = join(folder, 'obstacle');
      writeFileSync(obstacle, 'no folder');
      return { file: join(obstacle, 'records.db'), mend: () => rmSync(obstacle) };
    },
  },
  {
    name: 'corrupt',
    make(folder) {
      const file = join(folder, 'records.db');
      writeFileSync(file, 'this is no database, though it may look like one. '.repeat(200));
      return { file, mend: () => rmSync(file) };
    },
  },
  {
    name: 'of a newer version',
    make(folder) {
      const file = join(folder, 'records.db');
      const database = new DatabaseSync(file);
      database.exec('PRAGMA user_version = 9999; CREATE TABLE future (x)');
      database.close();
      return { file, mend: () => rmSync(file) };
    },
  },
];
// The tests may run as root, for whom modes mean nothing; but nobody may write here.
const READ_ONLY: Trouble = {
  name: 'in a read-only place',
  make: () => ({ file: '/sys/helicone/records.db', mend: null }),
};
if (process.platform === 'linux') TROUBLES.push(READ_ONLY);

interface Started {
  rig: ProxyRig;
  states: string[];
  errors: { message: string; details: object }[];
}

let rig: ProxyRig | null = null;
let mend: (() => void) | null = null;
afterEach(async () => {
  const [closing, mending] = [rig, mend];
  rig = null;
  mend = null;
  mending?.();
  // What close() may take is a test of its own; here a place that cannot be mended must not hold up the others.
  await within(3_000, 'close', closing?.close() ?? Promise.resolve()).catch(() => {});
});

/** The place of the trouble; it is mended behind the test. */
function prepare(make: Trouble['make']): string {
  const made = make(folders());
  mend = made.mend;
  return made.file;
}

/** Takes the obstacle away now. */
function mendNow(): void {
  mend?.();
  mend = null;
}

async function start(file: string): Promise<Started> {
  const states: string[] = [];
  const errors: Started['errors'] = [];
  const quiet = (): void => {};
  const error: Logger['error'] = (details, message) => void errors.push({ message, details });
  const started = await startProxyRig(({ origin }) => ({
    providers: { openai: { baseUrl: origin } },
    records: { store: `sqlite:${file}` },
    logger: { debug: quiet, info: quiet, warn: quiet, error },
  }));
  started.proxy.events.on('store', ({ state }: { state: string }) => states.push(state));
  rig = started;
  return { rig: started, states, errors };
}

async function call(to: ProxyRig, times: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < times; i++) {
    const answer = await within(3_000, 'a call', to.chat());
    expect(answer.status).toBe(200);
    ids.push(answer.header('helicone-id') as string);
  }
  return ids;
}

async function recordsIn(file: string): Promise<CallRecord[]> {
  const { proxy } = heliconeProxy({ records: { store: `sqlite:${file}` } });
  try {
    return await proxy.records.query({ tenant: 'default', filter: { kind: 'all' }, limit: 1000 });
  } finally {
    await proxy.close();
  }
}

describe.each(TROUBLES)('a file that is $name', ({ make }) => {
  test('calls go on; one store event and one line in the log; REST says 503', async () => {
    const { rig, states, errors } = await start(prepare(make));
    await call(rig, 5);
    await until(15_000, 'the trouble is told', () => states.length > 0);
    await call(rig, 5);
    expect(states).toEqual(['trouble']);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.details).toMatchObject({ err: expect.any(String) });
    const asked = await within(5_000, 'an answer of REST', rig.rest('/v1/request/query'));
    expect(asked).toMatchObject({ status: 503, data: null, error: expect.any(String) });
    expect((await rig.get('/healthz')).status).toBe(200);
    await call(rig, 1);
    expect(states).toEqual(['trouble']);
  });

  test('when the obstacle is gone, everything is written once', async (context) => {
    const file = prepare(make);
    if (mend === null) return context.skip('nothing can be done about this place');
    const { rig, states } = await start(file);
    const ids = await call(rig, 5);
    await until(15_000, 'the trouble is told', () => states.length > 0);
    mendNow();
    await until(10_000, 'the store works again', () => states.includes('recovered'));
    ids.push(...(await call(rig, 5)));
    expect((await rig.records()).map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(await rig.rest('/v1/request/count/query')).toMatchObject({ status: 200, data: 10 });
    expect(states).toEqual(['trouble', 'recovered']);
    await within(8_000, 'close()', rig.proxy.close());
    expect((await recordsIn(file)).map(({ id }) => id).sort()).toEqual([...ids].sort());
  });
});

test('close() ends within its deadline when the file was never opened', async () => {
  const { rig, states } = await start(prepare((TROUBLES[0] as Trouble).make));
  await call(rig, 2);
  await until(15_000, 'the trouble is told', () => states.length > 0);
  await within(8_000, 'close() of a proxy that cannot write', rig.proxy.close());
});

test('REST asked first, before any call: 503, and the file is taken when it can be had', async () => {
  const { rig } = await start(prepare((TROUBLES[0] as Trouble).make));
  expect((await rig.rest('/v1/request/query')).status).toBe(503);
  expect((await rig.rest('/v1/request/query')).status).toBe(503);
  mendNow();
  expect(await rig.rest('/v1/request/query')).toMatchObject({ status: 200, data: [] });
  await call(rig, 1);
  expect(await rig.records()).toHaveLength(1);
});
