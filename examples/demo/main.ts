import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startApp } from './app.ts';
import { findProviders } from './providers.ts';
import { formatTable } from './table.ts';
import { sendTraffic } from './traffic.ts';

const { once } = parseArgs({ options: { once: { type: 'boolean', default: false } } }).values;
const [heliconeKey] = (process.env.HELICONE_API_KEY ?? '').split(',').filter((key) => key.trim() !== '');

// `--once` leaves nothing behind; else the records are there again the next time.
const folder = once ? await mkdtemp(join(tmpdir(), 'helicone-demo-')) : resolve('.helicone');
const database = join(folder, 'demo.db');
const { openaiKey, anthropicKey, ...providers } = await findProviders(process.env);
const app = await startApp({ providers: providers.options, records: { store: `sqlite:${database}` } });

const stop = new AbortController();
let closing: Promise<void> | null = null;
// Not `once`: npm passes on the Ctrl-C that the terminal has sent here already.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void close());

const failures = await demonstrate();
if (once) await close();
else if (!stop.signal.aborted) printAddresses();
if (failures.length > 0) console.error(`Some calls failed: ${failures.join('; ')}`);
if (once && failures.length > 0) process.exitCode = 1;

/** Sends the traffic and prints what was recorded of it. Resolves what went wrong. */
async function demonstrate(): Promise<string[]> {
  console.log(`${providers.note}\nRecords: ${database}\n\nCalls through ${app.url}/helicone\n`);
  const clients = { appUrl: app.url, openaiKey, anthropicKey, heliconeKey };
  const { sessionId, failures } = await sendTraffic(clients, stop.signal);
  if (stop.signal.aborted) return once ? ['stopped by a signal'] : [];

  await app.proxy.flush();
  const records = await app.proxy.records.query({
    tenant: 'default',
    filter: {
      kind: 'condition',
      condition: { field: { kind: 'property', name: 'helicone-session-id' }, operator: 'equals', value: sessionId },
    },
    sort: { by: 'request_created_at', direction: 'asc' },
    limit: 1000,
  });
  console.log(`\nRecorded\n\n${formatTable(records)}\n`);
  return records.length === 0 ? [...failures, 'nothing was recorded'] : failures;
}

function printAddresses(): void {
  const auth = heliconeKey === undefined ? '' : ' -H "authorization: Bearer $HELICONE_API_KEY"';
  console.log(`Point your own clients here
  OpenAI      ${app.url}/helicone/openai/v1
  Anthropic   ${app.url}/helicone/anthropic

Ask for the records
  curl -s ${app.url}/helicone/api/v1/request/query -H 'content-type: application/json'${auth} -d '{"filter":"all","limit":5}'
  curl -s ${app.url}/helicone/healthz

Ctrl-C ends it; running calls finish first.`);
}

function close(): Promise<void> {
  stop.abort();
  closing ??= closeAll();
  return closing;
}

async function closeAll(): Promise<void> {
  await app.close();
  await providers.close();
  if (once) await rm(folder, { recursive: true, force: true });
}
