import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { WireFormat } from '../../providers/wire.js';
import type { CallFacts, CapturedBytes } from '../facts.js';
import { type ReadAnswer, readAnswer } from './read-answer.js';

const JSON_TYPE = 'application/json';
const SSE = 'text/event-stream; charset=utf-8';

interface Given {
  /** The bytes that were kept; with `tail`, bytes are missing between the two. */
  head: string | Buffer;
  tail?: string | Buffer;
  type?: string;
  encoding?: string;
  wire?: WireFormat | null;
  arrivals?: number[];
  maxBytes?: number;
}

function read({
  head,
  tail,
  type = JSON_TYPE,
  encoding = '',
  wire = 'openai-chat',
  arrivals,
  maxBytes = 10_000,
}: Given): ReadAnswer {
  const first = Buffer.from(head);
  const bytes = tail === undefined ? first : Buffer.concat([first, Buffer.from(tail)]);
  const { length } = bytes;
  const total = tail === undefined ? length : length + 100_000;
  const response: CapturedBytes = { offset: 0, length, headLength: first.length, total, type, encoding };
  return readAnswer(
    { wire, response, arrivals: arrivals ?? null, firstByteMs: arrivals?.[1] ?? null, path: '' } as CallFacts,
    bytes,
    { maxBytes, requestModel: null },
  );
}

function text({ kept }: ReadAnswer): string | null {
  return kept === null ? null : Buffer.from(kept).toString();
}

const WHOLE = JSON.stringify({
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
});

