// What the larger Express example adds: keys with tenants, a cache, limits, and a logger.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unreachableOrigin } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until, within } from '../rig/until.js';
import { startChildApp } from './child-app.js';
import { EXAMPLES, type ExampleApp, startExample } from './example-app.js';
import { rejection } from './rejection.js';

const KEYS = { APP_KEY: 'sk-app', RESEARCH_KEY: 'sk-research', OPENAI_API_KEY: 'sk-server-held' };
const CHAT = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'one two three four' }] };

const newFolder = temporaryFolders();
let app: ExampleApp | null = null;
afterEach(async () => {
  await app?.close();
  app = null;
});

async function start(env: Record<string, string> = {}): Promise<ExampleApp> {
  app = await startExample('express-typescript', { cwd: newFolder(), env: { ...KEYS, ...env } });
  return app;
}

interface Asked {
  question?: unknown;
  user?: unknown;
}

async function ask({ origin }: ExampleApp, body: Asked): Promise<{ status: number; answer?: string; error?: string }> {
  const response = await fetch(`${origin}/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

test('the route of its own asks through the proxy: recorded for its tenant and user, equal questions cached', async () => {
  const example = await start();
  const answers = [
    await ask(example, { question: 'Is it you?', user: 'ada' }),
    await ask(example, { question: 'Is it you?', user: 'bø b' }),
  ];
  expect(answers).toEqual(Array(2).fill({ status: 200, answer: 'You said: Is it you?' }));
  expect(await ask(example, { question: 7, user: 'ada' })).toMatchObject({ status: 400 });
  expect(example.standIn.requests).toHaveLength(1);
  expect(example.standIn.requests[0]?.headers.authorization).toBe('Bearer sk-server-held');
  await example.stop();
  const record = { tenant: 'app', properties: { feature: 'ask' }, outcome: 'success' };
  expect(await example.records('app')).toMatchObject([
    { ...record, request_user_id: 'ada' },
    { ...record, request_user_id: 'b%C3%B8%20b', cost_usd: 0 },
  ]);
  expect(await example.records('research')).toEqual([]);
});

test('only its keys may call, each sees its own records, and none gets further than its providers', async () => {
  const { openai, origin } = await start();
  expect(await rejection(openai('sk-other').chat.completions.create(CHAT))).toBeInstanceOf(OpenAI.AuthenticationError);
  await openai('sk-research').chat.completions.create(CHAT);
  const forbidden = await fetch(`${origin}/helicone/anthropic/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': 'sk-research', 'content-type': 'application/json' },
    body: '{}',
  });
  expect([forbidden.status, forbidden.headers.get('x-helicone-error')]).toEqual([403, 'provider_forbidden']);
  await forbidden.arrayBuffer();
  const seenBy = async (key: string): Promise<object[]> => {
    const answer = await fetch(`${origin}/helicone/api/v1/request/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"filter":"all"}',
    });
    return ((await answer.json()) as { data: object[] }).data;
  };
  const recorded = await until(10_000, 'the call is recorded', async () => {
    const seen = await seenBy('sk-research');
    return seen.length > 0 && seen;
  });
  expect(recorded).toMatchObject([{ provider: 'openai', tenant: 'research', outcome: 'success' }]);
  expect(await seenBy('sk-app')).toEqual([]);
});

test('a user gets 20 calls a minute, hits not counted, whatever the client says; others go on; the refusal is logged', async () => {
  const example = await start();
  const openai = example.openai('sk-app');
  const send = (content: string, user: string) =>
    openai.chat.completions.create(
      { ...CHAT, messages: [{ role: 'user', content }] },
      { headers: { 'Helicone-User-Id': user, 'Helicone-RateLimit-Policy': '1000;w=60;s=user' } },
    );
  for (let i = 0; i < 20; i += 1) await send(`number ${i}`, 'ada');
  await send('number 0', 'ada');
  expect(await rejection(send('one more', 'ada'))).toBeInstanceOf(OpenAI.RateLimitError);
  await send('one more', 'bob');
  expect(example.standIn.requests).toHaveLength(21);
  expect(await ask(example, { question: 'And I?', user: 'ada' })).toMatchObject({ status: 429 });
  const [line] = await example.child.printed(/^.*refused by a rate limit.*$/m);
  expect(JSON.parse(line)).toMatchObject({ level: 'info', tenant: 'app', userId: 'ada', policy: '20;w=60;s=user' });
});

test('what goes wrong is logged, with its cause', async () => {
  const { openai, child } = await start({ OPENAI_UPSTREAM: await unreachableOrigin() });
  const call = openai('sk-app').chat.completions.create(CHAT, { headers: { 'Helicone-Retry-Enabled': 'false' } });
  expect(await rejection(call)).toMatchObject({ status: 502 });
  const [line] = await child.printed(/^.*ECONNREFUSED.*$/m);
  expect(JSON.parse(line)).toMatchObject({ level: 'warn', message: expect.any(String) });
});

test('realtime sessions are relayed, with the key that the server holds; other upgrades are refused', async () => {
  const upstream = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  try {
    await once(upstream, 'listening');
    const { port } = upstream.address() as AddressInfo;
    const example = await start({ OPENAI_UPSTREAM: `http://127.0.0.1:${port}` });
    const asked = once(upstream, 'connection') as Promise<[WebSocket, IncomingMessage]>;
    const url = `${example.origin.replace('http', 'ws')}/helicone/openai/v1/realtime?model=gpt-realtime`;
    const client = new WebSocket(url, { headers: { authorization: 'Bearer sk-app' } });
    await within(10_000, 'the session begins', once(client, 'open'));
    const [session, { headers, url: target }] = await asked;
    expect([target, headers.authorization]).toEqual(['/v1/realtime?model=gpt-realtime', 'Bearer sk-server-held']);

    const question = once(session, 'message');
    client.send('{"type":"response.create"}');
    expect(String((await within(10_000, 'the question', question))[0])).toBe('{"type":"response.create"}');
    const answer = once(client, 'message');
    session.send('{"type":"response.created"}');
    expect(String((await within(10_000, 'the answer', answer))[0])).toBe('{"type":"response.created"}');
    client.close(1000);
    expect((await within(10_000, 'the close', once(session, 'close')))[0]).toBe(1000);

    const other = new WebSocket(`${example.origin.replace('http', 'ws')}/not-there`);
    await expect(within(10_000, 'the refusal', once(other, 'open'))).rejects.toThrow(/socket hang up|ECONNRESET/);
    await example.stop();
    expect(await example.records('app')).toMatchObject([{ provider: 'openai', outcome: 'success' }]);
  } finally {
    for (const socket of upstream.clients) socket.terminate();
    upstream.close();
  }
});

test('without its keys it does not start, and says which is missing', async () => {
  const { RESEARCH_KEY: _, ...env } = KEYS;
  const child = startChildApp(new URL('express-typescript/server.ts', EXAMPLES), { cwd: newFolder(), env });
  expect(await within(10_000, 'it ends', child.exited)).toEqual({ code: 1, signal: null });
  expect(child.output()).toContain('RESEARCH_KEY is not set');
});
