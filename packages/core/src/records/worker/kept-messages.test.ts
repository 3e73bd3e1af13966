import { describe, expect, test } from 'vitest';
import type { EntryKind, MessageEntry } from '../../stream/message-entry.js';
import { KeptMessages } from './kept-messages.js';

const entry = (text: string, kind: EntryKind = 'whole', more: Partial<MessageEntry> = {}): MessageEntry => {
  const bytes = Buffer.from(text);
  return { kind, count: 1, total: bytes.length, bytes, ...more };
};

function keptOf(entries: MessageEntry[], maxBytes = 100_000) {
  const kept = new KeptMessages(maxBytes);
  for (const each of entries) {
    let message: unknown = null;
    try {
      message = each.kind === 'whole' ? JSON.parse(String(each.bytes)) : null;
    } catch {}
    kept.add(each, message);
  }
  const array = kept.array();
  return { text: array === null ? null : String(array), incomplete: kept.incomplete };
}

describe('KeptMessages', () => {
  test('keeps what is JSON as it was spelled, and anything else as text', () => {
    const { text, incomplete } = keptOf([entry('{ "a": 1.0 }'), entry('plain "text"'), entry('\u00e9')]);
    expect(text).toBe('[{ "a": 1.0 },"plain \\"text\\"","é"]');
    expect(incomplete).toBe(false);
  });

  test('nothing said is null', () => {
    expect(keptOf([]).text).toBeNull();
  });

  test('leaves sound and pictures out, and long prose alone', () => {
    const sound = 'QUJD'.repeat(500);
    const prose = 'many words. '.repeat(200);
    const message = { audio: sound, deep: [{ url: `data:image/png;base64,${sound}` }], text: prose, short: 'QUJD' };
    expect(JSON.parse(keptOf([entry(JSON.stringify(message))]).text as string)).toEqual([
      { ...message, audio: '<2000 characters left out>', deep: [{ url: '<2022 characters left out>' }] },
    ]);
  });

  test('a message nested too deeply to be written again is kept as it is', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    expect(keptOf([entry(deep)], 1e6).text).toBe(`[${deep}]`);
  });

  test('beyond its length it counts', () => {
    const { text, incomplete } = keptOf([entry('{"a":1}'), entry('{"b":"much longer"}'), entry('{"c":3}')], 20);
    expect(JSON.parse(text as string)).toEqual([{ a: 1 }, { c: 3 }, { helicone_omitted: { messages: 1, bytes: 19 } }]);
    expect(incomplete).toBe(true);
  });

  test('a part of a message, sound and how it was closed', () => {
    const { text, incomplete } = keptOf([
      entry('{"a":"b', 'cut', { total: 900 }),
      entry('response.audio.delta', 'media', { count: 3, total: 5_000 }),
      entry('', 'binary', { count: 2, total: 7 }),
      entry('\x0f\xa0', 'close', { bytes: Buffer.from([0x0f, 0xa0, 0x6f, 0x6b]) }),
      entry('', 'close'),
    ]);
    expect(JSON.parse(text as string)).toEqual([
      { helicone_cut: '{"a":"b', bytes: 900 },
      { type: 'response.audio.delta', helicone_omitted: { messages: 3, bytes: 5_000 } },
      { type: 'binary', helicone_omitted: { messages: 2, bytes: 7 } },
      { helicone_close: { code: 4000, reason: 'ok' } },
      { helicone_close: { code: null, reason: '' } },
    ]);
    expect(incomplete).toBe(true);
  });
});