/** One chat chunk as an event. */
function chunk(content: string, finish: string | null = null): string {
  return `data: ${JSON.stringify({ model: 'gpt-4o', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
}

const USAGE = `data: ${JSON.stringify({ model: 'gpt-4o', choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } })}\n\n`;
const DONE = 'data: [DONE]\n\n';

describe('one document', () => {
  test('is read and kept', () => {
    const answer = read({ head: WHOLE });
    expect(answer).toMatchObject({
      model: 'gpt-4o',
      usage: { inputTokens: 7, outputTokens: 3 },
      finishReason: 'stop',
      error: null,
      stream: false,
      complete: null,
      timeToFirstTokenMs: null,
      cut: false,
    });
    expect(text(answer)).toBe(WHOLE);
  });

  test('an encoded one likewise', () => {
    const answer = read({ head: gzipSync(WHOLE), encoding: 'gzip' });
    expect(answer).toMatchObject({ model: 'gpt-4o', usage: { inputTokens: 7 } });
    expect(text(answer)).toBe(WHOLE);
  });

  test('longer than what may be kept: it is read whole and kept in part', () => {
    const answer = read({ head: WHOLE, maxBytes: 20 });
    expect(answer).toMatchObject({ usage: { inputTokens: 7 }, cut: true });
    expect(text(answer)).toBe(WHOLE.slice(0, 20));
  });

  test('one that was cut in the middle has its model from the head, its usage from the tail', () => {
    const tail =
      '… the rest"}}],"usage":{"prompt_tokens":7,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":2}},"x":{}}';
    const head = '{"model":"gpt-4o","choices":[{"message":{"content":"aaa ';
    const answer = read({ head, tail, maxBytes: head.length });
    expect(answer).toMatchObject({
      model: 'gpt-4o',
      usage: { inputTokens: 7, outputTokens: 3, cacheReadTokens: 2 },
      cut: true,
    });
    expect(text(answer)).toBe(head);
  });

  test('one that was cut inside a character is kept as text all the same', () => {
    const head = Buffer.from('{"model":"gpt-4o","content":"aé').subarray(0, -1);
    const answer = read({ head, tail: 'bbb","usage":{"prompt_tokens":7}}', maxBytes: head.length });
    expect(answer.usage?.inputTokens).toBe(7);
    expect(text(answer)).toBe('{"model":"gpt-4o","content":"a');
  });

  test('one that was cut without any usage', () => {
    expect(read({ head: '{"model":"gpt-4o","choices":["', tail: '"]}' })).toMatchObject({
      model: 'gpt-4o',
      usage: null,
    });
    expect(read({ head: '{"a":["', tail: '"],"usage":' })).toMatchObject({ model: null, usage: null });
    expect(read({ head: '{"a":["', tail: '"],"usage":{"prompt_tokens":' })).toMatchObject({ usage: null });
  });

  test('of one that was cut and is encoded, what its head says', () => {
    const numbers = Array.from({ length: 3000 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 0).join(',');
    const encoded = gzipSync(`{"model":"text-embedding-3-small","data":[${numbers}]}`);
    const answer = read({
      head: encoded.subarray(0, 6000),
      tail: encoded.subarray(-3000),
      encoding: 'gzip',
      maxBytes: 100_000,
    });
    expect(answer).toMatchObject({ model: 'text-embedding-3-small', cut: true });
    expect(text(answer)?.startsWith('{"model":"text-embedding-3-small","data":[')).toBe(true);
  });

  test('an error is told', () => {
    expect(read({ head: '{"error":{"message":"no such model"}}' }).error).toBe('no such model');
  });

  test('what is no JSON, or of no known format, is kept and says nothing', () => {
    for (const given of [{ head: '<html>' }, { head: WHOLE.slice(0, -5) }, { head: WHOLE, wire: null }]) {
      const answer = read(given);
      expect(answer).toMatchObject({ model: null, usage: null, error: null });
      expect(text(answer)).toBe(given.head);
    }
  });

  test('one that cannot be decoded', () => {
    expect(read({ head: WHOLE, encoding: 'gzip' })).toMatchObject({ model: null, kept: null, cut: true });
  });
});

describe('a stream', () => {
  const EVENTS = chunk('Hel') + chunk('lo', 'stop') + USAGE + DONE;

  test('is rebuilt into the answer that it spells', () => {
    const answer = read({ head: EVENTS, type: SSE, arrivals: [EVENTS.length, 12] });
    expect(answer).toMatchObject({
      model: 'gpt-4o',
      usage: { inputTokens: 7, outputTokens: 3 },
      finishReason: 'stop',
      stream: true,
      complete: true,
      timeToFirstTokenMs: 12,
      cut: false,
    });
    expect(JSON.parse(text(answer) as string)).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
  });

  test('without its terminal event is not complete', () => {
    expect(read({ head: chunk('Hel') + chunk('lo'), type: SSE }).complete).toBe(false);
    expect(read({ head: chunk('lo', 'stop'), type: SSE }).complete, 'servers that send no [DONE]').toBe(true);
    expect(read({ head: chunk('Hel').slice(0, -10), type: SSE }).complete).toBe(false);
  });

  test('an error event in it is told', () => {
    const answer = read({ head: `${chunk('Hel')}data: {"error":{"message":"overloaded"}}\n\n`, type: SSE });
    expect(answer).toMatchObject({ error: 'overloaded', complete: false });
  });

  test('over the capture limit: head, and usage and end from the tail, which begins anywhere', () => {
    const end = chunk('x') + chunk('!', 'stop') + USAGE + DONE;
    for (const tail of [`tent":"lost"}}]}\n\n${end}`, `\n\n${end}`, `\n${chunk('lost')}${end}`, `x\r\n\r\n${end}`]) {
      const answer = read({ head: chunk('Hel') + chunk('lo').slice(0, 20), tail, type: SSE });
      expect(answer).toMatchObject({
        usage: { inputTokens: 7, outputTokens: 3 },
        complete: true,
        finishReason: 'stop',
        cut: true,
      });
      expect(text(answer)).toContain('"Hel');
    }
  });

  test('of an encoded one over the capture limit, what its head says', () => {
    const pieces = Array.from({ length: 2000 }, (_, i) => chunk(String(Math.imul(i + 1, 2654435761) >>> 0))).join('');
    const encoded = gzipSync(pieces + USAGE + DONE);
    const third = Math.floor(encoded.length / 3);
    const answer = read({
      head: encoded.subarray(0, third),
      tail: encoded.subarray(-third),
      encoding: 'gzip',
      type: SSE,
    });
    expect(answer).toMatchObject({ model: 'gpt-4o', stream: true, cut: true });
  });

  test('a rebuilt answer longer than what may be kept is cut', () => {
    const answer = read({ head: EVENTS, type: SSE, maxBytes: 30 });
    expect(answer).toMatchObject({ cut: true, complete: true, usage: { inputTokens: 7 } });
    expect(text(answer)).toHaveLength(30);
  });

  test('of no known format is kept as it came', () => {
    const answer = read({ head: EVENTS, type: SSE, wire: null, arrivals: [5, 7.5] });
    expect(answer).toMatchObject({ stream: true, complete: null, model: null, timeToFirstTokenMs: 7.5 });
    expect(text(answer)).toBe(EVENTS);
  });

  test('that cannot be decoded', () => {
    expect(read({ head: EVENTS, type: SSE, encoding: 'gzip', arrivals: [5, 7.5] })).toMatchObject({
      stream: true,
      complete: null,
      timeToFirstTokenMs: 7.5,
      kept: null,
    });
  });
});

