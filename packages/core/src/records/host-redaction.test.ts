import { expect, test } from 'vitest';
import { createHostRedaction } from './host-redaction.js';
import type { Redactable } from './redact.js';
import type { ResolvedRedact } from './redact-option.js';

function start(redact: ResolvedRedact | null) {
  const lines: unknown[][] = [];
  const told: unknown[] = [];
  const clock = { ms: 1000 };
  const log = (...line: unknown[]): void => void lines.push(line);
  const redaction = createHostRedaction({
    redact,
    tell: (event, details) => void told.push([event, details]),
    logger: { debug: log, info: log, warn: log, error: log },
    now: () => clock.ms,
  });
  return { redaction, lines, told, clock };
}

test('what the worker is to do', () => {
  expect(start(null).redaction.forWorker).toBe(null);
  expect(start({ module: 'x' }).redaction.forWorker).toEqual({ module: 'x' });
  expect(start({ fn: () => {} }).redaction.forWorker).toBe('host');
});

test('failures are told at once, then once a minute with all that came meanwhile', () => {
  const { redaction, lines, told, clock } = start(null);
  redaction.failed({ message: null, records: 2 });
  redaction.failed({ message: null, records: 3 });
  clock.ms += 59_999;
  redaction.failed({ message: null, records: 4 });
  expect(lines.map(([details]) => details)).toEqual([{ records: 2 }]);
  clock.ms += 1;
  redaction.failed({ message: null, records: 5 });
  expect(lines.map(([details]) => details)).toEqual([{ records: 2 }, { records: 12 }]);
  expect(told).toEqual([2, 3, 4, 5].map((bodies) => ['drop', { bodies, rows: 0 }]));
});

test('a module that cannot be loaded is told by what is wrong', () => {
  const { redaction, lines, told } = start({ module: 'x' });
  redaction.failed({ message: 'Cannot find module x', records: 0 });
  expect(lines).toEqual([[{ err: 'Cannot find module x' }, expect.stringMatching(/cannot be loaded.*figures alone/)]]);
  expect(told).toEqual([]);
});

test('the host’s function; without one nothing is let through', async () => {
  const record = {
    requestBody: null,
    responseBody: null,
    userId: 'ada',
    properties: {},
    error: null,
  } as unknown as Redactable;
  const fn = (each: Redactable): Redactable => ({ ...each, userId: 'x' });
  expect(await start({ fn }).redaction.redact([record])).toMatchObject([{ userId: 'x' }]);
  expect(await start(null).redaction.redact([record, record])).toEqual([null, null]);
});
