import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clientClosed } from './failure.js';
import { Pause } from './pause.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function isOver(pause: Pause): Promise<boolean> {
  const not = Symbol('not yet');
  return (await Promise.race([pause.over, Promise.resolve(not)])) !== not;
}

test('lasts as long as it says, beyond what one timer can', async () => {
  const pause = new Pause(2 ** 31 + 500);
  await vi.advanceTimersByTimeAsync(2 ** 31 + 499);
  expect(await isOver(pause)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await isOver(pause)).toBe(true);
});

test('ends at once when it is given up, and leaves no timer', async () => {
  const pause = new Pause(1000);
  const reason = clientClosed();
  pause.cancel(reason);
  await expect(pause.over).rejects.toBe(reason);
  expect(vi.getTimerCount()).toBe(0);
});

test('giving it up afterwards changes nothing', async () => {
  const pause = new Pause(10);
  await vi.advanceTimersByTimeAsync(10);
  pause.cancel(clientClosed());
  await expect(pause.over).resolves.toBeUndefined();
});
