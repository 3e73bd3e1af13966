// The example with two processes: what they share, and how they end.
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedisServer } from '../rig/redis-server.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { within } from '../rig/until.js';
import { type ExampleApp, startExample } from './example-app.js';

const newFolder = temporaryFolders();
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());

let app: ExampleApp | null = null;
afterEach(async () => {
  await app?.close();
  app = null;
});

async function start(): Promise<ExampleApp> {
  app = await startExample('redis-cluster', { cwd: newFolder(), env: { REDIS_URL: redis.url }, processes: 2 });
  return app;
}

/** Two clients, one for each process, and how each call of theirs ended. */
function callers({ openai, origins }: ExampleApp) {
  const clients = origins.map((origin) => openai('sk-test', origin));
  return async (index: number, content: string, user: string): Promise<string> => {
    const client = clients[index % 2] as OpenAI;
    try {
      const { response } = await client.chat.completions
        .create(
          { model: 'gpt-4o-mini', messages: [{ role: 'user', content }] },
          { headers: { 'Helicone-User-Id': user } },
        )
        .withResponse();
      return response.headers.get('helicone-cache') ?? 'no cache';
    } catch (error) {
      if (error instanceof OpenAI.RateLimitError) return 'limited';
      throw error;
    }
  };
}

test('two processes share one limit and one cache, and write to one file', async () => {
  const example = await start();
  const { origins, standIn } = example;
  const pids = await Promise.all(origins.map(async (origin) => (await fetch(`${origin}/`)).text()));
  expect(new Set(pids).size).toBe(2);
  for (const text of pids) expect(text).toMatch(/^Hello from process \d+\n$/);

  const call = callers(example);
  // Each answer is asked of the other process, which has never called upstream for it.
  expect([await call(0, 'first', 'ada'), await call(1, 'first', 'ada')]).toEqual(['MISS', 'HIT']);
  expect([await call(1, 'second', 'ada'), await call(0, 'second', 'ada')]).toEqual(['MISS', 'HIT']);
  expect(standIn.requests).toHaveLength(2);

  // Two of the ten are used; of twelve more, sent to both at once, eight are admitted.
  const more = await Promise.all(Array.from({ length: 12 }, (_, i) => call(i, `number ${i}`, 'ada')));
  expect(more.filter((ending) => ending === 'MISS')).toHaveLength(8);
  expect(more.filter((ending) => ending === 'limited')).toHaveLength(4);
  expect(standIn.requests).toHaveLength(10);
  expect(await call(0, 'other', 'bob')).toBe('MISS');

  await example.stop();
  const outcomes = (await example.records()).map(
    ({ outcome, cost_usd }) => `${outcome} ${cost_usd === 0 ? 'hit' : ''}`,
  );
  expect(outcomes.filter((each) => each === 'success hit')).toHaveLength(2);
  expect(outcomes.filter((each) => each === 'success ')).toHaveLength(11);
  expect(outcomes.filter((each) => each === 'rate_limited ')).toHaveLength(4);
}, 40_000);

test('where one process dies the other is ended too, and the command fails', async () => {
  const { child, origins } = await start();
  const [, pid] = /process (\d+)/.exec(await (await fetch(`${origins[0]}/`)).text()) ?? [];
  process.kill(Number(pid), 'SIGKILL');
  expect(await within(15_000, 'the command ends', child.exited)).toEqual({ code: 1, signal: null });
  await expect(fetch(`${origins[1]}/`)).rejects.toThrow();
}, 40_000);
