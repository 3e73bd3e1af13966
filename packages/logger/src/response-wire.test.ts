import { expect, test } from 'vitest';
import { wireOfResponse } from './response-wire.js';
import { wireTime } from './wire.js';

const ANSWER = { object: 'chat.completion', model: 'gpt-4', choices: [] };
const ID = 'c0ffee00-1111-4222-8333-444455556666';

test('a call of which only the end is told began no later', () => {
  const endTime = new Date('2026-01-02T03:04:05.678Z');
  const { timing } = wireOfResponse(ANSWER, { endTime }, {});
  expect(timing).toEqual({ startTime: wireTime(endTime.getTime()), endTime: wireTime(endTime.getTime()) });
});

test('only a UUID is an id under which the call is found', () => {
  const idOf = (requestId: string): unknown =>
    wireOfResponse(ANSWER, { requestId }, {}).providerRequest.meta['Helicone-Request-Id'];
  expect(idOf(ID)).toBe(ID);
  const wire = wireOfResponse(ANSWER, { requestId: 'mine' }, {});
  expect(wire.providerRequest.meta['Helicone-Request-Id']).toBe(wire.id);
});
