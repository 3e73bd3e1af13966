import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { recordRow } from '@helicone-proxy/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOTHING_REPRICED, type RepriceQuery, repriceAll } from '../reprice.js';
import { openWriter, type SqliteWriter } from './writer.js';

let folder: string;
let writer: SqliteWriter;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprice-'));
  writer = openWriter(join(folder, 'helicone.db'));
});
afterEach(() => {
  writer.close();
  rmSync(folder, { recursive: true });
});

const QUERY: RepriceQuery = { prices: [{ model: 'new-model', inputUsdPerMTok: 1, outputUsdPerMTok: 1 }] };

/** Writes unpriced records, and gives their rows these numbers. */
function write(...numbers: number[]): void {
  writer.append(
    numbers.map((_, n) => recordRow(n, { provider: 'acme', model: 'new-model', costNanoUsd: null, priceSource: null })),
  );
  const database = new DatabaseSync(join(folder, 'helicone.db'));
  const move = database.prepare('UPDATE records SET record = ? WHERE id = ?');
  for (const [n, number] of [...numbers.entries()].reverse()) move.run(number, recordRow(n).id);
  database.close();
}

async function piecesOf(query: RepriceQuery): Promise<{ pieces: number; read: number; changed: number }> {
  let pieces = 0;
  const { read, changed } = await repriceAll(async (after) => {
    pieces += 1;
    return writer.repricePiece(query, after);
  });
  return { pieces, read, changed };
}

test('a piece looks through no more than so many rows, and gaps cost nothing', async () => {
  write(1, 20_000, 20_001, 50_000_000, 50_019_999, 50_020_000);
  expect(await piecesOf({ ...QUERY, dryRun: true })).toEqual({ pieces: 4, read: 6, changed: 6 });
  // Of one tenant too: by the rows' numbers, and by no index that would have to be sorted for each piece.
  expect(await piecesOf({ ...QUERY, tenant: 'default' })).toEqual({ pieces: 4, read: 6, changed: 6 });
  expect(await piecesOf(QUERY)).toEqual({ pieces: 4, read: 0, changed: 0 });
});

test('no records at all', async () => {
  expect(writer.repricePiece(QUERY, 0)).toEqual({ done: NOTHING_REPRICED, next: null });
});
