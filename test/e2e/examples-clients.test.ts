// Each client example, run as a user runs it, against one proxy: what it prints, what its provider got, what was recorded.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { CallRecord } from '@helicone-proxy/core';
import { type ScriptedProvider, type StandIn, startScriptedProvider, startStandIn } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { EXAMPLES } from './example-app.js';
import { type ExpressHost, startExpressHost } from './express-host.js';

const FOLDER = new URL('clients/', EXAMPLES);
const QUESTION = 'Why is the sea salty?';
const ANSWER = `You said: ${QUESTION}`;
const KEYS = { OPENAI_API_KEY: 'sk-test', ANTHROPIC_API_KEY: 'sk-ant-test', GEMINI_API_KEY: 'g-test' };
const GEMINI_ANSWER = JSON.stringify({
  candidates: [{ content: { role: 'model', parts: [{ text: ANSWER }] }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 7, totalTokenCount: 12 },
  modelVersion: 'gemini-2.5-flash',
});

const newFolder = temporaryFolders();
const execute = promisify(execFile);
let standIn: StandIn;
let gemini: ScriptedProvider;
let host: ExpressHost;
let scripts: Record<string, string>;
beforeAll(async () => {
  standIn = await startStandIn({ firstByteMs: 0, eventMs: 0 });
  gemini = await startScriptedProvider((exchange) =>
    exchange.respond({ headers: [['content-type', 'application/json']], framing: 'length' }, [GEMINI_ANSWER]),
  );
  scripts = JSON.parse(await readFile(new URL('package.json', FOLDER), 'utf8')).scripts;
});
afterAll(async () => {
  await gemini.close();
  await standIn.close();
});
beforeEach(async () => {
  standIn.requests.length = 0;
  const place = { baseUrl: standIn.url };
  host = await startExpressHost({ providers: { openai: place, anthropic: place, google: { baseUrl: gemini.origin } } });
  return () => host.close();
});

/** What the npm script of that name prints. Rejects when it fails. */
async function run(script: string, besides: Record<string, string> = {}): Promise<string> {
  const [command = '', file = ''] = scripts[script]?.split(' ') ?? [];
  const program = command === 'node' ? process.execPath : command;
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const env = { ...inherited, ...KEYS, HELICONE_PROXY_URL: `${host.url}/helicone`, no_proxy: '*', ...besides };
  const { stdout } = await execute(program, [new URL(file, FOLDER).pathname], {
    env,
    cwd: newFolder(),
    timeout: 15_000,
  });
  return stdout;
}

/** The one record of what ran, once its call has ended. */
async function onlyRecord(): Promise<CallRecord> {
  const records = await host.records();
  expect(records).toHaveLength(1);
  return records[0] as CallRecord;
}

const OPENAI = { provider: 'openai', model: 'gpt-4o-mini', prompt_tokens: 5, completion_tokens: 7 };

test.each([
  { script: 'vercel-ai', url: '/v1/responses', record: { ...OPENAI, stream: true } },
  { script: 'langchain', url: '/v1/chat/completions', record: OPENAI },
  { script: 'python-urllib', url: '/v1/chat/completions', record: { ...OPENAI, request_user_id: 'ada' } },
])('$script', async ({ script, url, record }) => {
  expect(await run(script)).toBe(`${ANSWER}\n`);
  expect(standIn.requests).toMatchObject([{ url, headers: { authorization: 'Bearer sk-test' } }]);
  expect(await onlyRecord()).toMatchObject({ ...record, outcome: 'success' });
});

test('async-logger, which calls past the proxy', async () => {
  expect(await run('async-logger', { OPENAI_BASE_URL: `${standIn.url}/v1` })).toBe(`${ANSWER}\n`);
  expect(standIn.requests).toMatchObject([{ headers: { authorization: 'Bearer sk-test' } }]);
  expect(await onlyRecord()).toMatchObject({
    ...OPENAI,
    outcome: 'success',
    request_user_id: 'ada',
    properties: { app: 'clients-example' },
  });
});

test('openai, with what it asks for by header', async () => {
  const printed = await run('openai');
  expect(printed).toMatch(new RegExp(`^${ANSWER.replace('?', '\\?')}\ncache: MISS, id: [0-9a-f-]{36}\n$`));
  expect(standIn.requests).toMatchObject([
    { url: '/v1/chat/completions', headers: { authorization: 'Bearer sk-test' } },
  ]);
  expect(Object.keys(standIn.requests[0]?.headers ?? {}).filter((name) => /helicone/.test(name))).toEqual([]);
  const session = { 'helicone-session-name': 'Sea', 'helicone-session-path': '/sea/salt' };
  expect(await onlyRecord()).toMatchObject({
    ...OPENAI,
    outcome: 'success',
    request_user_id: 'ada',
    request_properties: {
      app: 'clients-example',
      'helicone-session-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...session,
    },
  });
  expect(await run('openai')).toContain('cache: HIT');
  expect(standIn.requests).toHaveLength(1);
});

test('anthropic', async () => {
  expect(await run('anthropic')).toBe(`${ANSWER}\n`);
  expect(standIn.requests).toMatchObject([{ url: '/v1/messages', headers: { authorization: 'Bearer sk-ant-test' } }]);
  expect(await onlyRecord()).toMatchObject({ provider: 'anthropic', model: 'claude-haiku-4-5', completion_tokens: 7 });
});

test('google', async () => {
  expect(await run('google')).toBe(`${ANSWER}\n`);
  expect(gemini.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
    'POST /v1/models/gemini-2.5-flash:generateContent',
  ]);
  expect(gemini.requests[0]?.header('x-goog-api-key')).toBe('g-test');
  expect(await onlyRecord()).toMatchObject({ provider: 'google', outcome: 'success', response_status: 200 });
});

test('curl', async () => {
  expect(JSON.parse(await run('curl'))).toMatchObject({ choices: [{ message: { content: ANSWER } }] });
  expect(standIn.requests).toMatchObject([
    { url: '/v1/chat/completions', headers: { authorization: 'Bearer sk-test' } },
  ]);
  expect(await onlyRecord()).toMatchObject({ ...OPENAI, outcome: 'success' });
});

test('python-openai is correct Python', async () => {
  const file = new URL('python_openai.py', FOLDER).pathname;
  const env = { ...process.env, PYTHONPYCACHEPREFIX: newFolder() };
  await execute('python3', ['-m', 'py_compile', file], { env });
});

test('every file is in the README, which tells the same base URLs as the file', async () => {
  const readme = await readFile(new URL('README.md', FOLDER), 'utf8');
  const rows = [...readme.matchAll(/^\|[^|]+\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$/gm)];
  expect(rows.map(([, file]) => file).sort()).toEqual(
    Object.values(scripts)
      .map((each) => each.split(' ')[1])
      .sort(),
  );
  for (const [, file = '', theirs = '', ours = ''] of rows) {
    const text = await readFile(new URL(file, FOLDER), 'utf8');
    expect(text).toMatch(new RegExp(`[Ww]as ${theirs.replaceAll('.', '\\.')}`));
    expect(text).toContain(ours);
  }
});