describe('of Google’s', () => {
  const piece = (text: string, more: object = {}) => ({
    candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...more }],
    modelVersion: 'gemini-2.5-flash',
  });
  const LAST = {
    ...piece('lo', { finishReason: 'STOP' }),
    usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 3 },
  };
  const FACTS = { model: 'gemini-2.5-flash', usage: { inputTokens: 7, outputTokens: 3 }, finishReason: 'STOP' };

  test('a stream that is a JSON array is read like its events, and kept as it came', () => {
    const head = `[${JSON.stringify(piece('Hel'))}\n,\r\n${JSON.stringify(LAST)}\n]\n`;
    const answer = read({ head, wire: 'google-generate-content' });
    expect(answer).toMatchObject({ ...FACTS, stream: false, complete: null });
    expect(text(answer)).toBe(head);
  });

  test('an event stream is rebuilt', () => {
    const head = [piece('Hel'), LAST].map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join('');
    const answer = read({ head, type: SSE, wire: 'google-generate-content' });
    expect(answer).toMatchObject({ ...FACTS, stream: true, complete: true });
    expect(JSON.parse(text(answer) as string).candidates[0].content.parts).toEqual([{ text: 'Hello' }]);
  });

  test('one that was cut in the middle has its figures from its end', () => {
    const head = '{"candidates":[{"content":{"parts":[{"inlineData":{"data":"aaa';
    const tail =
      '"}}]}}],"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":3},"modelVersion":"gemini-2.5-flash"}';
    expect(read({ head, tail, wire: 'google-generate-content' })).toMatchObject({
      model: 'gemini-2.5-flash',
      usage: { inputTokens: 7, outputTokens: 3 },
      cut: true,
    });
  });
});

describe('time to first token', () => {
  const ROLE = `: processing\n\n${chunk('')}`;
  const FIRST = chunk('é');
  const lengthOf = (given: string): number => Buffer.byteLength(given);

  test('is when the first event with content was whole, not the first byte', () => {
    const head = ROLE + FIRST + chunk('b', 'stop') + DONE;
    const arrivals = [lengthOf(ROLE), 5, lengthOf(ROLE) + 9, 8, lengthOf(ROLE + FIRST), 11, lengthOf(head), 20];
    expect(read({ head, type: SSE, arrivals }).timeToFirstTokenMs).toBe(11);
  });

  test('behind the arrivals that were noted it is the last of them', () => {
    expect(read({ head: ROLE + FIRST, type: SSE, arrivals: [3, 5, 6, 7] }).timeToFirstTokenMs).toBe(7);
  });

  test('of an encoded stream it is the first byte', () => {
    const head = gzipSync(ROLE + FIRST);
    expect(read({ head, type: SSE, encoding: 'gzip', arrivals: [3, 5, 6, 7] }).timeToFirstTokenMs).toBe(5);
  });

  test('without any content there is none', () => {
    expect(read({ head: ROLE, type: SSE, arrivals: [3, 5] }).timeToFirstTokenMs).toBeNull();
  });
});

test('no answer', () => {
  expect(
    readAnswer({ response: null } as CallFacts, Buffer.alloc(0), { maxBytes: 100, requestModel: null }),
  ).toMatchObject({
    kept: null,
    stream: false,
    cut: false,
  });
});
