import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createByteBudget } from '../upstream/byte-budget.js';
import { Capture } from './capture.js';
import { decodeEntries } from './message-entry.js';
import { kindOfMessage } from './message-kind.js';
import { MessageLog } from './message-log.js';

const USAGE = '"usage":{"input_tokens":1}';
const done = (padding = ''): string => `{"type":"response.done","response":{"output":"${padding}",${USAGE}}}`;

function start({ maxBytes = 10_000, meters = true, budget = 1e9 } = {}) {
  const capture = new Capture(createByteBudget(budget));
  let begun = 0;
  const log = new MessageLog({ capture, maxBytes, meters, begun: () => begun++ });
  return {
    log,
    capture,
    begun: () => begun,
    /** A message that comes in pieces of this length. */
    say(text: string, { isText = true, piece = 100, whole = true } = {}): void {
      const bytes = Buffer.from(text);
      log.begin(isText);
      for (let at = 0; at < bytes.length; at += piece) {
        let rest = bytes.subarray(at, at + piece);
        while (rest.length > 0) {
          const space = log.space(rest.length);
          if (space.length === 0) break;
          space.set(rest.subarray(0, space.length));
          log.filled(space.length);
          rest = rest.subarray(space.length);
        }
      }
      if (whole) log.end(bytes.length);
    },
    entries: () =>
      [...decodeEntries(Buffer.concat(capture.chunks))].map(({ kind, count, total, bytes }) => [
        kind,
        count,
        total,
        String(bytes),
      ]),
  };
}

