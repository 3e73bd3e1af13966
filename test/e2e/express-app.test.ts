import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CallRecord } from '@helicone-proxy/core';
import { type StandIn, startStandIn } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { type ChildApp, refusesConnections, startChildApp } from './child-app.js';
import { readRecords } from './read-records.js';

const SERVER = new URL('../../examples/express/server.js', import.meta.url);
const CHAT = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'one two three four' }] };

let folder: string;
let app: ChildApp | null = null;
let standIn: StandIn | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helicone-express-app-'));
});
afterEach(async () => {
  app?.kill('SIGKILL');
  await app?.exited;
  await standIn?.close();
  app = null;
  standIn = null;
  await rm(folder, { recursive: true, force: true });
});

/** Starts the example with its default database, `.helicone/helicone.db` in the folder where it runs. */
async function startApp(upstream: StandIn): Promise<{ child: ChildApp; origin: string; openai: OpenAI }> {
  const child = startChildApp(SERVER, { cwd: folder, env: { PORT: '0', OPENAI_UPSTREAM: upstream.url } });
  app = child;
  standIn = upstream;
  const [baseURL] = await child.printed(/http:\/\/localhost:\d+\/helicone\/openai\/v1/);
  const origin = new URL(baseURL).origin.replace('localhost', '127.0.0.1');
  return { child, origin, openai: new OpenAI({ baseURL, apiKey: 'sk-test', maxRetries: 0 }) };
}

/** All records in the app's database file, newest first. */
const recordsInFile = (): Promise<CallRecord[]> => readRecords(join(folder, '.helicone', 'helicone.db'));

test('SIGTERM while a stream runs: the stream finishes and every record is in the file', async () => {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held = await startStandIn({
    firstByteMs: 0,
    eventMs: 0,
    beforeEvent: (index) => (index === 4 ? gate : undefined),
  });
  const { child, origin, openai } = await startApp(held);

  const before = await Promise.all(
    Array.from({ length: 20 }, () => openai.chat.completions.create(CHAT).withResponse()),
  );
  const running = await openai.chat.completions
    .create({ ...CHAT, stream: true, stream_options: { include_usage: true } })
    .withResponse();
  const chunks = running.data[Symbol.asyncIterator]();
  expect((await chunks.next()).done).toBe(false);

  child.kill('SIGTERM');
  await within(10_000, 'the app takes no new connections', refusesConnections(origin));
  release();
  let text = '';
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    text += next.value.choices[0]?.delta.content ?? '';
  }
  expect(text).toBe('You said: one two three four');
  expect(await within(15_000, 'the app ends', child.exited)).toEqual({ code: 0, signal: null });

  const records = await recordsInFile();
  const ids = [...before, running].map(({ response }) => response.headers.get('helicone-id'));
  expect(records.map(({ request_id }) => request_id).sort()).toEqual(ids.sort());
  // 4 x 0.15 + 6 x 0.60 = 4.2 USD per million
  expect(records.find(({ stream }) => stream)).toMatchObject({
    outcome: 'success',
    truncated: false,
    prompt_tokens: 4,
    completion_tokens: 6,
    cost_usd: 0.0000042,
  });
}, 40_000);

interface Acknowledged {
  id: string;
  /** When the client had the whole answer, on the clock of `performance.now()`. */
  at: number;
}

/** What a kill may cost, ms. */
const MAY_BE_LOST_MS = 250;

test('kill -9 in the middle of traffic loses at most the calls of the last 250 ms', async () => {
  const { child, origin } = await startApp(await startStandIn({ firstByteMs: 0, eventMs: 0 }));
  const acknowledged = await callUntilEnough(origin);
  const killedAt = performance.now();
  child.kill('SIGKILL');
  expect(await within(10_000, 'the app is gone', child.exited)).toEqual({ code: null, signal: 'SIGKILL' });

  const file = join(folder, '.helicone', 'helicone.db');
  const database = new DatabaseSync(file);
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  database.close();

  const kept = new Set((await recordsInFile()).map(({ request_id }) => request_id));
  const due = acknowledged.filter(({ at }) => at < killedAt - MAY_BE_LOST_MS);
  expect(due.length).toBeGreaterThan(100);
  expect(due.filter(({ id }) => !kept.has(id))).toEqual([]);

  // The same app on the same file takes more.
  const again = await startApp(standIn as StandIn);
  const more = await again.openai.chat.completions.create(CHAT).withResponse();
  again.child.kill('SIGTERM');
  expect(await within(15_000, 'the app ends', again.child.exited)).toEqual({ code: 0, signal: null });
  const records = await recordsInFile();
  expect(records).toHaveLength(kept.size + 1);
  expect(records[0]?.request_id).toBe(more.response.headers.get('helicone-id'));
}, 60_000);

/** Eight callers at once until there was traffic for a second; resolves while they still call, so that a kill hits some. */
function callUntilEnough(origin: string): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const caller = async (): Promise<void> => {
      for (;;) {
        const response = await fetch(`${origin}/helicone/openai/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
          body: JSON.stringify(CHAT),
        });
        await response.arrayBuffer();
        acknowledged.push({ id: response.headers.get('helicone-id') ?? '', at: performance.now() });
        if (performance.now() - startedAt > 1_000 && acknowledged.length > 500) resolve([...acknowledged]);
      }
    };
    // After the kill every caller fails, which by then changes nothing.
    for (let i = 0; i < 8; i += 1) caller().catch(reject);
  });
}
