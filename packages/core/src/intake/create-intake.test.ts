import { createGate } from '@helicone-proxy/testkit';
import { expect, test } from 'vitest';
import { createPolicyReader } from '../policy/policy-reader.js';
import { createIntake } from './create-intake.js';
import type { Intake, IntakeDelivery, IntakeResult } from './intake.js';
import type { IntakeAnswer, IntakeJob } from './intake-job.js';

const DONE: IntakeResult = { list: false, requestIds: ['x'], errors: [], warnings: [] };

interface Started {
  intake: Intake;
  jobs: IntakeJob[];
}

function start(
  answer: () => Promise<IntakeAnswer<IntakeResult>> = async () => ({ taken: DONE }),
  maxBytes = 100,
): Started {
  const jobs: IntakeJob[] = [];
  const intake = createIntake({
    policies: createPolicyReader(),
    bodies: true,
    maxBytes,
    now: () => 42,
    send(job) {
      jobs.push(job);
      return answer();
    },
  });
  return { intake, jobs };
}

function delivery(bytes: Uint8Array<ArrayBuffer>, headers: IntakeDelivery['headers'] = {}): IntakeDelivery {
  const caller = { tenant: 'acme', userId: 'ada', policy: null };
  return { format: 'log', bytes, encoding: 'gzip', provider: 'openai', headers, caller };
}

test('hands on what describes calls, and no key', async () => {
  const { intake, jobs } = start();
  const headers = { authorization: 'Bearer sk', 'helicone-auth': 'Bearer sk', 'helicone-user-id': 'x', accept: '*/*' };
  expect(await intake.accept(delivery(new Uint8Array(8), headers))).toBe(DONE);
  expect(jobs[0]).toMatchObject({
    format: 'log',
    encoding: 'gzip',
    provider: 'openai',
    tenant: 'acme',
    userId: 'ada',
    layers: null,
    receivedAt: 42,
  });
  expect(jobs[0]?.headers).toEqual({ 'helicone-user-id': 'x' });
});

test('bytes that share their memory are copied, others change hands', async () => {
  const { intake, jobs } = start();
  const shared = new Uint8Array(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2);
  const own = new Uint8Array([5, 6]);
  await intake.accept(delivery(shared));
  await intake.accept(delivery(own));
  expect(jobs.map(({ bytes }) => [[...bytes], bytes.buffer.byteLength])).toEqual([
    [[2, 3], 2],
    [[5, 6], 2],
  ]);
  expect(jobs[1]?.bytes.buffer).toBe(own.buffer);
});

test('more than may be under way is refused until there is room; one alone is always taken', async () => {
  const gate = createGate();
  const { intake } = start(async () => {
    await gate.opened;
    return { taken: DONE };
  });
  const large = intake.accept(delivery(new Uint8Array(150)));
  await expect(intake.accept(delivery(new Uint8Array(1)))).rejects.toMatchObject({ code: 'overloaded', status: 503 });
  gate.open();
  await large;
  await expect(intake.accept(delivery(new Uint8Array(60)))).resolves.toBe(DONE);
});

test('what fails gives its room back', async () => {
  const { intake } = start(() => Promise.reject(new Error('disk full')));
  for (let i = 0; i < 3; i++) await expect(intake.accept(delivery(new Uint8Array(90)))).rejects.toThrow('disk full');
});

test('a body that cannot be read is said to be so', async () => {
  const { intake } = start(async () => ({ invalid: 'body: is not JSON', tooLarge: true }));
  await expect(intake.accept(delivery(new Uint8Array(1)))).rejects.toMatchObject({
    name: 'InvalidIntake',
    message: 'body: is not JSON',
    tooLarge: true,
  });
});

test('close waits for what is under way, and takes nothing more', async () => {
  const gate = createGate();
  const { intake } = start(async () => {
    await gate.opened;
    throw new Error('disk full');
  });
  const failing = expect(intake.accept(delivery(new Uint8Array(1)))).rejects.toThrow('disk full');
  let closed = false;
  const closing = intake.close().then(() => {
    closed = true;
  });
  await expect(intake.accept(delivery(new Uint8Array(1)))).rejects.toMatchObject({ code: 'shutting_down' });
  expect(closed).toBe(false);
  gate.open();
  await Promise.all([failing, closing]);
});
