import { expect, test } from 'vitest';
import type { WireFormat } from '../../providers/wire.js';
import type { CallFacts } from '../facts.js';
import { readAnswer } from './read-answer.js';

const LINES = '{"custom_id":"a","result":{}}\n{"custom_id":"b","result":{}}\n';

function read(wire: WireFormat | null, text: string) {
  const { length } = Buffer.from(text);
  const response = { offset: 0, length, headLength: length, total: length, type: 'application/x-jsonl', encoding: '' };
  const facts = { wire, response, path: '', provider: 'anthropic', arrivals: null, firstByteMs: 5 };
  return readAnswer(facts as unknown as CallFacts, Buffer.from(text), { maxBytes: 10_000, requestModel: null });
}

test.each([null, 'openai-chat'] as const)(
  'a file of lines is no stream where the format has none of lines: %s',
  (wire) => {
    const { stream, complete, timeToFirstTokenMs, kept } = read(wire, LINES);
    expect({ stream, complete, timeToFirstTokenMs }).toEqual({
      stream: false,
      complete: null,
      timeToFirstTokenMs: null,
    });
    expect(Buffer.from(kept ?? []).toString()).toBe(LINES);
  },
);

test('lines are a stream where the format speaks them', () => {
  const { stream, complete } = read(
    'ollama',
    '{"model":"l","message":{"role":"assistant","content":"Hi"},"done":true}\n',
  );
  expect({ stream, complete }).toEqual({ stream: true, complete: true });
});
