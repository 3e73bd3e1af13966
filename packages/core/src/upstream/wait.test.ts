import { expect, test } from 'vitest';
import { ProxyError } from '../errors.js';
import { Wait } from './wait.js';

test('ends as the promise does', async () => {
  expect(await new Wait(Promise.resolve(1)).over).toBe(1);
  await expect(new Wait(Promise.reject(new Error('no'))).over).rejects.toThrow('no');
});

test('ends with the reason for which it was given up; what the promise does later is nobody’s business', async () => {
  let fail: (error: Error) => void = () => {};
  const wait = new Wait(
    new Promise<void>((_resolve, reject) => {
      fail = reject;
    }),
  );
  const reason = new ProxyError('shutting_down', 'now');
  wait.cancel(reason);
  await expect(wait.over).rejects.toBe(reason);
  fail(new Error('too late'));
  wait.cancel(new ProxyError('client_closed', 'later'));
  await expect(wait.over).rejects.toBe(reason);
});
