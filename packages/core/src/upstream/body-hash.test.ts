import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bodyHash } from './body-hash.js';

test('none and a short one at once', () => {
  expect(bodyHash(null, { over: false })).toBe(hash('sha256', ''));
  expect(bodyHash(Buffer.from('{}'), { over: false })).toBe(hash('sha256', '{}'));
});

test('a long one slice by slice, with turns for others between', async () => {
  const body = Buffer.alloc(3 * 256 * 1024 + 1, 'ab🌍');
  const hashing = bodyHash(body, { over: false });
  let turns = 0;
  const count = (): void => {
    turns += 1;
    if (turns < 3) globalThis.setImmediate(count);
  };
  globalThis.setImmediate(count);
  expect(await hashing).toBe(hash('sha256', body));
  expect(turns).toBe(3);
});

test('what nobody waits for is hashed no further', async () => {
  const wait = { over: false };
  const body = Buffer.alloc(100 * 256 * 1024);
  let slices = 0;
  body.subarray = (start, end) => {
    slices += 1;
    return Buffer.prototype.subarray.call(body, start, end);
  };
  let ended = false;
  void Promise.resolve(bodyHash(body, wait)).finally(() => {
    ended = true;
  });
  await setImmediate();
  wait.over = true;
  for (let turn = 0; turn < 200; turn += 1) await setImmediate();
  expect(slices).toBeLessThan(5);
  expect(ended).toBe(false);
});
