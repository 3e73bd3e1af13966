import { expect, test } from 'vitest';
import { ProxyError } from '../errors.js';
import { clientClosed, timedOut, upstreamFailure } from './failure.js';
import { PRIVATE_ADDRESS } from './target-guard.js';

function coded(code: string, message = 'connect to 10.0.0.5:443'): Error {
  return Object.assign(new Error(message), { code });
}

test.each([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
])('%s: no connection came about', (code) => {
  for (const connected of [false, true]) {
    expect(upstreamFailure(coded(code), connected)).toMatchObject({ code: 'upstream_unreachable', status: 502 });
  }
});

test.each([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
  'HPE_INVALID_CONSTANT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
])('%s: reset when connected, unreachable before', (code) => {
  expect(upstreamFailure(coded(code), true)).toMatchObject({ code: 'upstream_reset', status: 502 });
  expect(upstreamFailure(coded(code), false)).toMatchObject({ code: 'upstream_unreachable', status: 502 });
});

test('a certificate that does not hold is no connection', () => {
  expect(upstreamFailure(coded('CERT_HAS_EXPIRED'), false).code).toBe('upstream_unreachable');
});

test.each(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'])('%s: the caller’s head cannot be sent', (code) => {
  expect(upstreamFailure(coded(code), false)).toMatchObject({ code: 'invalid_header', status: 400 });
});

test('an address that the guard refused', () => {
  expect(upstreamFailure(coded(PRIVATE_ADDRESS), false)).toMatchObject({ code: 'target_forbidden', status: 403 });
});

test('of several addresses tried the first says what went wrong', () => {
  const all = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]);
  expect(upstreamFailure(all, true).code).toBe('upstream_unreachable');
});

test('an error of ours stays what it is', () => {
  const ours = clientClosed();
  expect(upstreamFailure(ours, true)).toBe(ours);
  expect(upstreamFailure(ours, false)).toBe(ours);
});

test('whatever was thrown becomes an error of ours', () => {
  for (const thrown of ['text', undefined, null, 7, new Error('x'), Object.assign(new Error('x'), { code: 5 })]) {
    expect(upstreamFailure(thrown, true)).toMatchObject({ name: 'ProxyError', code: 'upstream_reset' });
  }
});

test('messages are fixed, the cause is kept for the log', () => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_INVALID_ARG', PRIVATE_ADDRESS]) {
    const cause = coded(code);
    const error = upstreamFailure(cause, true);
    expect(error.message).not.toContain('10.0.0.5');
    expect(error.cause).toBe(cause);
  }
});

test.each([
  ['connect', 'connectMs'],
  ['first byte', 'firstByteMs'],
  ['idle', 'idleMs'],
  ['total', 'totalMs'],
] as const)('%s timeout names its option', (phase, option) => {
  expect(timedOut(phase)).toBeInstanceOf(ProxyError);
  expect(timedOut(phase)).toMatchObject({ code: 'upstream_timeout', status: 504 });
  expect(timedOut(phase).message).toContain(`timeouts.${option}`);
});

test('a client that left', () => {
  expect(clientClosed()).toMatchObject({ code: 'client_closed', status: 499 });
});
