import { expect, test, vi } from 'vitest';
import { createEvents } from './events.js';

test('a listener that throws ends nothing and is told to the log', () => {
  const error = vi.fn();
  const logger = { debug() {}, info() {}, warn() {}, error };
  const { emitter, tell } = createEvents(logger);
  const cause = new Error('host');
  emitter.on('limited', () => {
    throw cause;
  });
  tell('limited', {});
  expect(error.mock.calls).toEqual([[{ err: cause, event: 'limited' }, expect.any(String)]]);
});

test('a tap hears what is told, with or without listeners', () => {
  const { emitter, tell, tap } = createEvents(null);
  const heard: unknown[] = [];
  tap((event, details) => heard.push([event, details]));
  tell('retry', { attempt: 1 });
  expect(heard).toEqual([['retry', { attempt: 1 }]]);
  expect(emitter.eventNames()).toEqual([]);
});
