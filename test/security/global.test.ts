import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startChild } from '../rig/child.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { within } from '../rig/until.js';

const CHILD = new URL('./global-child.ts', import.meta.url);
const PACKAGES = ['core', 'api', 'node', 'express'].map((name) => `@helicone-proxy/${name}`);

/** Where a host that installed the node package finds each of them. */
function entryOf(name: string): string {
  const own = createRequire(import.meta.url);
  return name.endsWith('/express')
    ? own.resolve(name)
    : createRequire(own.resolve('@helicone-proxy/node')).resolve(name);
}

interface Report {
  report: {
    dispatcherKept: boolean[];
    dispatcherBefore: boolean;
    listenersAfterImport: Record<string, number>;
    listenersBefore: Record<string, number>;
    listenersAfterUse: Record<string, number>;
    webKept: boolean[];
    fetchWorked: boolean;
    dispatchedByFetch: number;
    dispatcherAfterUse: boolean[];
    use: number[];
  };
}

async function run(before: string, name: string): Promise<Report['report']> {
  const child = startChild(CHILD, { args: [before, name, entryOf(name)] });
  const { report } = await child.message<Report>('report');
  const { stdout, stderr, code } = await within(10_000, 'the child ends', child.ended);
  expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: '', code: 0 });
  return report;
}

describe.each(PACKAGES)('%s', (name) => {
  test('importing it adds no listener to the process and prints nothing; nor does using it', async () => {
    const { listenersBefore, listenersAfterImport, listenersAfterUse, use } = await run('none', name);
    expect(listenersAfterImport).toEqual(listenersBefore);
    expect(listenersAfterUse).toEqual(listenersBefore);
    if (name.endsWith('/node')) expect(use).toEqual([200, 200, 1]);
  });

  test('fetch that was never used stays as Node has it', async () => {
    const { dispatcherBefore, dispatcherKept, webKept, fetchWorked } = await run('none', name);
    expect(dispatcherBefore).toBe(false);
    expect(dispatcherKept).toEqual([true]);
    expect(webKept).not.toContain(false);
    expect(fetchWorked).toBe(true);
  });

  test('fetch that was used keeps its dispatcher', async () => {
    const { dispatcherBefore, dispatcherKept, webKept, fetchWorked } = await run('fetch', name);
    expect(dispatcherBefore).toBe(true);
    expect(dispatcherKept).toEqual([true]);
    expect(webKept).not.toContain(false);
    expect(fetchWorked).toBe(true);
  });

  test('a dispatcher that the host has set stays in place and in use', async () => {
    const { dispatcherBefore, dispatcherKept, dispatchedByFetch, dispatcherAfterUse, use } = await run(
      'dispatcher',
      name,
    );
    expect(dispatcherBefore).toBe(true);
    expect(dispatcherKept).toEqual([true, true]);
    expect(dispatcherAfterUse).toEqual([true, true]);
    expect(dispatchedByFetch).toBe(1);
    if (name.endsWith('/node') || name.endsWith('/express')) expect(use).toEqual([200, 200, 1]);
  });
});

describe('CommonJS', () => {
  const folders = temporaryFolders();

  test.each(PACKAGES)('require(%j) gives the same names as import, without a word', async (name) => {
    const script = join(folders(), 'host.cjs');
    const entry = entryOf(name);
    const ownNames = `Object.keys(require(${JSON.stringify(entry)})).filter((each) => each !== '__esModule').sort()`;
    writeFileSync(script, `process.send({ names: ${ownNames} });\nprocess.disconnect();\n`);
    const child = startChild(new URL(`file://${script}`));
    const { names } = await child.message<{ names: string[] }>('names');
    const { stdout, stderr, code } = await within(10_000, 'the child ends', child.ended);
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: '', code: 0 });
    expect(names).toEqual(Object.keys(await import(entry)).sort());
    expect(names.length).toBeGreaterThan(0);
  });
});
