import { expect, test } from 'vitest';
import { labelAnswer } from './answer-labels.js';
import { createCall } from './call.js';
import type { EngineResponse, Headers } from './contract.js';
import { ProxyError } from './errors.js';
import { UpstreamBody } from './stream/upstream-body.js';
import { createByteBudget } from './upstream/byte-budget.js';

interface Labelled {
  headers?: Headers;
  body?: EngineResponse['body'];
  warnings?: string[];
  error?: ProxyError;
}

function labelled({ headers = {}, body = null, warnings = [], error }: Labelled): Headers {
  const signal = new AbortController().signal;
  const request = { method: 'GET', path: '/', query: '', headers: {}, body: null, signal, warnings };
  const call = createCall(request, createByteBudget(0));
  call.requestId = 'id-1';
  call.error = error ?? null;
  return labelAnswer(call, { status: 200, headers, body }).headers;
}

function stream(): UpstreamBody {
  return new UpstreamBody({ pause() {}, resume() {}, abort() {} }, () => null);
}

test('every answer has its id and whether we have failed', () => {
  expect(labelled({})).toEqual({ 'helicone-id': 'id-1', 'helicone-status': 'success' });
  expect(labelled({ error: new ProxyError('overloaded', 'no') })).toMatchObject({ 'helicone-status': 'failed' });
});

test('what an upstream says under our names does not reach the client', () => {
  expect(labelled({ headers: { 'helicone-id': 'theirs', 'helicone-status': 'theirs' } })).toMatchObject({
    'helicone-id': 'id-1',
    'helicone-status': 'success',
  });
});

test('warnings are one header of printable ASCII, at most 1024 characters long', () => {
  expect(labelled({ warnings: ['one', 'two'] })['helicone-warning']).toBe('one; two');
  expect(labelled({ warnings: ['a\r\nset-cookie: x', 'zoë'] })['helicone-warning']).toBe('a??set-cookie: x; zo?');
  expect(labelled({ warnings: ['x'.repeat(2000)] })['helicone-warning']).toBe('x'.repeat(1024));
});

test('a whole answer keeps its caching headers as they are', () => {
  for (const body of [null, Buffer.from('{}')]) {
    const headers = labelled({ body, headers: { 'cache-control': 'max-age=5' } });
    expect(headers['cache-control']).toBe('max-age=5');
    expect(headers['x-accel-buffering']).toBeUndefined();
  }
});

test.each([
  [undefined, 'no-cache, no-transform'],
  ['no-cache', 'no-cache, no-transform'],
  ['no-cache, no-transform', 'no-cache, no-transform'],
  [['private', 'max-age=0'], 'private, max-age=0, no-transform'],
])('a stream with cache-control %j', (given, expected) => {
  const headers = labelled({ body: stream(), headers: { 'cache-control': given } });
  expect(headers['cache-control']).toBe(expected);
  expect(headers['x-accel-buffering']).toBe('no');
});

test('a stream that says how it wants to be buffered keeps it', () => {
  expect(labelled({ body: stream(), headers: { 'x-accel-buffering': 'yes' } })['x-accel-buffering']).toBe('yes');
});