describe('kindOfMessage', () => {
  test.each([
    ['{"type":"response.done"}', 'usage'],
    ['{"event_id":"event_1","type":"response.done"}', 'usage'],
    [' {\n "sequence_number" : 12 , "stream_id":"s", "type" : "response.completed"', 'usage'],
    ['{"type":"input_audio_buffer.append","audio":"', 'media'],
    ['{"type":"session.input_audio_buffer.append"', 'media'],
    ['{"event_id":"e","type":"response.audio.delta"', 'media'],
    ['{"type":"response.output_audio.delta"', 'media'],
    ['{"type":"session.output_audio.delta"', 'media'],
    ['{"type":"response.image_generation_call.partial_image"', 'media'],
    ['{"type":"response.output_audio_transcript.delta"', 'other'],
    ['{"type":"response.audio.done"', 'other'],
    ['{"type":"input_audio_buffer.commit"', 'other'],
    ['{"item":{"type":"message"},"type":"response.done"}', 'unknown'],
    ['{"audio":"AAAA', 'unknown'],
    ['[{"type":"response.done"}]', 'unknown'],
    ['hello', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (text, kind) => {
    expect(kindOfMessage(Buffer.from(text)).kind).toBe(kind);
  });

  test('takes no longer for a prefix that almost fits', () => {
    const began = performance.now();
    for (let i = 0; i < 1_000; i++) {
      kindOfMessage(Buffer.from(`{${' '.repeat(250)}${'"a":1,'.repeat(40)}`));
      kindOfMessage(Buffer.from(`{"a":"${'x'.repeat(500)}`));
    }
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('MessageLog', () => {
  test('keeps text, counts sound that follows each other, notes how it was closed', () => {
    const { log, say, entries, begun } = start();
    const sound = `{"type":"response.audio.delta","delta":"${'A'.repeat(5_000)}"}`;
    say('{"type":"session.created"}');
    say(sound);
    say(sound);
    say('{"type":"x"}');
    say(sound);
    say('\u0001', { isText: false });
    say('\u0001\u0002', { isText: false });
    log.close(Buffer.from('\x03\xe8', 'latin1'));
    log.finish();
    expect(entries()).toEqual([
      ['whole', 1, 26, '{"type":"session.created"}'],
      ['media', 2, 2 * sound.length, 'response.audio.delta'],
      ['whole', 1, 12, '{"type":"x"}'],
      ['media', 1, sound.length, 'response.audio.delta'],
      ['binary', 2, 3, ''],
      ['close', 1, 0, '\x03\ufffd'],
    ]);
    expect(begun()).toBe(1);
    expect(log.usageMissing).toBe(false);
  });

  test('what does not fit is counted; usages are kept all the same, as much of their events as it takes', () => {
    const { log, say, entries } = start({ maxBytes: 200 });
    say(`{"type":"a","b":"${'x'.repeat(300)}"}`);
    say('{"type":"b"}');
    say(done('y'.repeat(300)));
    say(done('z'.repeat(1_000_000)), { piece: 65_536 });
    log.finish();
    expect(entries()).toEqual([
      ['whole', 1, 12, '{"type":"b"}'],
      ['usage', 1, done('y'.repeat(300)).length, `${USAGE}}}`],
      ['usage', 1, done('z'.repeat(1_000_000)).length, `${USAGE}}}`],
    ]);
    expect(log.omitted).toEqual({ messages: 1, bytes: 319 });
    expect(log.usageMissing).toBe(false);
  });

  test.each([
    [
      'there is no room left for usages',
      (say: (text: string) => void) => {
        for (let i = 0; i < 120; i++) say(done().replace('1}', `1,"more":"${'m'.repeat(9_000)}"}`));
      },
    ],
    [
      'the usage stands too far from the end',
      (say: (text: string) => void) => say(`${done('x'.repeat(300)).slice(0, -1)},"m":"${'m'.repeat(20_000)}"}`),
    ],
    [
      'a message whose type does not show is too long',
      (say: (text: string) => void) => say(`{"response":{"output":"${'x'.repeat(300)}"}}`),
    ],
  ])('usage is missing when %s', (_why, talk) => {
    const { log, say } = start({ maxBytes: 200 });
    talk((text) => say(text, { piece: 65_536 }));
    log.finish();
    expect(log.usageMissing).toBe(true);
  });

  test('usage is missing where frames could not be read', () => {
    const { log } = start();
    log.lost();
    expect(log.usageMissing).toBe(true);
  });

  test('a client’s messages tell of no usage', () => {
    const { log, say, entries } = start({ maxBytes: 200, meters: false });
    say(done('x'.repeat(1_000)));
    say(`{"response":"${'x'.repeat(300)}"}`);
    expect(log.usageMissing).toBe(false);
    expect(entries()).toEqual([]);
    expect(log.omitted.messages).toBe(2);
  });

  test('without budget nothing is kept, and that is known', () => {
    const { log, say, capture } = start({ budget: 10 });
    say(done());
    log.finish();
    expect([capture.kept, capture.starved, log.usageMissing]).toEqual([0, true, true]);
  });

  test('one message takes 256 KiB at most, and is then cut', () => {
    const { log, say, entries } = start({ maxBytes: 1e6 });
    say(`{"type":"a","b":"${'x'.repeat(500_000)}"}`, { piece: 65_536 });
    log.finish();
    const [[kind, , total, text]] = entries() as [[string, number, number, string]];
    expect([kind, total, text.length]).toEqual(['cut', 500_019, 256 * 1024]);
  });

  test('what had come of a message when all was over is kept', () => {
    const { log, say, entries } = start();
    say('{"type":"a","b":"half', { whole: false });
    log.finish();
    expect(entries()).toEqual([['cut', 1, 21, '{"type":"a","b":"half']]);
  });

  test.each([
    [done().slice(0, -2), true, true],
    ['{"ty', true, true],
    ['{"type":"response.output_text.delta","delta":"ha', true, false],
    ['{"type":"response.output_audio.delta","delta":"QU', true, false],
    [done().slice(0, -2), false, false],
  ])(
    'usage is missing when all was over within an answer’s end: %s, of the provider %s: %s',
    (text, meters, missing) => {
      const { log, say } = start({ meters });
      say(done());
      say(text, { whole: false });
      log.finish();
      expect(log.usageMissing).toBe(missing);
    },
  );

  test('keeps the same however the message comes in', () => {
    const texts = [
      '{"type":"a"}',
      done('p'.repeat(2_000)),
      `{"type":"response.audio.delta","delta":"${'A'.repeat(900)}"}`,
    ];
    const expected = start();
    for (const text of texts) expected.say(text, { piece: 1e6 });
    expected.log.finish();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), (piece) => {
        const one = start();
        for (const text of texts) one.say(text, { piece });
        one.log.finish();
        expect(one.entries()).toEqual(expected.entries());
      }),
      { numRuns: 40 },
    );
  });
});
