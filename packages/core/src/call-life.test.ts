import { expect, test, vi } from 'vitest';
import { CallLife } from './call-life.js';
import { clientClosed } from './upstream/failure.js';

test('ending a call gives up what it waits for, once', () => {
  const life = new CallLife();
  const task = { cancel: vi.fn() };
  const reason = clientClosed();
  life.hold(task);
  life.end(reason);
  life.end(clientClosed());
  expect(task.cancel.mock.calls).toEqual([[reason]]);
  expect(life.ended).toBe(reason);
});

test('only the newest task is given up: the one before it is over', () => {
  const life = new CallLife();
  const [first, second] = [{ cancel: vi.fn() }, { cancel: vi.fn() }];
  life.hold(first);
  life.hold(second);
  life.end(clientClosed());
  expect(first.cancel).not.toHaveBeenCalled();
  expect(second.cancel).toHaveBeenCalledOnce();
});

test('what begins after the end is given up at once', () => {
  const life = new CallLife();
  const reason = clientClosed();
  life.end(reason);
  const task = { cancel: vi.fn() };
  life.hold(task);
  expect(task.cancel.mock.calls).toEqual([[reason]]);
});
