import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentCounts } from './recent-counts.js';

test('what is older than the window is gone, and nothing that is younger than nine tenths of it', () => {
  const event = fc.record({ afterMs: fc.integer({ min: 0, max: 3000 }), marked: fc.boolean() });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const counts = new RecentCounts(10_000);
      const seen: { at: number; marked: boolean }[] = [];
      let now = 0;
      for (const { afterMs, marked } of events) {
        now += afterMs;
        counts.add(marked, now);
        seen.push({ at: now, marked });
        const within = (ms: number) => seen.filter(({ at }) => at > now - ms);
        expect(counts.all).toBeGreaterThanOrEqual(within(9_000).length);
        expect(counts.all).toBeLessThanOrEqual(within(10_000).length);
        expect(counts.marked).toBeGreaterThanOrEqual(within(9_000).filter((each) => each.marked).length);
        expect(counts.marked).toBeLessThanOrEqual(within(10_000).filter((each) => each.marked).length);
      }
    }),
  );
});

test('cleared it counts from anew', () => {
  const counts = new RecentCounts(1000);
  counts.add(true, 0);
  counts.clear();
  expect([counts.all, counts.marked]).toEqual([0, 0]);
  counts.add(false, 50);
  counts.forget(5000);
  expect(counts.all).toBe(0);
});
