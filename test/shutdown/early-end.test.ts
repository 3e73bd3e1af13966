// Calls that all end soon after SIGTERM: the process ends with them, not with its deadline, whatever connections are open.
import { Agent } from 'node:http';
import { ANSWERS, createGate } from '@helicone-proxy/testkit';
import { expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { within } from '../rig/until.js';
import { FRAMEWORK_NAMES } from './frameworks.js';
import { beginningOf, byKind, COMES_AGAIN, streams } from './scripts.js';
import { startServing } from './serving.js';

/** Node keeps a connection open for 5 s after an answer, Fastify for 72 s; without them it is a quarter of a second. */
const SOON_MS = 3_000;

const folders = temporaryFolders();
const { running } = startedHere();

test.each(FRAMEWORK_NAMES)(
  '%s',
  async (framework) => {
    const gate = createGate();
    const serving = await startServing(framework, { folder: folders(), script: byKind(gate) });
    running.push(serving);
    const { ask, provider } = serving;
    // Keeps its connections for as long as the server lets it.
    const agent = new Agent({ keepAlive: true });
    const before = await Promise.all(Array.from({ length: 30 }, () => ask(ANSWERS.chat, 'now', { agent }).whole));
    const calls = streams(20).map((answer) => ({ answer, call: ask(answer, 'finishing', { agent }) }));
    for (const { answer, call } of calls) await call.received(beginningOf(answer).length);
    const retried = ask(ANSWERS.chat, COMES_AGAIN, { agent, headers: { 'helicone-retry-enabled': 'true' } });
    const later = ask(ANSWERS.chat, 'later', { agent });
    await provider.request(before.length + calls.length + 1);

    serving.end('SIGTERM');
    const { taken } = await serving.refusing();
    gate.open();
    const answers = [];
    for (const { answer, call } of [
      ...calls,
      { answer: ANSWERS.chat, call: retried },
      { answer: ANSWERS.chat, call: later },
    ]) {
      const received = await call.whole;
      expect([received.status, received.complete, received.body.toString()]).toEqual([
        200,
        true,
        answer.body.toString(),
      ]);
      answers.push(received);
    }
    expect((await retried.head).header('helicone-retries')).toBe('1');
    expect((await later.head).header('connection')).toBe('close');
    const lastAt = performance.now();
    const { stdout, stderr } = await within(15_000, `${framework} ends`, serving.child.ended);
    expect(performance.now() - lastAt).toBeLessThan(SOON_MS);
    expect([stdout, stderr]).toEqual(['', '']);
    agent.destroy();

    const records = await serving.records();
    const ids = [...before, ...taken, ...answers].map((each) => each.header('helicone-id'));
    expect(records.map(({ request_id }) => request_id).sort()).toEqual(ids.sort());
    expect(new Set(records.map(({ outcome }) => outcome))).toEqual(new Set(['success']));
  },
  40_000,
);
