// The conformance suite's short form, on whatever Node runs it: node main.ts <project folder> <framework> <plain|mocked>.
// Everything but the stand-in provider is loaded from the project. Prints one line of JSON per case, all at the end, so that
// anything else on stdout shows.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startScriptedProvider } from '@helicone-proxy/testkit';
import { within } from '../../rig/until.ts';
import { CASES } from './cases.ts';
import { closeWhileStreaming } from './closing.ts';
import { type HostFetch, useHostFetch } from './host-fetch.ts';
import { HOSTS } from './hosts.ts';
import { loadFrom } from './load.ts';
import { changesSince, processState } from './process-state.ts';
import { openSession } from './session.ts';

const CASE_MS = 20_000;

const [project = '', framework = '', hostFetch = 'plain'] = process.argv.slice(2);
const host = HOSTS[framework];
if (host === undefined) throw new Error(`no framework ${framework}`);

const results: { name: string; error: string | null }[] = [];
async function check(name: string, run: () => Promise<void> | void): Promise<void> {
  try {
    await within(CASE_MS, name, Promise.resolve(run()));
    results.push({ name, error: null });
  } catch (error) {
    results.push({ name, error: String((error as Error).stack ?? error) });
  }
}

const load = loadFrom(project);
const folder = await mkdtemp(join(tmpdir(), 'helicone-test-'));
const database = join(folder, 'records.db');
const provider = await startScriptedProvider();
for (const name of host.framework) await load(name);
const fetchIsUntouched = await useHostFetch(hostFetch as HostFetch, load);

const before = processState();
await load(host.adapter);
await check('importing leaves the process as it was', () => assert.deepEqual(changesSince(before), []));

const running = await host.start(load, {
  providers: { openai: { baseUrl: provider.origin } },
  records: { store: `sqlite:${database}` },
});
const session = openSession(running, provider, database);
for (const { name, run } of CASES) await check(name, () => run(session));
await check('fetch of the host works as it did', () => fetchIsUntouched(running.origin));
await check('closing lets a stream finish, and writes every record', () => closeWhileStreaming(session, load));
await check('using leaves the process as it was', () => assert.deepEqual(changesSince(before), []));

await provider.close();
await rm(folder, { recursive: true });
for (const result of results) process.stdout.write(`${JSON.stringify(result)}\n`);
