import { expect, test } from 'vitest';
import { type ErrorCode, ProxyError, renderError, toProxyError } from './errors.js';

const TABLE: [ErrorCode, number, string][] = [
  ['invalid_header', 400, 'invalid_request_error'],
  ['invalid_target', 400, 'invalid_request_error'],
  ['invalid_body', 400, 'invalid_request_error'],
  ['unauthorized', 401, 'authentication_error'],
  ['target_forbidden', 403, 'permission_error'],
  ['provider_forbidden', 403, 'permission_error'],
  ['read_forbidden', 403, 'permission_error'],
  ['unknown_route', 404, 'not_found_error'],
  ['request_too_large', 413, 'request_too_large'],
  ['client_closed', 499, 'api_error'],
  ['internal_error', 500, 'api_error'],
  ['upstream_unreachable', 502, 'api_error'],
  ['upstream_reset', 502, 'api_error'],
  ['overloaded', 503, 'overloaded_error'],
  ['shutting_down', 503, 'overloaded_error'],
  ['auth_unavailable', 503, 'overloaded_error'],
  ['upstream_timeout', 504, 'timeout_error'],
];

test.each(TABLE)('%s is %i and %s, in the shape that both SDKs read', (code, status, type) => {
  const { headers, body, ...rest } = renderError(new ProxyError(code, 'what is “wrong”'), 'id-1');
  expect(rest).toEqual({ status });
  expect(headers).toEqual({
    'content-type': 'application/json; charset=utf-8',
    'content-length': String((body as Uint8Array).length),
    'x-helicone-error': code,
  });
  expect(JSON.parse(Buffer.from(body as Uint8Array).toString())).toEqual({
    type: 'error',
    error: { type, code, message: 'what is “wrong”', param: null },
    message: 'what is “wrong”',
    request_id: 'id-1',
  });
});

test('the cause is kept for the log and never told', () => {
  const error = new ProxyError('upstream_unreachable', 'no', new Error('connect ECONNREFUSED 10.0.0.5:443'));
  expect(error.cause).toBeInstanceOf(Error);
  expect(String(renderError(error, 'id').body)).not.toContain('10.0.0.5');
  expect('cause' in new ProxyError('overloaded', 'no')).toBe(false);
});

test('an error of ours stays what it is, anything else is a fault of ours that says nothing of its cause', () => {
  const ours = new ProxyError('overloaded', 'no');
  expect(toProxyError(ours)).toBe(ours);
  for (const thrown of [new Error('secret path /srv/x'), 'text', undefined, null, 7]) {
    const error = toProxyError(thrown);
    expect(error).toMatchObject({ name: 'ProxyError', code: 'internal_error', status: 500 });
    expect(error.cause).toBe(thrown);
    expect(error.message).not.toContain('secret');
  }
});
