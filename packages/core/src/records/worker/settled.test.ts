import { describe, expect, test } from 'vitest';
import type { RecordRow } from '../store.js';
import { type Settled, settledOf } from './settled.js';

function settled(row: Partial<RecordRow>, isSession = false): Settled {
  const whole: Partial<RecordRow> = {
    id: 'id',
    stream: true,
    truncated: false,
    outcome: 'success',
    finishReason: 'stop',
    timeToFirstTokenMs: 5,
    usageSource: 'provider',
    promptTokens: 10,
    completionTokens: 5,
    costNanoUsd: 70,
  };
  return settledOf({ ...whole, ...row } as RecordRow, isSession);
}

const FIGURES: Settled = ['id', 70, 15];
const BOUND: Settled = ['id', null, null];

describe('settles to its figures', () => {
  test.each<[string, Partial<RecordRow>]>([
    ['a whole answer', {}],
    ['an answer that told no usage', { usageSource: 'estimated' }],
    ['an answer longer than what is kept', { truncated: true }],
    [
      'a stream whose client left',
      { outcome: 'client_closed', truncated: true, usageSource: 'estimated', finishReason: null },
    ],
    ['a stream that was cut', { outcome: 'truncated', truncated: true, usageSource: 'estimated', finishReason: null }],
    [
      'a stream that fell silent',
      { outcome: 'timeout', truncated: true, usageSource: 'estimated', finishReason: null },
    ],
    ['a stream that was cut behind its usage', { outcome: 'truncated', truncated: true }],
    ['a document that its provider did not fail to tell', { outcome: 'upstream_error', stream: false }],
  ])('%s', (_name, row) => {
    expect(settled(row)).toEqual(FIGURES);
  });
});

describe('stays at its bound', () => {
  const broken = { truncated: true, finishReason: null, timeToFirstTokenMs: null } as const;
  test.each<[string, Partial<RecordRow>]>([
    ['a stream that was left before its output', { ...broken, outcome: 'client_closed', usageSource: 'estimated' }],
    ['one that told what it had used until then', { ...broken, outcome: 'client_closed' }],
    ['the same behind some output', { ...broken, outcome: 'truncated', timeToFirstTokenMs: 5 }],
    ['one with an error inside', { ...broken, outcome: 'upstream_error', timeToFirstTokenMs: 5 }],
    ['an answer that may hide reasoning', { usageSource: 'estimated', atLeast: true }],
    [
      'the same broken off',
      { ...broken, outcome: 'truncated', timeToFirstTokenMs: 5, usageSource: 'estimated', atLeast: true },
    ],
    ['a document that was cut', { outcome: 'truncated', truncated: true, stream: false, usageSource: 'estimated' }],
    ['a document whose client left', { outcome: 'client_closed', stream: false, usageSource: 'estimated' }],
  ])('%s', (_name, row) => {
    expect(settled(row)).toEqual(BOUND);
  });
});

test('of what is known in part only that part settles', () => {
  expect(settled({ usageSource: 'estimated', promptTokens: null, costNanoUsd: null })).toEqual(['id', null, null]);
  expect(settled({ costNanoUsd: null })).toEqual(['id', null, 15]);
});

test('a session tells its usage answer by answer', () => {
  expect(settled({ outcome: 'client_closed', truncated: true, finishReason: null }, true)).toEqual(FIGURES);
});
