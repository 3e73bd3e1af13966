// The same secrets in a process of its own, without a logger: it prints nothing at all.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startChild } from '../rig/child.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { canariesIn } from './canary/canaries.js';

const folders = temporaryFolders();

test('nothing is printed, and nothing is left in files', { timeout: 60_000 }, async () => {
  const folder = folders();
  const inside = join(folder, 'inside');
  mkdirSync(inside);
  const child = startChild(new URL('canary-child.ts', import.meta.url), { args: [folder], cwd: inside });
  const { planted } = await child.message<{ planted: number }>('planted');
  expect(planted).toBeGreaterThan(100);
  expect(await child.ended).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  // Neither beside the database, nor where the process was started.
  expect(readdirSync(folder).sort()).toEqual(['inside', 'records.db']);
  expect(readdirSync(inside)).toEqual([]);
  expect(canariesIn(readFileSync(join(folder, 'records.db')).toString('latin1'))).toEqual([]);
});
