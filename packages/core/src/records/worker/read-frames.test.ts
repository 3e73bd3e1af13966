import { expect, test } from 'vitest';
import type { WireFormat } from '../../providers/wire.js';
import { encodeFrame } from '../../stream/encode-frame.js';
import type { CallFacts, CapturedBytes } from '../facts.js';
import { type ReadAnswer, readAnswer } from './read-answer.js';

const EVENTS = 'application/vnd.amazon.eventstream';

interface Given {
  head: Buffer | string;
  /** Bytes are missing before it. */
  tail?: Buffer | string;
  type?: string;
  wire?: WireFormat;
  arrivals?: number[];
  headers?: Record<string, string>;
}

function read({ head, tail = '', type = EVENTS, wire = 'bedrock-converse', arrivals, headers }: Given): ReadAnswer {
  const first = Buffer.from(head);
  const bytes = Buffer.concat([first, Buffer.from(tail)]);
  const total = bytes.length + (tail.length === 0 ? 0 : 100_000);
  const { length } = bytes;
  const response: CapturedBytes = { offset: 0, length, headLength: first.length, total, type, encoding: '' };
  const facts = { wire, response, path: '/model/m/converse-stream', arrivals: arrivals ?? null, firstByteMs: 1 };
  return readAnswer({ ...facts, answerHeaders: headers } as CallFacts, bytes, {
    maxBytes: 10_000,
    requestModel: 'm',
  });
}

function event(name: string, payload: object): Buffer {
  return encodeFrame({ ':event-type': name, ':message-type': 'event' }, Buffer.from(JSON.stringify(payload)));
}

const START = event('messageStart', { role: 'assistant' });
const TEXT = event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Zoë' } });
const STOP = event('messageStop', { stopReason: 'end_turn' });
const METADATA = event('metadata', { usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10 } });

function bodyOf({ kept }: ReadAnswer): unknown {
  return kept === null ? null : JSON.parse(Buffer.from(kept).toString());
}

test('frames are rebuilt; the first token came with the frame that brought it', () => {
  const arrivals = [START.length, 5, START.length + 10, 8, START.length + TEXT.length, 11];
  const answer = read({ head: Buffer.concat([START, TEXT, STOP, METADATA]), arrivals });
  expect(answer).toMatchObject({ complete: true, timeToFirstTokenMs: 11, usage: { inputTokens: 7, outputTokens: 3 } });
  expect(bodyOf(answer)).toMatchObject({ output: { message: { content: [{ text: 'Zoë' }] } } });
});

test('a damaged frame: the stream is not whole, what came before it counts', () => {
  const damaged = Buffer.from(STOP);
  damaged[20] = (damaged[20] as number) ^ 1;
  const answer = read({ head: Buffer.concat([START, TEXT, damaged, STOP, METADATA]) });
  expect(answer).toMatchObject({ complete: false, usage: null, finishReason: null });
  expect(bodyOf(answer)).toMatchObject({ output: { message: { content: [{ text: 'Zoë' }] } } });
  const late = read({ head: Buffer.concat([START, TEXT, STOP, METADATA, damaged]) });
  expect(late).toMatchObject({ complete: false, usage: { inputTokens: 7 } });
});

test('a stream that was cut in the middle has its usage from its end', () => {
  const head = Buffer.concat([START, TEXT.subarray(0, 50)]);
  const tail = Buffer.concat([TEXT.subarray(30), STOP, METADATA]);
  expect(read({ head, tail })).toMatchObject({
    cut: true,
    complete: true,
    finishReason: 'end_turn',
    usage: { inputTokens: 7, outputTokens: 3 },
  });
});

test('no frame at all', () => {
  expect(read({ head: Buffer.alloc(40, 0xff) })).toMatchObject({ complete: false, usage: null, error: null });
  expect(read({ head: START.subarray(0, 9) })).toMatchObject({ complete: false, usage: null });
});

test('a long answer whose middle is missing: Converse names no model, whatever the text says', () => {
  const head = '{"output":{"message":{"content":[{"toolUse":{"input":{"model":"a car"';
  const tail = '}}}]}},"usage":{"inputTokens":7,"outputTokens":3,"cacheDetails":[{"ttl":"5m","inputTokens":1}]}}';
  expect(read({ head, tail, type: 'application/json' })).toMatchObject({
    model: null,
    usage: { inputTokens: 8, outputTokens: 3, cacheWrite5mTokens: 1 },
  });
});

test('a long answer of InvokeModel whose middle is missing: counts of the headers', () => {
  const headers = { 'x-amzn-bedrock-input-token-count': '7', 'x-amzn-bedrock-output-token-count': '3' };
  const given = { head: '{"outputs":[{"text":"a', tail: 'z"}]}', type: 'application/json', headers };
  expect(read({ ...given, wire: 'bedrock-invoke' })).toMatchObject({ usage: { inputTokens: 7, outputTokens: 3 } });
});
