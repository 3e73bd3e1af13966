import { expect, test } from 'vitest';
import { type ChildEnd, startChild } from '../rig/child.js';
import type { Report } from './taking-workers.js';

const script = new URL('taking-workers.ts', import.meta.url);

interface Outcome {
  reports: Report[];
  end: ChildEnd;
}

async function runCluster(...args: string[]): Promise<Outcome> {
  const child = startChild(script, { args });
  const { reports, codes } = await child.message<{ reports: Report[]; codes: number[] }>('reports');
  expect(codes.every((code) => code === 0)).toBe(true);
  return { reports, end: await child.ended };
}

const MINUTE_MS = 60_000;
const MONTH_MS = 30 * 24 * 60 * MINUTE_MS;

test.each([
  ['a minute', MINUTE_MS],
  ['30 days', MONTH_MS],
])('4 workers, 200 takes, quota 10, a window of %s: exactly 10 get through', async (_, windowMs) => {
  const before = Date.now();
  const { reports, end } = await runCluster('4', '50', '10', String(windowMs));
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(reports.map(({ points }) => points.length)).toEqual([50, 50, 50, 50]);
  expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
  const admitted = reports.flatMap(({ points }) => points.filter((each) => each <= 10));
  expect(admitted.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const [endsAt, ...others] = new Set(reports.flatMap((report) => report.endsAt));
  expect(others).toEqual([]);
  expect(endsAt).toBeGreaterThanOrEqual(before + windowMs);
  expect(endsAt).toBeLessThanOrEqual(Date.now() + windowMs);
});

test('a primary that never called setupPrimary fails takes in time, and says what is missing', async () => {
  const { reports, end } = await runCluster('2', '3', '10', String(MINUTE_MS), 'deaf');
  expect(end).toMatchObject({ code: 0, stderr: '' });
  const errors = reports.flatMap((report) => report.errors);
  expect(errors).toHaveLength(6);
  expect(new Set(errors)).toEqual(
    new Set(['the primary of the cluster did not count within 100 ms; is setupPrimary() called there?']),
  );
});
