import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RecordRow } from '../records/store.js';
import { JointWrites } from './joint-writes.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Rows as far as writing them matters. */
function rows(...ids: string[]): RecordRow[] {
  return ids.map((id) => ({ id }) as RecordRow);
}

/** Writes that are noted; rows called `bad` cannot be written. */
function noted(): { writes: string[][]; joint: JointWrites } {
  const writes: string[][] = [];
  const joint = new JointWrites((all) => {
    if (all.some(({ id }) => id === 'bad')) throw new Error('bad row');
    writes.push(all.map(({ id }) => id));
  });
  return { writes, joint };
}

test('what comes together is written in one go, a moment later', async () => {
  const { writes, joint } = noted();
  const written = Promise.all([joint.push(rows('a', 'b')), joint.push(rows('c'))]);
  expect(writes).toEqual([]);
  vi.advanceTimersByTime(5);
  await written;
  const next = joint.push(rows('d'));
  vi.advanceTimersByTime(5);
  await next;
  expect(writes).toEqual([['a', 'b', 'c'], ['d']]);
});

test('many rows are written at once, and once', async () => {
  const { writes, joint } = noted();
  await joint.push(rows(...Array.from({ length: 200 }, (_, i) => String(i))));
  vi.advanceTimersByTime(100);
  expect(writes.map((all) => all.length)).toEqual([200]);
});

test('a delivery that cannot be written fails alone', async () => {
  const { writes, joint } = noted();
  const pushed = [joint.push(rows('a')), joint.push(rows('bad', 'b')), joint.push(rows('c'))];
  const settled = Promise.allSettled(pushed);
  vi.advanceTimersByTime(5);
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  await expect(pushed[1]).rejects.toThrow('bad row');
  expect(writes).toEqual([['a'], ['c']]);
});

test('a store that fails for a single delivery is asked once', async () => {
  const write = vi.fn(() => {
    throw new Error('disk full');
  });
  const joint = new JointWrites(write);
  const failed = expect(joint.push(rows('a'))).rejects.toThrow('disk full');
  vi.advanceTimersByTime(5);
  await failed;
  expect(write).toHaveBeenCalledTimes(1);
});
