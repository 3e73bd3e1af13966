import { describe, expect, test } from 'vitest';
import { imageTokens } from './image-tokens.js';

const count = (model: string | null, width: number, height: number, detail: string | null = null): number | null =>
  imageTokens(model, { size: { width, height }, detail });

describe('OpenAI by tiles', () => {
  test.each([
    // The guide's examples: 768 x 768 is 4 tiles; 4096 x 8192 -> 1024 x 2048 -> 768 x 1536, 6 tiles.
    ['gpt-4o', 1024, 1024, 85 + 4 * 170],
    ['gpt-4o', 2048, 4096, 85 + 6 * 170],
    ['gpt-4o', 512, 512, 85 + 170],
    ['gpt-4o', 1, 1, 85 + 170],
    // 1920 x 1080 -> 1365.3 x 768: 3 x 2 tiles.
    ['gpt-4.1', 1920, 1080, 85 + 6 * 170],
    ['openai/gpt-4o-mini', 1024, 1024, 2833 + 4 * 5667],
    ['gpt-5', 1024, 1024, 70 + 4 * 140],
    ['o3', 1024, 1024, 75 + 4 * 150],
    ['o1-pro', 1024, 1024, 75 + 4 * 150],
  ])('%s, %i x %i: %i', (model, width, height, tokens) => {
    expect(count(model, width, height)).toBe(tokens);
  });

  test('low detail is the base alone', () => {
    expect(count('gpt-4o', 4000, 4000, 'low')).toBe(85);
    expect(count('gpt-5', 4000, 4000, 'low')).toBe(70);
  });
});

describe('OpenAI by patches', () => {
  test.each([
    // The guide's examples: 1024 x 1024 has 32 x 32 patches; 1800 x 2400 shrinks to 33 x 44 = 1452.
    ['gpt-4.1-mini', 1024, 1024, Math.ceil(1024 * 1.62)],
    ['gpt-4.1-mini', 1800, 2400, Math.ceil(1452 * 1.62)],
    ['o4-mini', 1024, 1024, Math.ceil(1024 * 1.72)],
    ['gpt-4.1-nano', 1024, 1024, Math.ceil(1024 * 2.46)],
    ['gpt-5-mini', 768, 1024, Math.ceil(768 * 1.62)],
    ['gpt-5-nano', 1024, 1024, Math.ceil(1024 * 2.46)],
    ['gpt-5.4-mini', 1024, 1024, Math.ceil(1024 * 1.62)],
    ['gpt-5.2', 1800, 2400, 1452],
    ['gpt-5.1-codex-mini', 1024, 1024, 1024],
    // 2048 px at most: 2048 x 50 is 64 x 2.
    ['gpt-5.2', 4096, 100, 128],
    // 100 x 162 is exactly 1.62 of them, for all that 100 * 1.62 is a hair more.
    ['gpt-5-mini', 320, 320, 162],
  ])('%s, %i x %i: %i', (model, width, height, tokens) => {
    expect(count(model, width, height)).toBe(tokens);
  });
});

test.each([
  ['gpt-5.4', null, 2500],
  ['gpt-5.4', 'high', 2500],
  ['gpt-5.4', 'original', 9216],
  ['gpt-5.5', null, 9216],
  ['gpt-5.5', 'high', 2500],
  ['gpt-5.6-sol', 'auto', 9216],
  ['gpt-5.6-sol', 'low', 2500],
])('%s, 3072 x 3072, detail %s: %i', (model, detail, tokens) => {
  expect(count(model, 3072, 3072, detail)).toBe(tokens);
});

test.each([
  [200, 200, 64],
  [1000, 1000, 1296],
  [1092, 1092, 1521],
  // 39 x 39 is the largest square.
  [4000, 4000, 1521],
  [3136, 1568, 1568],
  [3136, 784, 784],
  // The guide's examples: made 1456 x 819 and 924 x 1307.
  [1920, 1080, 52 * 30],
  [1075, 1520, 33 * 47],
])('Anthropic, %i x %i: %i', (width, height, tokens) => {
  expect(count('claude-sonnet-4-5', width, height)).toBe(tokens);
  expect(count('us.anthropic.claude-sonnet-4-20250514-v1:0', width, height)).toBe(tokens);
});

test('Anthropic, from 4.7 on', () => {
  for (const name of ['claude-opus-4-7', 'anthropic/claude-opus-4.8', 'global.anthropic.claude-sonnet-5-v1:0']) {
    expect(count(name, 1920, 1080)).toBe(69 * 39);
    expect(count(name, 4000, 4000)).toBe(69 * 69);
  }
});

test.each([
  [384, 384, 258],
  [385, 384, 258],
  [1024, 1024, 4 * 258],
  [769, 100, 2 * 258],
])('Gemini, %i x %i: %i', (width, height, tokens) => {
  expect(count('gemini-2.5-flash', width, height)).toBe(tokens);
});

test('Gemini 3 counts every picture the same', () => {
  expect(count('gemini-3-pro-preview', 4000, 10)).toBe(1120);
});

test('a size that is not told is taken for 1024 x 1024, a model that is not known for nothing', () => {
  expect(imageTokens('gpt-4o', { size: null, detail: null })).toBe(765);
  expect(imageTokens('gpt-4o', { size: null, detail: 'low' })).toBe(85);
  expect(count('llama-4-scout', 10, 10)).toBeNull();
  expect(count(null, 10, 10)).toBeNull();
});
