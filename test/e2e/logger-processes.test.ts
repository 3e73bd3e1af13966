// Processes of their own: what is found installed, and what becomes of logs when there is nothing more to do.
import { type StandIn, startStandIn, unreachableOrigin } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChild } from '../rig/child.js';
import { startedHere } from '../rig/started.js';

const started = startedHere();
let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn({ firstByteMs: 0 });
});
afterAll(() => standIn.close());

/** Starts an app whose log server is at `origin`. */
function startApp(file: string, origin: string, args: string[] = []): ReturnType<typeof startChild> {
  return startChild(new URL(file, import.meta.url), {
    args,
    env: {
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: `${standIn.url}/v1`,
      ANTHROPIC_API_KEY: 'sk-ant-test',
      ANTHROPIC_BASE_URL: standIn.url,
      HELICONE_BASE_URL: `${origin}/helicone/api`,
    },
  });
}

test('the example of the user’s document, word for word, gives one record with all that it says', async () => {
  const rig = await started.rig({ auth: { keys: { 'sk-helicone-xxxx': {} } } });
  const end = await startApp('./logger-seed-app.ts', rig.origin).ended;
  expect(end).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(await rig.records()).toMatchObject([
    {
      provider: 'openai',
      request_model: 'gpt-4',
      request_user_id: 'user-123',
      properties: { feature: 'chat' },
      response_status: 200,
      usage_source: 'provider',
      request_body: { messages: [{ role: 'user', content: 'Hello' }] },
    },
  ]);
});

test('a CommonJS application has its SDKs found, loaded before or after', async () => {
  const rig = await started.rig();
  const end = await startApp('./logger-all-sdks-app.cjs', rig.origin).ended;
  expect(end).toMatchObject({ code: 0, stdout: '', stderr: '' });
  const records = await rig.records();
  expect(records.map(({ provider, model }) => [provider, model])).toEqual([
    ['openai', 'gpt-4'],
    ['anthropic', 'claude-test'],
    ['google', 'gemini-test'],
  ]);
});

test('a process that has nothing more to do sends all that it logged', async () => {
  const rig = await started.rig();
  const end = await startApp('./logger-many-calls-app.ts', rig.origin, ['1000']).ended;
  expect(end).toMatchObject({ code: 0, stdout: '', stderr: '' });
  const numbers = (await rig.records()).map(({ properties }) => Number(properties.number));
  expect(new Set(numbers).size).toBe(1000);
});

describe.each([
  ['nobody listens', unreachableOrigin],
  ['it never answers', async () => (await started.provider(() => {})).origin],
])('a log server where %s', (_, origin) => {
  test('holds a process for the deadline, no longer, and nothing is printed', async () => {
    const start = performance.now();
    const end = await startApp('./logger-many-calls-app.ts', await origin(), ['10']).ended;
    expect(end).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(performance.now() - start).toBeLessThan(8000);
  });
});
