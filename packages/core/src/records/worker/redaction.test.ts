import { expect, test } from 'vitest';
import type { Redacted } from '../redact.js';
import type { RecordPatch, RecordRow } from '../store.js';
import { type RedactFailure, Redaction, type WriterRedact } from './redaction.js';

function start(redact: WriterRedact) {
  const asked: number[] = [];
  const failures: RedactFailure[] = [];
  const redaction = new Redaction({
    redact,
    ask: (turn) => void asked.push(turn),
    failed: (failure) => void failures.push(failure),
  });
  return { redaction, asked, failures };
}

function row(id: string): RecordRow {
  return {
    id,
    userId: 'ada',
    promptId: 'p',
    properties: { team: 'x', 'helicone-prompt-id': 'p' },
    error: 'e',
    requestBody: Buffer.from('q'),
    responseBody: null,
    costNanoUsd: 7,
  } as unknown as RecordRow;
}

const KEPT: Redacted = { requestBody: 'q', responseBody: null, userId: 'bob', properties: {}, error: null };
const FIGURES = {
  ...{ userId: null, promptId: null, properties: {}, error: null },
  ...{ requestBody: null, responseBody: null, costNanoUsd: 7 },
};

test('without redaction rows and patches stay as they are', async () => {
  const { redaction, asked } = start(null);
  const rows = [row('a')];
  expect(await redaction.rows(rows)).toBe(rows);
  const patch: RecordPatch = { kind: 'property', key: 'a', value: 'b' };
  expect(await redaction.patches('acme', 'r', patch)).toEqual([patch]);
  expect(asked).toEqual([]);
});

test('the host is asked, and each answer finds its rows; bytes that stay are the same', async () => {
  const { redaction, asked, failures } = start('host');
  const [one, other] = [row('a'), row('b')];
  const first = redaction.rows([one]);
  const second = redaction.rows([other]);
  expect(asked).toEqual([1, 2]);
  redaction.answered(2, [{ ...KEPT, userId: '' }]);
  redaction.answered(1, [KEPT]);
  redaction.answered(1, [null]);
  redaction.answered(9, [null]);
  expect(await first).toMatchObject([{ id: 'a', userId: 'bob', properties: {}, error: null, costNanoUsd: 7 }]);
  expect((await first)[0]?.requestBody).toBe(one.requestBody);
  expect(await second).toMatchObject([{ id: 'b', userId: null }]);
  expect(failures).toEqual([]);
});

test('the prompt’s id goes with the property that it is', async () => {
  const { redaction } = start('host');
  const rows = redaction.rows([row('a'), row('b'), { ...row('c'), promptId: null }]);
  const properties = { 'helicone-prompt-id': 'q' };
  redaction.answered(1, [KEPT, { ...KEPT, properties }, { ...KEPT, properties }]);
  expect((await rows).map(({ promptId }) => promptId)).toEqual([null, 'q', null]);
});

test('of rows that failed, or that no answer speaks of, the figures are left', async () => {
  const { redaction, failures } = start('host');
  const rows = redaction.rows([row('a'), row('b'), row('c')]);
  redaction.answered(1, [null, KEPT]);
  expect(await rows).toMatchObject([FIGURES, { userId: 'bob' }, FIGURES]);
  expect(failures).toEqual([{ message: null, records: 2 }]);
});

test('a module that cannot be loaded: told once by name, and nothing but figures', async () => {
  const { redaction, failures } = start({ module: 'no-such-package-anywhere' });
  expect(await redaction.rows([row('a')])).toMatchObject([FIGURES]);
  expect(failures).toEqual([
    { message: expect.stringContaining('no-such-package-anywhere'), records: 0 },
    { message: null, records: 1 },
  ]);
  expect(await redaction.patches('acme', 'r', { kind: 'user', userId: 'ada' })).toEqual([]);
  expect(await redaction.patches('acme', 'r', { kind: 'feedback', rating: true })).toEqual([
    { kind: 'feedback', rating: true },
  ]);
});

test('patches: changed, renamed, taken away', async () => {
  const { redaction } = start('host');
  const property = redaction.patches('acme', 'r', { kind: 'property', key: 'mail', value: 'ada' });
  redaction.answered(1, [{ ...KEPT, properties: { who: 'x', mail: 'y' } }]);
  expect(await property).toEqual([
    { kind: 'property', key: 'who', value: 'x' },
    { kind: 'property', key: 'mail', value: 'y' },
  ]);
  const gone = redaction.patches('acme', 'r', { kind: 'property', key: 'mail', value: 'ada' });
  redaction.answered(2, [KEPT]);
  expect(await gone).toEqual([]);
  const user = redaction.patches('acme', 'r', { kind: 'user', userId: 'ada' });
  redaction.answered(3, [KEPT]);
  expect(await user).toEqual([{ kind: 'user', userId: 'bob' }]);
  const nobody = redaction.patches('acme', 'r', { kind: 'user', userId: 'ada' });
  redaction.answered(4, [{ ...KEPT, userId: null }]);
  expect(await nobody).toEqual([]);
});
