import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordRow } from '../store.js';
import { safeName, safeText } from './columns.js';

/** Names that are kept of one tenant: more than anybody looks through. */
const MAX_NAMES = 10_000;
/** Names that this connection knows to be kept, of all tenants together; beyond it they are forgotten and looked up again. */
const MAX_KNOWN = 50_000;

/** Keeps the names of properties, so that a list of them needs no look at the records. */
export class PropertyNames {
  readonly #insert: StatementSync;
  readonly #count: StatementSync;
  readonly #known = new Map<string, Set<string>>();
  /** Tenants that have as many as are kept. */
  readonly #full = new Set<string>();
  #knownNames = 0;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare('INSERT INTO property_names (tenant, name) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.#count = database.prepare('SELECT count(*) AS n FROM property_names WHERE tenant = ?');
  }

  /** Belongs into the transaction that writes the records; call `forget` when that fails. */
  add(rows: readonly Pick<RecordRow, 'tenant' | 'properties'>[]): void {
    for (const { tenant, properties } of rows) {
      for (const name in properties) {
        if (this.#full.has(tenant)) break;
        if (this.#known.get(tenant)?.has(name)) continue;
        this.#keep(tenant, name);
      }
    }
  }

  /** Nothing is known any more: what was added may have been rolled back. */
  forget(): void {
    this.#known.clear();
    this.#full.clear();
    this.#knownNames = 0;
  }

  #keep(tenant: string, name: string): void {
    if (this.#knownNames >= MAX_KNOWN || this.#full.size >= MAX_KNOWN) this.forget();
    const safeTenant = safeText(tenant);
    if (Number(this.#count.get(safeTenant)?.n) >= MAX_NAMES) {
      this.#full.add(tenant);
      return;
    }
    this.#insert.run(safeTenant, safeName(name));
    const names = this.#known.get(tenant);
    if (names === undefined) this.#known.set(tenant, new Set([name]));
    else names.add(name);
    this.#knownNames += 1;
  }
}

/** Names of all properties of a tenant, sorted. */
export function namesOf(database: DatabaseSync, tenant: string): string[] {
  const rows = database.prepare('SELECT name FROM property_names WHERE tenant = ? ORDER BY name').all(safeText(tenant));
  return rows.map(({ name }) => name as string);
}
