import { beforeEach, expect, test, vi } from 'vitest';

let uuidv7: (nowMs: number) => string;
let isUuid: (text: string) => boolean;

// The counter belongs to the process: each test begins with a module of its own.
beforeEach(async () => {
  vi.resetModules();
  ({ uuidv7, isUuid } = await import('./uuid.js'));
});

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** The 48 bits of Unix ms at an id's start. */
function msOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

test('an id is of version 7 and variant 10, and begins with its time', () => {
  for (let i = 0; i < 2000; i++) {
    const id = uuidv7(NOW + i);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(msOf(id)).toBe(NOW + i);
  }
});

test('ids of one millisecond differ and stand in the order of their making, also beyond 4096', () => {
  const ids = Array.from({ length: 10_000 }, () => uuidv7(NOW));
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
  // 4096 to a millisecond, the rest borrowed from the next two.
  expect(ids.map(msOf).filter((ms) => ms === NOW)).toHaveLength(4096);
  expect(msOf(ids.at(-1) as string)).toBe(NOW + 2);
});

test('after a burst that borrowed time the order holds when the clock catches up', () => {
  const ids = Array.from({ length: 5000 }, () => uuidv7(NOW));
  for (let i = 1; i < 5; i++) ids.push(uuidv7(NOW + i));
  expect([...ids].sort()).toEqual(ids);
  expect(msOf(ids.at(-1) as string)).toBe(NOW + 4);
});

test('a clock that goes back does not break the order', () => {
  const ids = [uuidv7(NOW), uuidv7(NOW - 60_000), uuidv7(NOW - 1), uuidv7(NOW), uuidv7(NOW + 1)];
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the random part is drawn anew for each id', () => {
  const tails = new Set(Array.from({ length: 3000 }, () => uuidv7(NOW).slice(19)));
  expect(tails.size).toBe(3000);
});

test('UUIDs of any version and case are told from other texts', () => {
  expect(isUuid('00000000-0000-0000-0000-000000000000')).toBe(true);
  expect(isUuid('0190F5E8-7B6A-4ABC-8DEF-0123456789AB')).toBe(true);
  for (const text of ['', ' 0190f5e8-7b6a-7abc-8def-0123456789ab', '0190f5e8-7b6a-7abc-8def-0123456789ab\n', '{x}']) {
    expect(isUuid(text)).toBe(false);
  }
});
