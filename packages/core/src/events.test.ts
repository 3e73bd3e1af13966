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
