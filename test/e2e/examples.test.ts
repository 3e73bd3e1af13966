// Each example that is a server: started as its README says, called by a real SDK, and ended.
import { createGate } from '@helicone-proxy/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until } from '../rig/until.js';
import { type ExampleApp, type ExampleSetup, NO_KEEP_ALIVE, startExample } from './example-app.js';

const CHAT = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'one two three four' }] };
const TEAM_KEYS = { APP_KEY: 'sk-app', RESEARCH_KEY: 'sk-research', OPENAI_API_KEY: 'sk-server-held' };

const newFolder = temporaryFolders();
let app: ExampleApp | null = null;
afterEach(async () => {
  await app?.close();
  app = null;
});

async function start(name: string, setup: Omit<ExampleSetup, 'cwd'> = {}): Promise<ExampleApp> {
  app = await startExample(name, { cwd: newFolder(), ...setup });
  return app;
}

async function textOf(stream: AsyncIterable<{ choices: { delta: { content?: string | null } }[] }>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

/** Whether nobody listens there any more, or the proxy refuses what it would else find no route for. Leaves no record. */
function takesNoCalls(origin: string, apiKey: string): Promise<boolean> {
  return fetch(`${origin}/helicone/not-there`, {
    headers: { ...NO_KEEP_ALIVE, 'Helicone-Auth': `Bearer ${apiKey}` },
  }).then(
    ({ status }) => status === 503,
    () => true,
  );
}

const HELLO = { path: '/', init: { headers: NO_KEEP_ALIVE }, answer: 'Hello from your own app\n' };
const ASK = {
  path: '/ask',
  init: {
    method: 'POST',
    headers: { ...NO_KEEP_ALIVE, 'content-type': 'application/json' },
    body: '{"question":"Is it you?","user":"ada"}',
  },
  answer: '{"answer":"You said: Is it you?"}',
};

describe.each([
  { name: 'express', own: HELLO },
  { name: 'koa', own: HELLO },
  { name: 'fastify', own: HELLO },
  { name: 'nestjs', own: HELLO },
  { name: 'express-typescript', own: ASK, env: TEAM_KEYS, apiKey: 'sk-research', tenant: 'research' },
])('$name', ({ name, own, env, apiKey = 'sk-test', tenant = 'default' }) => {
  test('takes plain and streamed calls, leaves other routes to the app, and ends on Ctrl-C with every record written', async () => {
    const { child, openai, origin, standIn, ended, records } = await start(name, { env });
    const plain = await openai(apiKey).chat.completions.create(CHAT);
    expect(plain.choices[0]?.message.content).toBe('You said: one two three four');
    const stream = await openai(apiKey).chat.completions.create({
      ...CHAT,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(await textOf(stream)).toBe('You said: one two three four');
    expect(standIn.requests.map(({ url }) => url)).toEqual(['/v1/chat/completions', '/v1/chat/completions']);
    expect(standIn.requests[0]?.headers.authorization).toBe(`Bearer ${env?.OPENAI_API_KEY ?? 'sk-test'}`);

    const answer = await fetch(origin + own.path, own.init);
    expect([answer.status, await answer.text()]).toEqual([200, own.answer]);
    const ours = await fetch(`${origin}/helicone/not-there`, {
      headers: { ...NO_KEEP_ALIVE, 'Helicone-Auth': `Bearer ${apiKey}` },
    });
    expect([ours.status, ours.headers.get('x-helicone-error')]).toEqual([404, 'unknown_route']);
    const theirs = await fetch(`${origin}/not-there`, { headers: NO_KEEP_ALIVE });
    expect([theirs.status, theirs.headers.get('x-helicone-error')]).toEqual([404, null]);
    await Promise.all([ours.arrayBuffer(), theirs.arrayBuffer()]);

    // The terminal sends it, and npm once more.
    child.kill('SIGINT');
    child.kill('SIGINT');
    await ended();
    // 4 x 0.15 + 6 x 0.60 = 4.2 USD per million
    const usage = { prompt_tokens: 4, completion_tokens: 6, cost_usd: 0.0000042 };
    expect(await records(tenant)).toMatchObject([
      { tenant, outcome: 'success', stream: false, model: 'gpt-4o-mini', ...usage },
      { tenant, outcome: 'success', stream: true, model: 'gpt-4o-mini', ...usage },
    ]);
  }, 40_000);

  test('SIGTERM while a stream runs: it takes no new calls, the stream finishes and is recorded', async () => {
    const gate = createGate();
    const upstream = { beforeEvent: (index: number) => (index === 4 ? gate.opened : undefined) };
    const { child, openai, origin, ended, records } = await start(name, { env, upstream });
    const stream = await openai(apiKey).chat.completions.create({ ...CHAT, stream: true });
    const chunks = stream[Symbol.asyncIterator]();
    expect((await chunks.next()).value?.choices).toHaveLength(1);
    child.kill('SIGTERM');
    await until(10_000, 'the app takes no new calls', () => takesNoCalls(origin, apiKey));
    gate.open();
    expect(await textOf({ [Symbol.asyncIterator]: () => chunks })).toBe('You said: one two three four');
    await ended();
    expect(await records(tenant)).toMatchObject([{ outcome: 'success', stream: true, truncated: false }]);
  }, 40_000);
});

test('nestjs: the injected service tells what calls cost, by model', async () => {
  const { openai, origin } = await start('nestjs');
  for (const model of ['gpt-4o-mini', 'gpt-4o-mini', 'gpt-4o']) {
    await openai().chat.completions.create({ ...CHAT, model });
  }
  const costs = await until(10_000, 'the records are written', async () => {
    const rows = (await (await fetch(`${origin}/costs`)).json()) as { model: string; requests: number }[];
    return rows.reduce((sum, { requests }) => sum + requests, 0) === 3 && rows;
  });
  // 4 in and 6 out: 4.2 USD per million with gpt-4o-mini, 4 x 2.5 + 6 x 10 = 70 with gpt-4o
  expect(costs.sort((a, b) => b.requests - a.requests)).toEqual([
    { model: 'gpt-4o-mini', requests: 2, costUsd: 0.0000084 },
    { model: 'gpt-4o', requests: 1, costUsd: 0.00007 },
  ]);
}, 40_000);
