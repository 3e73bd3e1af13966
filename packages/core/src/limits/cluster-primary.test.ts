import cluster from 'node:cluster';
import { afterEach, expect, test, vi } from 'vitest';
import { CLUSTER_TAG, setupPrimary } from './cluster-primary.js';

afterEach(() => setupPrimary().close());

function listeners(): number {
  return cluster.listenerCount('message');
}

test('is set up once, and again after it was closed', () => {
  const before = listeners();
  const first = setupPrimary();
  expect(setupPrimary()).toBe(first);
  expect(listeners()).toBe(before + 1);
  first.close();
  first.close();
  expect(listeners()).toBe(before);
  const second = setupPrimary();
  first.close();
  expect(setupPrimary()).toBe(second);
  expect(listeners()).toBe(before + 1);
});

test('answers each worker about one and the same counters', () => {
  setupPrimary();
  const [one, other] = [{ send: vi.fn() }, { send: vi.fn() }];
  const ask = (store: string) => ({ tag: CLUSTER_TAG, store, requests: [[7, 'a', 2, 60_000]] });
  cluster.emit('message', one, ask('s1'));
  cluster.emit('message', other, ask('s2'));
  cluster.emit('message', other, { hello: 'from the host' });
  const end = expect.any(Number);
  // The callback keeps a worker that has left from ending this process.
  expect(one.send.mock.calls).toEqual([
    [{ tag: CLUSTER_TAG, store: 's1', taken: [[7, 2, end]] }, expect.any(Function)],
  ]);
  expect(other.send.mock.calls).toEqual([
    [{ tag: CLUSTER_TAG, store: 's2', taken: [[7, 4, end]] }, expect.any(Function)],
  ]);
});

test('throws in a worker', () => {
  setupPrimary().close();
  const isPrimary = vi.spyOn(cluster, 'isPrimary', 'get');
  isPrimary.mockReturnValue(false);
  expect(() => setupPrimary()).toThrow(/primary process/);
  isPrimary.mockRestore();
});
