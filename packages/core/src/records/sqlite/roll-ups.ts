import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordRow } from '../store.js';
import { createdAtOf, safeNumber, safeText } from './columns.js';
import { SUM_COLUMNS } from './schema.js';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Buckets per doubling of the latency: each is 19 % wide. */
const BUCKETS_PER_DOUBLING = 4;
const LAST_BUCKET = 24 * BUCKETS_PER_DOUBLING;

/**
 * Bucket of a latency: bucket n holds `2^((n - 1) / 4) <= ms < 2^(n / 4)`; 0 holds what is below 1 ms, 96 all
 * from 2^(95 / 4) ms on, about 3.9 hours.
 */
export function latencyBucket(ms: number): number {
  if (!(ms >= 1)) return 0;
  return Math.min(Math.floor(Math.log2(ms) * BUCKETS_PER_DOUBLING) + 1, LAST_BUCKET);
}

/** Columns of `records` that `moveUser` reads. */
export const SUMMED_COLUMNS =
  'tenant, created_at, user_id, status, prompt_tokens, completion_tokens, cost_nano, delay_ms';

/** Sums of one group, in the order of `SUM_COLUMNS`. */
type UsageSums = [number, number, number, number, number, number, number];

interface Group {
  key: (string | number)[];
  sums: UsageSums;
}

/** Adds batches to the roll-up tables. */
export class RollUps {
  readonly #hour: StatementSync;
  readonly #user: StatementSync;
  readonly #latency: StatementSync;
  readonly #emptyUser: StatementSync;

  constructor(database: DatabaseSync) {
    this.#hour = database.prepare(upsert('usage_by_hour', ['tenant', 'hour', 'provider', 'model']));
    this.#user = database.prepare(upsert('usage_by_day_user', ['tenant', 'day', 'user_id']));
    this.#latency = database.prepare(upsert('latency_by_hour', ['tenant', 'hour', 'bucket']));
    this.#emptyUser = database.prepare(
      'DELETE FROM usage_by_day_user WHERE tenant = ? AND day = ? AND user_id = ? AND requests <= 0',
    );
  }

  /** Sums the rows here first, so that a batch costs few statements. Belongs into the transaction that inserts them. */
  add(rows: readonly RecordRow[]): void {
    const byHour = new Map<string, Group>();
    const byUser = new Map<string, Group>();
    const byLatency = new Map<string, Group>();
    for (const row of rows) {
      const sums = sumsOf(row);
      const tenant = safeText(row.tenant);
      const hour = Math.floor(createdAtOf(row) / HOUR_MS);
      const day = Math.floor(createdAtOf(row) / DAY_MS);
      count(byHour, [tenant, hour, safeText(row.provider), safeText(row.model ?? '')], sums);
      count(byUser, [tenant, day, safeText(row.userId ?? '')], sums);
      count(byLatency, [tenant, hour, latencyBucket(row.delayMs)], sums);
    }
    write(this.#hour, byHour);
    write(this.#user, byUser);
    write(this.#latency, byLatency);
  }

  /**
   * Another cost, in nano-USD, of one record, read with `SUMMED_COLUMNS`, provider and model. Belongs into the transaction that
   * changes it.
   */
  changeCost(record: Record<string, unknown>, costNanoUsd: number): void {
    const sums = costChange(record.cost_nano as number | null, costNanoUsd);
    const tenant = record.tenant as string;
    const hour = Math.floor((record.created_at as number) / HOUR_MS);
    const day = Math.floor((record.created_at as number) / DAY_MS);
    this.#hour.run(tenant, hour, record.provider as string, (record.model as string | null) ?? '', ...sums);
    this.#user.run(tenant, day, (record.user_id as string | null) ?? '', ...sums);
    this.#latency.run(tenant, hour, latencyBucket(record.delay_ms as number), ...sums);
  }

  /** Moves the sums of one record, read with `SUMMED_COLUMNS`, to another user. Belongs into the transaction that changes it. */
  moveUser(record: Record<string, unknown>, userId: string): void {
    const sums = sumsOf({
      status: record.status as number,
      promptTokens: record.prompt_tokens as number | null,
      completionTokens: record.completion_tokens as number | null,
      costNanoUsd: record.cost_nano as number | null,
      delayMs: record.delay_ms as number,
    });
    const day = [record.tenant as string, Math.floor((record.created_at as number) / DAY_MS)] as const;
    const before = [...day, (record.user_id as string | null) ?? ''] as const;
    this.#user.run(...before, ...sums.map((sum) => -sum));
    this.#emptyUser.run(...before);
    this.#user.run(...day, userId, ...sums);
  }
}

/** What changes in the sums when a record's cost does. */
function costChange(before: number | null, after: number): UsageSums {
  return [0, 0, 0, 0, after - (before ?? 0), before === null ? -1 : 0, 0];
}

type Summed = Pick<RecordRow, 'status' | 'promptTokens' | 'completionTokens' | 'costNanoUsd' | 'delayMs'>;

function sumsOf(row: Summed): UsageSums {
  const cost = safeNumber(row.costNanoUsd);
  return [
    1,
    row.status >= 400 || row.status < 0 ? 1 : 0,
    safeNumber(row.promptTokens) ?? 0,
    safeNumber(row.completionTokens) ?? 0,
    cost ?? 0,
    cost === null ? 1 : 0,
    safeNumber(row.delayMs) ?? 0,
  ];
}

function count(groups: Map<string, Group>, key: (string | number)[], sums: UsageSums): void {
  // A NUL cannot be in a key: safeText replaced it.
  const name = key.join('\0');
  const group = groups.get(name);
  if (group === undefined) groups.set(name, { key, sums: [...sums] });
  else for (const index of sums.keys()) (group.sums[index] as number) += sums[index] as number;
}

function write(statement: StatementSync, groups: Map<string, Group>): void {
  for (const { key, sums } of groups.values()) statement.run(...key, ...sums);
}

function upsert(table: string, keys: string[]): string {
  const columns = [...keys, ...SUM_COLUMNS];
  const updates = SUM_COLUMNS.map((name) => `${name} = ${name} + excluded.${name}`);
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
    ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${updates.join(', ')}`;
}
