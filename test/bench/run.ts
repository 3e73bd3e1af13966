// Compares the CPU that each proxy spends on the same traffic, in one run and interleaved, as ratios to a proxy that does
// nothing. CPU time is the steady figure on a noisy machine; wall time is not reported.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'undici';
import { hostPairs } from './hosts.ts';
import { EVENTS, requestBodies } from './payloads.ts';
import { type Load, printHosts, printReport, type Sample } from './report.ts';
import { hosts, proxies } from './variants.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const WARM_UP_PASSES = 4;
const JSON_LOAD: Load = { name: 'JSON request', stream: false, requests: 4000, connections: 16, unitsPerRequest: 1 };
const SSE_LOAD: Load = { name: 'SSE event', stream: true, requests: 192, connections: 48, unitsPerRequest: EVENTS };

interface Running {
  name: string;
  child: ChildProcess;
  pool: Pool;
  /** Calls sent so far. */
  calls: number;
}

async function message<T>(child: ChildProcess): Promise<T> {
  const [value] = (await once(child, 'message')) as [T];
  return value;
}

async function start(file: string, args: string[] = []): Promise<{ child: ChildProcess; origin: string }> {
  const child = fork(new URL(file, import.meta.url), args);
  const { port } = await message<{ port: number }>(child);
  return { child, origin: `http://127.0.0.1:${port}` };
}

async function usage(child: ChildProcess): Promise<Sample> {
  child.send('usage');
  return message<Sample>(child);
}

/** Sends the load's requests, as many at a time as there are connections. */
async function drive(server: Running, load: Load): Promise<void> {
  const bodies = requestBodies(load.stream);
  const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-bench', 'user-agent': 'bench/1.0' };
  let left = load.requests;
  const worker = async (): Promise<void> => {
    while (--left >= 0) {
      const path = '/helicone/openai/v1/chat/completions';
      const body = bodies[left % bodies.length] as Buffer;
      const own = proxies[server.name]?.headers?.(server.calls++) ?? {};
      const answer = await server.pool.request({ method: 'POST', path, headers: { ...headers, ...own }, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || text.length < 500) throw new Error(`bad answer ${answer.statusCode} ${text}`);
    }
  };
  await Promise.all(Array.from({ length: load.connections }, worker));
}

async function measure(server: Running, load: Load): Promise<Sample> {
  const { child } = server;
  const before = await usage(child);
  await drive(server, load);
  const after = await usage(child);
  const units = load.requests * load.unitsPerRequest;
  return { all: (after.all - before.all) / units, thread: (after.thread - before.thread) / units, rss: after.rss };
}

/** Starts these servers, measures them in turn, and stops them. */
async function compare(names: string[], loads: Load[]): Promise<Map<string, Sample[]>[]> {
  const running: Running[] = [];
  for (const name of names) {
    const { child, origin } = await start('./server.ts', [name, upstream.origin]);
    running.push({ name, child, pool: new Pool(origin, { connections: 48, allowH2: false }), calls: 0 });
  }
  const all: Map<string, Sample[]>[] = [];
  for (const load of loads) all.push(await interleaved(running, load));
  for (const { child, pool } of running) {
    await pool.destroy();
    child.disconnect();
  }
  return all;
}

async function interleaved(running: Running[], load: Load): Promise<Map<string, Sample[]>> {
  // Until the compilers have finished: before that the figures fall from round to round.
  for (const server of running) for (let pass = 0; pass < WARM_UP_PASSES; pass++) await drive(server, load);
  const samples = new Map<string, Sample[]>(running.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < running.length; turn++) {
      // Another one goes first in each round, so that no variant always follows the same neighbour.
      const server = running[(turn + round) % running.length] as Running;
      samples.get(server.name)?.push(await measure(server, load));
    }
  }
  return samples;
}

/** Tables by the names that the command line may pick; all of them without any. */
const tables: Record<string, () => Promise<void>> = {
  async proxies() {
    const [json, sse] = await compare(Object.keys(proxies), [JSON_LOAD, SSE_LOAD]);
    printReport(JSON_LOAD, json as Map<string, Sample[]>);
    printReport(SSE_LOAD, sse as Map<string, Sample[]>);
  },
  async hosts() {
    const [json] = await compare(['pass-through', ...Object.keys(hosts)], [JSON_LOAD]);
    const names = hostPairs.map(({ name }) => name);
    printHosts(names, json as Map<string, Sample[]>);
  },
};

const picked = process.argv.slice(2);
for (const name of picked) if (!(name in tables)) throw new Error(`no table is called ${name}: ${Object.keys(tables)}`);
const upstream = await start('./upstream.ts');
for (const name of picked.length === 0 ? Object.keys(tables) : picked) await tables[name]?.();
upstream.child.disconnect();
