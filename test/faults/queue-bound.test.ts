// Records wait for a store that hangs for ever. What waits is bounded, so memory is.
import { once } from 'node:events';
import { Agent, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { get } from '@helicone-proxy/testkit';
import { afterEach, expect, test } from 'vitest';
import { type Child, startChild } from '../rig/child.js';

const MIB = 1024 * 1024;
const MAX_QUEUE_BYTES = 8 * MIB;
/**
 * What memory may grow beyond the bound: calls under way, V8's and the allocator's slack. A queue without a bound would
 * grow by several times as much.
 */
const SLACK_BYTES = 120 * MIB;

interface Memory {
  rss: number;
  arrayBuffers: number;
  heapUsed: number;
  dropped: { bodies: number; rows: number };
}

interface Answer {
  headers: Record<string, string>;
  body: Buffer;
}

let child: Child | null = null;
let provider: Server | null = null;
afterEach(async () => {
  child?.process.kill('SIGKILL');
  await child?.ended;
  provider?.close();
  provider?.closeAllConnections();
});

async function start(answer: Answer): Promise<string> {
  const server = createServer((req, res) => {
    req.resume().on('end', () => res.writeHead(200, answer.headers).end(answer.body));
  });
  provider = server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const script = new URL('./queue-bound-child.ts', import.meta.url);
  child = startChild(script, { node: ['--expose-gc'], args: [origin, String(MAX_QUEUE_BYTES)] });
  return (await child.message<{ url: string }>('url')).url;
}

let asked = 0;
async function measure(): Promise<Memory> {
  const id = String(++asked);
  child?.process.send(id);
  return (await (child as Child).message<Record<string, Memory>>(`memory ${id}`))[`memory ${id}`] as Memory;
}

/** Makes calls, sixteen at a time; resolves with the greatest memory that was seen on the way. */
async function callAll(url: string, count: number, bodyBytes: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const body = JSON.stringify({ model: 'gpt-4o-mini', padding: 'y'.repeat(bodyBytes) });
  let left = count;
  let peak = 0;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const { status, complete } = await get(url, { agent, body, sink: () => {} });
      if (status !== 200 || !complete) throw new Error(`a call got ${status}, complete: ${complete}`);
      if (left % 250 === 0) peak = Math.max(peak, (await measure()).rss);
    }
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  agent.destroy();
  return peak;
}

function json(bytes: number): Answer {
  const body = Buffer.from(JSON.stringify({ model: 'gpt-4o-mini', choices: [], padding: 'x'.repeat(bytes) }));
  return { headers: { 'content-type': 'application/json', 'content-length': String(body.length) }, body };
}

function expectBounded(before: Memory, after: Memory, peakRss: number): void {
  const grown = {
    rss: peakRss - before.rss,
    arrayBuffers: after.arrayBuffers - before.arrayBuffers,
    heapUsed: after.heapUsed - before.heapUsed,
  };
  const inMib = JSON.stringify(grown, (_key, value) => (typeof value === 'number' ? Math.round(value / MIB) : value));
  expect(grown.rss, `RSS at its peak; grown by MiB: ${inMib}`).toBeLessThan(MAX_QUEUE_BYTES + SLACK_BYTES);
  // The bound counts bodies; digested rows may hold them once more while they change hands.
  expect(grown.arrayBuffers, `array buffers; grown by MiB: ${inMib}`).toBeLessThan(4 * MAX_QUEUE_BYTES);
}

test('5000 calls of 64 KiB both ways', async () => {
  const url = await start(json(64 * 1024));
  await callAll(url, 100, 64 * 1024);
  const before = await measure();
  const peak = await callAll(url, 5000, 64 * 1024);
  const after = await measure();
  expectBounded(before, after, peak);
  expect(after.dropped.bodies + after.dropped.rows, 'what did not fit is counted').toBeGreaterThan(4000);
}, 120_000);

test('1000 calls whose answers are 4 KiB on the wire and 600 KiB of text', async () => {
  const text = JSON.stringify({ model: 'gpt-4o-mini', choices: [], padding: 'lorem ipsum dolor '.repeat(34_000) });
  const body = gzipSync(text);
  expect(body.length).toBeLessThan(4096);
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const url = await start({ headers: { ...headers, 'content-length': String(body.length) }, body });
  await callAll(url, 20, 100);
  const before = await measure();
  const peak = await callAll(url, 1000, 100);
  expectBounded(before, await measure(), peak);
}, 120_000);
