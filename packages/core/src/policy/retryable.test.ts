import { describe, expect, test } from 'vitest';
import { isRetryable, isRetryableError, isServerFault } from './retryable.js';

const answer = (status: number, said?: string) => ({
  status,
  headers: said === undefined ? {} : { 'x-should-retry': said },
  body: null,
});

describe('answers', () => {
  test.each([408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 529, 599])('%i is tried again', (status) => {
    expect(isRetryable(answer(status))).toBe(true);
  });

  test.each([200, 204, 304, 400, 401, 403, 404, 413, 422, 501, 505])('%i is not', (status) => {
    expect(isRetryable(answer(status))).toBe(false);
  });

  test('x-should-retry is obeyed both ways, but no success is tried again', () => {
    expect(isRetryable(answer(400, 'true'))).toBe(true);
    expect(isRetryable(answer(501, ' TRUE '))).toBe(true);
    expect(isRetryable(answer(500, 'false'))).toBe(false);
    expect(isRetryable(answer(429, 'False'))).toBe(false);
    expect(isRetryable(answer(200, 'true'))).toBe(false);
    expect(isRetryable(answer(500, 'perhaps'))).toBe(true);
  });

  test('501 and 505 are no fault of the provider’s', () => {
    expect([500, 501, 502, 505, 599, 429, 400].map(isServerFault)).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
      false,
    ]);
  });
});

test.each([
  ['upstream_unreachable', true],
  ['upstream_reset', true],
  ['upstream_timeout', false],
  ['circuit_open', false],
  ['client_closed', false],
  ['target_forbidden', false],
  ['internal_error', false],
] as const)('%s: tried again %s', (code, again) => {
  expect(isRetryableError(code)).toBe(again);
});
