import { describe, expect, test } from 'vitest';
import type { Headers } from '../contract.js';
import type { WireFormat } from '../providers/wire.js';
import { EventEnds } from '../stream/event-ends.js';
import { isStorableDocument, isStorableStream, storableKind } from './storable.js';

function kindOf(headers: Headers, { status = 200, wire = 'openai-chat' as WireFormat | null } = {}) {
  return storableKind({ status, headers, body: null }, wire, 1000);
}

describe('what a head tells', () => {
  test.each<[Headers, string | null]>([
    [{ 'content-type': 'application/json' }, 'json'],
    [{ 'content-type': 'application/json; charset=utf-8', 'content-length': '1000' }, 'json'],
    [{ 'content-type': 'application/problem+json' }, 'json'],
    [{ 'content-type': 'text/event-stream; charset=utf-8' }, 'events'],
    [{ 'content-type': 'text/event-stream', 'content-encoding': 'identity' }, 'events'],
    [{ 'content-type': 'application/json', 'content-length': '1001' }, null],
    [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, null],
    [{ 'content-type': 'application/jsonl' }, null],
    [{ 'content-type': 'application/stream+json' }, null],
    [{ 'content-type': 'text/plain' }, null],
    [{}, null],
  ])('%j: %s', (headers, kind) => {
    expect(kindOf(headers)).toBe(kind);
    expect(kindOf(headers, { status: 201 })).toBeNull();
  });

  test('a stream of an unknown format cannot be judged; a document can', () => {
    expect(kindOf({ 'content-type': 'text/event-stream' }, { wire: null })).toBeNull();
    expect(kindOf({ 'content-type': 'application/json' }, { wire: null })).toBe('json');
  });
});

describe('a document', () => {
  test.each<[string, WireFormat | null, boolean]>([
    ['{"choices":[]}', 'openai-chat', true],
    [' \n[1]\r\n', null, true],
    ['{"choices":[', 'openai-chat', false],
    ['', null, false],
    ['{', null, false],
    ['"text"', null, false],
    ['{"error":{"message":"no"}}', 'openai-chat', false],
    ['{"error":{"message":"no"}}', null, false],
    ['{"error":null}', 'openai-chat', true],
    ['{"error":null', 'openai-chat', false],
    ['{"error":nul}', 'openai-chat', false],
    ['{"type":"error","error":{"type":"overloaded_error"}}', 'anthropic-messages', false],
    ['[{"error":{"message":"no"}}]', 'openai-chat', false],
    ['{"choices":[{"message":{"content":"\\"error\\""}}]}', 'openai-chat', true],
    ['{"data":[{"error":"inside"}]}', 'openai-embeddings', true],
    ['{"status":"completed","error":null}', 'openai-responses', true],
    ['{"status":"incomplete"}', 'openai-responses', true],
    ['{"status":"failed","error":{"code":"x"}}', 'openai-responses', false],
    ['{"status":"queued"}', 'openai-responses', false],
    ['{}', 'openai-responses', false],
  ])('%s (%s): %s', (text, wire, storable) => {
    // Somewhere inside a larger buffer, as chunks of a socket are.
    const bytes = Buffer.from(`{"error":1}${text}"error"`).subarray(11, 11 + Buffer.byteLength(text));
    expect(isStorableDocument(bytes, wire)).toBe(storable);
  });
});

describe('a stream', () => {
  const judge = (text: string, wire: WireFormat | null): boolean => {
    const bytes = Buffer.from(text);
    const ends = new EventEnds();
    ends.add(bytes);
    ends.finish();
    return isStorableStream(bytes, ends.offsets, wire);
  };
  const chunk = (finish: string | null, text = 'a'): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text }, finish_reason: finish }] })}\n\n`;

  test('is whole after its terminal event, with comments behind it too', () => {
    expect(judge(`${chunk(null)}data: [DONE]\n\n`, 'openai-chat')).toBe(true);
    expect(judge(`${chunk(null)}data: [DONE]\r\n\r\n${': ping\n\n'.repeat(10)}`, 'openai-chat')).toBe(true);
    expect(judge('event: message_stop\ndata: {"type":"message_stop"}\n\n', 'anthropic-messages')).toBe(true);
    expect(judge(chunk(null), 'openai-chat')).toBe(false);
    expect(judge('', 'openai-chat')).toBe(false);
    expect(judge('data: [DONE]\n\n', null)).toBe(false);
  });

  test('of a server that sends no [DONE]: after its finish reasons, when it is short', () => {
    expect(judge(chunk(null) + chunk('stop'), 'openai-chat')).toBe(true);
    expect(judge(chunk(null, 'x'.repeat(64 * 1024)) + chunk('stop'), 'openai-chat')).toBe(false);
    expect(judge('data: {"error":{"message":"no"}}\n\n', 'openai-chat')).toBe(false);
  });

  test('with an error before its end is none, whatever follows', () => {
    const error = 'data: {"error":{"message":"no"}}\n\n';
    expect(judge(`${chunk(null)}${error}data: [DONE]\n\n`, 'openai-chat')).toBe(false);
  });
});
