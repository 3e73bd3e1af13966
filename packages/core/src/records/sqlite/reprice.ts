import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { createPricer, type Price, type Pricer } from '../../cost/price.js';
import { NOTHING_REPRICED, type Repriced, type RepriceQuery, type UsageColumns, usageOfColumns } from '../reprice.js';
import type { UsageDetails } from '../usage-details.js';
import { safeText } from './columns.js';
import { inTransaction } from './database.js';
import { type RollUps, SUMMED_COLUMNS } from './roll-ups.js';
import { bind, joinSql, type Sql, sql } from './sql.js';

/** Records of one transaction: other processes, and other questions to this thread, get their turn in between. */
const AT_ONCE = 500;
/** Rows that one transaction looks through for them: where few are meant, it would otherwise read the whole table. */
const LOOKED_THROUGH = 20_000;

const COLUMNS = `record, provider, model, price_source, usage_details, service_tier, cache_read_tokens, cache_write_tokens,
  cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, prompt_audio_tokens, completion_audio_tokens,
  ${SUMMED_COLUMNS}`;

const BOUNDS =
  'SELECT (SELECT min(record) FROM records WHERE record > ?) AS first, (SELECT max(record) FROM records) AS newest';

/** Some records priced again, and behind which row it goes on; null at its end. */
export interface RepricePiece {
  done: Repriced;
  next: number | null;
}

/** Prices the next records, those behind row `after` (0: from the first). */
export function repricePiece(
  database: DatabaseSync,
  rollUps: RollUps,
  { query, after }: { query: RepriceQuery; after: number },
): RepricePiece {
  const pricer = createPricer(query.prices ?? []);
  return inTransaction(database, () => {
    const { first, newest } = database.prepare(BOUNDS).get(after) as { first: number | null; newest: number | null };
    if (first === null || newest === null) return { done: NOTHING_REPRICED, next: null };
    const last = first + LOOKED_THROUGH - 1;
    const { text, values } = sql`SELECT ${COLUMNS} FROM records
      WHERE record BETWEEN ${bind(first)} AND ${bind(last)} AND ${whereSql(query)} ORDER BY record LIMIT ${bind(AT_ONCE)}`;
    const rows = database.prepare(text).all(...values);
    const write = database.prepare('UPDATE records SET cost_nano = ?, price_source = ? WHERE record = ?');
    const done = { ...NOTHING_REPRICED, read: rows.length };
    for (const row of rows) {
      const price = priceOf(row, pricer);
      if (price === null) done.unknown += 1;
      else if (price.nanoUsd !== row.cost_nano) {
        done.changed += 1;
        done.addedNanoUsd += price.nanoUsd - ((row.cost_nano as number | null) ?? 0);
        if (query.dryRun !== true) change({ row, price }, write, rollUps);
      }
    }
    const read = rows.length < AT_ONCE ? last : (rows.at(-1)?.record as number);
    return { done, next: read < newest ? read : null };
  });
}

function whereSql({ tenant, from, to, provider, model, all = false }: RepriceQuery): Sql {
  const parts = [sql`usage_source <> 'none'`, sql`cache_reference_id IS NULL`, sql`price_source IS NOT 'intake'`];
  if (!all) parts.push(sql`cost_nano IS NULL`);
  // The plus keeps SQLite from finding all of a tenant's rows by an index, and sorting them, for each piece anew.
  if (tenant !== undefined) parts.push(sql`+tenant = ${bind(safeText(tenant))}`);
  if (from !== undefined) parts.push(sql`created_at >= ${bind(from)}`);
  if (to !== undefined) parts.push(sql`created_at < ${bind(to)}`);
  if (provider !== undefined) parts.push(sql`provider = ${bind(safeText(provider))}`);
  if (model !== undefined) parts.push(sql`model = ${bind(safeText(model))}`);
  return joinSql(parts, ' AND ');
}

function priceOf(row: Record<string, unknown>, pricer: Pricer): Price | null {
  const details = row.usage_details === null ? null : (JSON.parse(row.usage_details as string) as UsageDetails);
  const usage = usageOfColumns(row as unknown as UsageColumns, details);
  if (usage === null) return null;
  return pricer.price({
    provider: row.provider as string,
    // Without a name there is no list price, but the provider may have told the cost.
    model: (row.model as string | null) ?? '',
    usage,
    serviceTier: row.service_tier as string | null,
    at: row.created_at as number,
  });
}

function change(
  { row, price }: { row: Record<string, unknown>; price: Price },
  write: StatementSync,
  rollUps: RollUps,
): void {
  write.run(price.nanoUsd, price.source, row.record as number);
  rollUps.changeCost(row, price.nanoUsd);
}
