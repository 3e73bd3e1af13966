import { expect, test } from 'vitest';
import type { Headers } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { WireFormat } from '../providers/wire.js';
import { lastEvent } from './last-event.js';

const ERROR = new ProxyError('upstream_reset', 'it broke');
const STREAM = { 'content-type': 'text/event-stream; charset=utf-8' };

function said(wire: WireFormat | null, headers: Headers): string | null {
  const bytes = lastEvent(wire, ERROR, headers);
  return bytes === null ? null : Buffer.from(bytes).toString();
}

test('one whole event in the dialect of the format', () => {
  expect(said('openai-chat', STREAM)).toBe(
    'data: {"error":{"message":"it broke","type":"api_error","code":"upstream_reset","param":null}}\n\n',
  );
  expect(said('anthropic-messages', STREAM)).toBe(
    'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"it broke"}}\n\n',
  );
  for (const wire of ['openai-responses', 'openai-embeddings'] as const) {
    expect(said(wire, STREAM)).toMatch(/data: \{.*it broke.*\}\n\n$/);
  }
});

test('nothing where it would be read as something else', () => {
  expect(said(null, STREAM)).toBeNull();
  expect(said('openai-chat', {})).toBeNull();
  expect(said('openai-chat', { 'content-type': 'application/json' })).toBeNull();
  expect(said('openai-chat', { 'content-type': ['text/event-stream'] })).toBeNull();
  expect(said('openai-chat', { ...STREAM, 'content-encoding': 'gzip' })).toBeNull();
  expect(said('openai-chat', { ...STREAM, 'content-length': '100' })).toBeNull();
});
