import { expect, test } from 'vitest';
import type { Reservation } from './reservation.js';
import { Settlements } from './settlements.js';

const TAKEN = { points: 0, endsAt: 60_000 };

function reservation(unit: Reservation['unit'], points: number, scale = 1): Reservation {
  return { key: unit, unit, scale, points, taken: TAKEN };
}

function setup(maxPending?: number) {
  const adjusted: [string, number][] = [];
  const store = { adjust: (key: string, points: number) => void adjusted.push([key, points]) };
  return { settlements: new Settlements(store, maxPending), adjusted };
}

test.each<[string, { costNanoUsd: number | null; tokens: number | null }, [string, number][]]>([
  [
    'both known',
    { costNanoUsd: 30, tokens: 7 },
    [
      ['cents', -70],
      ['tokens', -93],
    ],
  ],
  ['more than reserved', { costNanoUsd: 130, tokens: 100 }, [['cents', 30]]],
  ['cost unknown', { costNanoUsd: null, tokens: 7 }, [['tokens', -93]]],
  ['nothing known', { costNanoUsd: null, tokens: null }, []],
])('a call settles each of its limits to its own figure: %s', (_name, used, expected) => {
  const { settlements, adjusted } = setup();
  settlements.hold('a', [reservation('cents', 100), reservation('tokens', 100)]);
  settlements.settle('a', used);
  expect(adjusted).toEqual(expected);
  settlements.settle('a', { costNanoUsd: 0, tokens: 0 });
  settlements.giveBack('a');
  expect(adjusted).toEqual(expected);
  expect(settlements.pending).toBe(0);
});

test('a true figure is rounded up to whole points', () => {
  const { settlements, adjusted } = setup();
  settlements.hold('a', [reservation('cents', 10, 1000)]);
  settlements.settle('a', { costNanoUsd: 2001, tokens: 0 });
  expect(adjusted).toEqual([['cents', -7]]);
});

test('what is forgotten stays at its bound', () => {
  const { settlements, adjusted } = setup();
  settlements.hold('a', [reservation('cents', 100)]);
  settlements.forget('a');
  settlements.giveBack('a');
  expect(adjusted).toEqual([]);
});

test('calls that nobody settles do not pile up: the oldest stays at its bound', () => {
  const { settlements, adjusted } = setup(2);
  for (const id of ['a', 'b', 'c']) settlements.hold(id, [reservation('cents', 1)]);
  expect(settlements.pending).toBe(2);
  for (const id of ['a', 'b', 'c']) settlements.giveBack(id);
  expect(adjusted).toHaveLength(2);
});
