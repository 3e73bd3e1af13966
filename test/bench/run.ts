// Compares the CPU that each proxy spends on the same traffic, in one run and interleaved, as ratios to a proxy that does
// nothing. CPU time is the steady figure on a noisy machine; wall time is not reported.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'undici';
import { EVENTS, requestBodies } from './payloads.ts';
import { type Load, printReport, type Sample } from './report.ts';
import { variants } from './variants.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const WARM_UP_PASSES = 4;
const LOADS: Load[] = [
  { name: 'JSON request', stream: false, requests: 4000, connections: 16, unitsPerRequest: 1 },
  { name: 'SSE event', stream: true, requests: 192, connections: 48, unitsPerRequest: EVENTS },
];

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
      const own = variants[server.name]?.headers?.(server.calls++) ?? {};
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

const upstream = await start('./upstream.ts');
const running: Running[] = [];
for (const name of Object.keys(variants)) {
  const { child, origin } = await start('./server.ts', [name, upstream.origin]);
  running.push({ name, child, pool: new Pool(origin, { connections: 48, allowH2: false }), calls: 0 });
}

for (const load of LOADS) {
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
  printReport(load, samples);
}
for (const { child, pool } of running) {
  await pool.destroy();
  child.disconnect();
}
upstream.child.disconnect();
