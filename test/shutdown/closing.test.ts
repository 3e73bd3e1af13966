// Ways to close an application, and none.
import { existsSync } from 'node:fs';
import { Agent } from 'node:http';
import { ANSWERS, createGate } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { within } from '../rig/until.js';
import { FRAMEWORK_NAMES } from './frameworks.js';
import { byKind } from './scripts.js';
import { type Ending, startServing } from './serving.js';

/** What closing may take when nothing runs, ms. */
const FAST_MS = 1_000;

const folders = temporaryFolders();
const { running } = startedHere();

describe.each(FRAMEWORK_NAMES)('%s', (framework) => {
  async function start(held = false) {
    const gate = createGate();
    const serving = await startServing(framework, { folder: folders(), script: byKind(gate), held });
    running.push(serving);
    const ended = async () => {
      const { code, stdout, stderr } = await within(10_000, `${framework} ends by itself`, serving.child.ended);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    };
    /** How long what it was told took, ms. */
    const took = async (ending: Ending) =>
      (await serving.child.message<Record<Ending, number>>(ending))[ending] as number;
    return { ...serving, gate, ended, took };
  }

  test('close() right after the start, twice', async () => {
    const { end, took, ended, file } = await start();
    end('close twice');
    expect(await took('close twice')).toBeLessThan(FAST_MS);
    await ended();
    expect(existsSync(file)).toBe(false);
  });

  test('the proxy closed before the application', async () => {
    const { ask, end, took, ended, records } = await start();
    const agent = new Agent({ keepAlive: true });
    await ask(ANSWERS.chat, 'now', { agent }).whole;
    end('close the proxy first');
    expect(await took('close the proxy first')).toBeLessThan(FAST_MS);
    await ended();
    agent.destroy();
    expect(await records()).toHaveLength(1);
  });

  test('a server that is closed, and nothing else: the process is not kept, and what ended is written', async () => {
    const { ask, end, ended, records } = await start();
    const agent = new Agent({ keepAlive: true });
    await Promise.all([1, 2, 3].map(() => ask(ANSWERS.chat, 'now', { agent }).whole));
    end('close the server alone');
    await ended();
    agent.destroy();
    expect(await records()).toHaveLength(3);
  });

  test('an answer that its client has not taken yet is not cut', async () => {
    const { ask, child, end, ended, gate, provider, records } = await start(true);
    const slow = ask(ANSWERS.chat, 'later');
    await provider.request(0);
    end('close');
    await child.message('begun');
    gate.open();
    await child.message('engineClosed');
    child.process.send('let go');
    const { status, complete, body } = await slow.whole;
    expect([status, complete, body.toString()]).toEqual([200, true, ANSWERS.chat.body.toString()]);
    await ended();
    expect(await records()).toMatchObject([{ outcome: 'success' }]);
  });
});
