import { describe, expect, test, vi } from 'vitest';
import { createContextWindows } from './context-window.js';

const NOW = Date.UTC(2026, 10, 1);

describe('with the library', () => {
  const windows = createContextWindows();

  test.each<[string, string, number | null]>([
    ['openai', 'gpt-4o-mini-2024-07-18', 128_000],
    ['openai', 'gpt-3.5-turbo', 16_385],
    ['anthropic', 'claude-sonnet-4-5-20250929', 200_000],
    ['google', 'gemini-2.5-flash', 1_048_576],
    ['google', 'gemini-2.5-pro', 1_048_576],
    ['groq', 'llama-3.3-70b-versatile', 131_072],
    ['openrouter', 'openai/gpt-4o', 128_000],
    ['gateway.example', 'gpt-4o', 128_000],
    ['azure', 'gpt-4o', 128_000],
    ['openai', 'our-own-model', null],
    ['constructor', 'our-own-model', null],
    ['openai', '', null],
    ['openai', 'x'.repeat(257), null],
  ])('%s %s: %s tokens', async (provider, model, tokens) => {
    await windows.ready();
    expect(windows.ready()).toBeNull();
    expect(windows.of(provider, model, NOW)).toBe(tokens);
    expect(windows.of(provider, model, NOW)).toBe(tokens);
  });
});

test('the library is loaded on first use, once', async () => {
  const load = vi.fn(async () => ({ calcPrice: () => null, providers: {} }));
  const windows = createContextWindows(load);
  expect(load).not.toHaveBeenCalled();
  const first = windows.ready();
  expect(windows.ready()).toBe(first);
  await first;
  expect(windows.ready()).toBeNull();
  expect(load).toHaveBeenCalledTimes(1);
});

test('a library that cannot be loaded leaves models unknown, and is tried again', async () => {
  const calcPrice = vi.fn(() => ({ model: { context_window: 5000 } }) as never);
  const load = vi.fn(async () => ({ calcPrice, providers: {} }));
  load.mockRejectedValueOnce(new Error('no such file'));
  const windows = createContextWindows(load);
  await windows.ready();
  expect(windows.of('openai', 'gpt-4o', NOW)).toBeNull();
  await windows.ready();
  expect(windows.of('openai', 'gpt-4o', NOW)).toBe(5000);
  expect(windows.of('openai', 'gpt-4o', NOW)).toBe(5000);
  expect(calcPrice).toHaveBeenCalledTimes(1);
});

test('a library that throws, or says nonsense, leaves the model unknown', async () => {
  for (const calcPrice of [
    () => {
      throw new Error('bad');
    },
    () => ({ model: { context_window: -1 } }) as never,
    () => ({ model: {} }) as never,
  ]) {
    const windows = createContextWindows(async () => ({ calcPrice, providers: { openai: 'openai' } }));
    await windows.ready();
    expect(windows.of('openai', 'gpt-4o', NOW)).toBeNull();
  }
});
