import { expect, test } from 'vitest';
import { createTurns, type Turns } from './turns.js';

const { signal } = new AbortController();
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Asks as often; each question is open until it is answered. */
function ask(turns: Turns, who: { tenant: string; signal: AbortSignal }, count: number) {
  const open: (() => void)[] = [];
  const outcomes: unknown[] = [];
  for (let n = 0; n < count; n++) {
    turns(who, () => new Promise<number>((resolve) => open.push(() => resolve(n)))).then(
      (value) => outcomes.push(value),
      (error) => outcomes.push(error),
    );
  }
  return { open, outcomes };
}

test('eight at once, the others in order, and another tenant waits for none of them', async () => {
  const turns = createTurns();
  const { open, outcomes } = ask(turns, { tenant: 'a', signal }, 20);
  expect(open.length).toBe(8);
  expect(await turns({ tenant: 'b', signal }, async () => 'b')).toBe('b');
  for (let n = 0; n < 20; n++) {
    open[n]?.();
    await settled();
    expect(open.length).toBe(Math.min(20, 9 + n));
  }
  expect(outcomes).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test('too many are refused, and a failure gives its turn on', async () => {
  const turns = createTurns();
  const { open, outcomes } = ask(turns, { tenant: 'a', signal }, 8 + 256);
  await expect(turns({ tenant: 'a', signal }, async () => 1)).rejects.toMatchObject({ status: 503 });
  for (let n = 0; n < 8 + 256; n++) {
    open[n]?.();
    await settled();
  }
  expect(outcomes.length).toBe(8 + 256);
  const failing = Array.from({ length: 30 }, () =>
    turns({ tenant: 'a', signal }, () => Promise.reject(new Error('no'))),
  );
  expect((await Promise.allSettled(failing)).every(({ status }) => status === 'rejected')).toBe(true);
  expect(await turns({ tenant: 'a', signal }, async () => 'goes on')).toBe('goes on');
});

test('what waits for a client that left is not done', async () => {
  const turns = createTurns();
  const { open } = ask(turns, { tenant: 'a', signal }, 8);
  const leaving = new AbortController();
  const left = ask(turns, { tenant: 'a', signal: leaving.signal }, 3);
  const stays = ask(turns, { tenant: 'a', signal }, 1);
  leaving.abort();
  await settled();
  expect(left.outcomes).toEqual(Array(3).fill(expect.objectContaining({ status: 499 })));
  const gone = ask(turns, { tenant: 'a', signal: AbortSignal.abort() }, 1);
  await settled();
  expect(gone.outcomes.length).toBe(1);
  open[0]?.();
  await settled();
  expect([left.open.length, gone.open.length, stays.open.length]).toEqual([0, 0, 1]);
});
