import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { clientSignal as signalOf } from './client-signal.js';
import { OpenAnswers } from './open-answers.js';

const clientSignal = (res: ServerResponse) => signalOf(res, new OpenAnswers());

type State = Partial<Record<'writableEnded' | 'writableFinished' | 'destroyed' | 'closed', boolean>>;

/** As much of a response as the signal looks at. */
function response(state: State = {}): ServerResponse {
  return Object.assign(new EventEmitter(), {
    writableEnded: false,
    writableFinished: false,
    destroyed: false,
    closed: false,
    ...state,
  }) as ServerResponse;
}

function listener(): { handleEvent(): void; called: number } {
  return {
    called: 0,
    handleEvent() {
      this.called += 1;
    },
  };
}

test('a response that closes before it was written means that the client has gone', () => {
  const res = response();
  const signal = clientSignal(res);
  const [one, two] = [listener(), listener()];
  signal.addEventListener('abort', one);
  signal.addEventListener('abort', two);
  expect(signal.aborted).toBe(false);
  res.emit('close');
  res.emit('close');
  expect(signal.aborted).toBe(true);
  expect([one.called, two.called]).toEqual([1, 1]);
});

test('one that closes after it was written does not', () => {
  const res = response();
  const signal = clientSignal(res);
  const one = listener();
  signal.addEventListener('abort', one);
  Object.assign(res, { writableEnded: true, writableFinished: true });
  res.emit('close');
  expect(signal.aborted).toBe(false);
  expect(one.called).toBe(0);
});

test('a listener that was taken off is not called, others are, also when one goes during the event', () => {
  const res = response();
  const signal = clientSignal(res);
  const [gone, last] = [listener(), listener()];
  const leaving = { handleEvent: () => signal.removeEventListener('abort', leaving) };
  for (const each of [gone, leaving, last]) signal.addEventListener('abort', each);
  signal.removeEventListener('abort', gone);
  res.emit('close');
  expect([gone.called, last.called]).toEqual([0, 1]);
});

test('a response that had closed before: the client has gone already', () => {
  expect(clientSignal(response({ destroyed: true, closed: true })).aborted).toBe(true);
  // As HTTP/2 says it.
  expect(clientSignal(response({ writableFinished: true })).aborted).toBe(true);
});
