import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type OpenAnswer, OpenAnswers } from './open-answers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** An answer over a connection of its own, and what has been done to both. */
function answerOf({ httpVersionMajor = 1, complete = true, next = null as object | null, marked = false } = {}) {
  const done = { destroyed: 0, connectionEnded: 0 };
  const socket = {
    writableEnded: marked,
    _httpMessage: next,
    destroySoon() {
      done.connectionEnded += 1;
    },
  };
  const res = {
    req: { httpVersionMajor, complete, socket },
    destroy() {
      done.destroyed += 1;
    },
  };
  const answer: OpenAnswer = { res: res as unknown as ServerResponse, index: -1 };
  return { answer, done };
}

/** Whether a promise is resolved, as far as microtasks tell. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return done;
}

test('closing waits for the engine and for every answer, in any order', async () => {
  const answers = new OpenAnswers();
  const all = Array.from({ length: 5 }, () => answerOf());
  for (const { answer } of all) answers.enter(answer);
  expect(answers.closing).toBe(false);
  let closeEngine = (): void => {};
  const closed = answers.close(
    () =>
      new Promise((resolve) => {
        closeEngine = resolve;
      }),
  );
  expect(answers.closing).toBe(true);
  expect(answers.close(() => Promise.reject(new Error('only once')))).toBe(closed);
  for (const index of [1, 4, 0, 2]) answers.leave((all[index] as (typeof all)[0]).answer);
  closeEngine();
  expect(await settled(closed)).toBe(false);
  answers.leave((all[3] as (typeof all)[0]).answer);
  expect(await settled(closed)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('nothing open: closed with the engine', async () => {
  const answers = new OpenAnswers();
  const { answer, done } = answerOf();
  answers.enter(answer);
  answers.leave(answer);
  expect(await settled(answers.close(() => Promise.resolve()))).toBe(true);
  expect(done).toEqual({ destroyed: 0, connectionEnded: 0 });
});

test('what has not left a second behind the grace is given up, and nothing else', async () => {
  const answers = new OpenAnswers();
  const [gone, stuck] = [answerOf(), answerOf()];
  for (const { answer } of [gone, stuck]) answers.enter(answer);
  const closed = answers.close(() => Promise.resolve());
  answers.leave(gone.answer);
  await vi.advanceTimersByTimeAsync(10_999);
  expect(stuck.done.destroyed).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect([gone.done.destroyed, stuck.done.destroyed]).toEqual([0, 1]);
  expect(await settled(closed)).toBe(false);
  answers.leave(stuck.answer);
  expect(await settled(closed)).toBe(true);
});

test('connections of answers that ended meanwhile are ended when all have left, not before', async () => {
  const answers = new OpenAnswers();
  const [first, last] = [answerOf(), answerOf()];
  for (const { answer } of [first, last]) answers.enter(answer);
  const closed = answers.close(() => Promise.resolve());
  answers.leave(first.answer);
  expect(await settled(closed)).toBe(false);
  expect(first.done.connectionEnded).toBe(0);
  answers.leave(last.answer);
  expect(await settled(closed)).toBe(true);
  expect([first.done.connectionEnded, last.done.connectionEnded]).toEqual([1, 1]);
});

test.each([
  ['of HTTP/2, which has others on it', answerOf({ httpVersionMajor: 2 })],
  ['whose client still sends', answerOf({ complete: false })],
  ['that answers another request already', answerOf({ next: {} })],
  ['that ends by itself', answerOf({ marked: true })],
])('a connection %s is left alone', async (_which, { answer, done }) => {
  const answers = new OpenAnswers();
  answers.enter(answer);
  const closed = answers.close(() => Promise.resolve());
  answers.leave(answer);
  expect(await settled(closed)).toBe(true);
  expect(done.connectionEnded).toBe(0);
});

test('an engine that fails to close fails the closing', async () => {
  const answers = new OpenAnswers();
  await expect(answers.close(() => Promise.reject(new Error('disk')))).rejects.toThrow('disk');
  expect(vi.getTimerCount()).toBe(0);
});

test('nothing is kept of answers that come when all is closed, as under a host that goes on', async () => {
  const answers = new OpenAnswers();
  await answers.close(() => Promise.resolve());
  const { answer, done } = answerOf();
  answers.enter(answer);
  answers.leave(answer);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(done).toEqual({ destroyed: 0, connectionEnded: 0 });
});
