import { Tiktoken } from 'js-tiktoken/lite';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { beforeAll, describe, expect, test } from 'vitest';
import { countTokens, MAX_WINDOW_WORK, WORK } from './count-tokens.js';
import type { EncodingName } from './encoding-of-model.js';

const ENGLISH =
  'The quick brown fox doesn’t jump over the lazy dog; it’s 12,345.67 metres away.\n\n  "Why?", she asked — and WE\'LL never know. ';
/** Texts of many kinds, each far shorter than a window. */
const TEXTS = [
  '',
  'a',
  'hi',
  ENGLISH,
  'const f = async (x: number): Promise<void> => { await g(x ** 2); };\r\n\t// end\n',
  '{"a":[1,2,{"b":"c d"}],"e":null}',
  '今天天气很好,我们去公园散步吧。',
  'こんにちは世界、元気ですか。 안녕하세요 세계',
  'Привет, мир! Γειά σου Κόσμε. مرحبا بالعالم שלום עולם',
  '👩‍👩‍👧‍👦 🏳️‍🌈 😀😃😄 e\u0301\u0301',
  '<|endoftext|><|fim_prefix|><|endofprompt|>',
  '\ud83d lone \udc00 surrogates \ud800',
  '    \n\n\t   indented     text   ',
  'https://example.com/a/b?c=d&e=%20f#g_h-i',
  'aGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0IHRleHQ=',
  'ÄÖÜäöüß naïve Ångström ΑΒΓ ÇA',
  '\0\x01\x7f\u0080\ufeff\uffff',
];

describe.each<[EncodingName, typeof o200k]>([
  ['o200k_base', o200k],
  ['cl100k_base', cl100k],
])('%s', (encoding, ranks) => {
  let library: Tiktoken;
  beforeAll(() => {
    library = new Tiktoken(ranks);
  });

  test('counts what the library counts', () => {
    for (const text of TEXTS) {
      expect([text, countTokens([text], encoding).tokens]).toEqual([text, library.encode(text, [], []).length]);
    }
  });

  test('the same for words made at random', () => {
    let state = 1;
    const random = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    const ranges = [
      [0x20, 0x7e],
      [0x61, 0x7a],
      [0xc0, 0x24f],
      [0x400, 0x4ff],
      [0x4e00, 0x9fff],
      [0x1f300, 0x1f6ff],
    ] as const;
    for (let round = 0; round < 300; round += 1) {
      const [low, high] = ranges[random(ranges.length)] as (typeof ranges)[number];
      const text = Array.from({ length: 1 + random(60) }, () => String.fromCodePoint(low + random(high - low))).join(
        '',
      );
      expect([text, countTokens([text], encoding).tokens]).toEqual([text, library.encode(text, [], []).length]);
    }
  });

  test('texts of which each is counted add up', () => {
    const sum = TEXTS.reduce((tokens, text) => tokens + library.encode(text, [], []).length, 0);
    expect(countTokens(TEXTS, encoding)).toMatchObject({ tokens: sum, whole: true });
  });
});

test('a long text is nearly right, and one too long to be counted too', () => {
  // Where two of them meet a space goes to the next word.
  const [one, two] = [1, 2].map((times) => countTokens([ENGLISH.repeat(times)], 'o200k_base').tokens) as [
    number,
    number,
  ];
  const exact = (times: number): number => one + (times - 1) * (two - one);
  const long = countTokens([ENGLISH.repeat(500)], 'o200k_base');
  expect(long.whole).toBe(true);
  expect(Math.abs(long.tokens / exact(500) - 1)).toBeLessThan(0.01);
  const sampled = countTokens([ENGLISH.repeat(20_000)], 'o200k_base');
  expect(sampled.whole).toBe(false);
  expect(Math.abs(sampled.tokens / exact(20_000) - 1)).toBeLessThan(0.01);
});

test('a sample is spread over all of the texts', () => {
  // Half of it is ten times as dense as the other, in one block, and takes fifty times as long to count.
  const texts = ['word '.repeat(200_000), '一丁丂七'.repeat(250_000)];
  const half = (text: string): number =>
    (countTokens([text.slice(0, 20_480)], 'o200k_base').tokens * 1_000_000) / 20_480;
  const expected = half(texts[0] as string) + half(texts[1] as string);
  expect(Math.abs(countTokens(texts, 'o200k_base').tokens / expected - 1)).toBeLessThan(0.05);
});

describe('what it takes is bounded', () => {
  const mega = (make: (at: number) => string): string => {
    let text = '';
    for (let at = 0; text.length < 1e6; at += 1) text += make(at);
    return text;
  };
  const texts: [string, string][] = [
    ['one letter', mega(() => 'a'.repeat(1000))],
    ['spaces', mega(() => ' '.repeat(1000))],
    ['line ends', mega(() => '\n'.repeat(1000))],
    ['random letters', mega((at) => String.fromCharCode(97 + ((at * at * 31 + at * 7) % 26)))],
    ['random capitals', mega((at) => String.fromCharCode(65 + ((at * at * 31 + at * 7) % 26)))],
    ['Chinese', mega((at) => String.fromCharCode(0x4e00 + ((at * 7919) % 20_000)))],
    ['emoji', mega((at) => String.fromCodePoint(0x1f300 + ((at * 7919) % 700)))],
    ['lone surrogates', mega(() => '\ud83d'.repeat(1000))],
    ['special tokens', mega(() => '<|endoftext|>')],
    ['combining marks', mega((at) => String.fromCharCode(0x300 + ((at * 31) % 100)))],
    ['English', mega(() => ENGLISH)],
  ];
  // Where this was measured, it took 2 to 13 ms of a core for each of the two bodies: a machine three times as slow stays below 100.
  test.each(texts)('1 MB of %s', (_name, text) => {
    const count = countTokens([text], 'o200k_base');
    expect(count.work).toBeLessThan(WORK + MAX_WINDOW_WORK);
    expect(count.tokens).toBeGreaterThan(1000);
  });

  test('hundred thousand texts', () => {
    const count = countTokens(
      Array.from({ length: 100_000 }, () => '一'),
      'o200k_base',
    );
    expect(count.work).toBeLessThan(WORK + MAX_WINDOW_WORK);
    expect(count).toMatchObject({ tokens: 100_000, whole: false });
  });
});
