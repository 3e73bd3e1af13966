// Changes to records that exist already, and the finding of the record that a change means.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordPatch } from '../store.js';
import { jsonOrNull, propertiesJson, safeNumber, safeText } from './columns.js';
import type { PropertyNames } from './property-names.js';
import { type RollUps, SUMMED_COLUMNS } from './roll-ups.js';

/** Score under which feedback shows as 1 or 0, as in Helicone. */
export const FEEDBACK_SCORE = 'helicone-score-feedback';

/**
 * Finds the newest record of a tenant with this request id, or with this id of its own. Bind the four values of
 * `newestValues`. In two parts, since request ids that we chose are not in the index of request ids (they are the id).
 */
export function newestSql(columns: string): string {
  return `SELECT ${columns} FROM records WHERE record = (
    SELECT record FROM (
      SELECT record, created_at, id FROM (
        SELECT record, created_at, id FROM records
        WHERE tenant = ? AND request_id = ? AND request_id <> id ORDER BY created_at DESC, id DESC LIMIT 1)
      UNION ALL
      SELECT record, created_at, id FROM records WHERE id = ? AND tenant = ?
    ) ORDER BY created_at DESC, id DESC LIMIT 1)`;
}

export function newestValues(tenant: string, requestId: string): [string, string, string, string] {
  const [safeTenant, safeId] = [safeText(tenant), safeText(requestId)];
  return [safeTenant, safeId, safeId, safeTenant];
}

/** Characters of a record's properties, or scores, as JSON that changes may make of them: every list that shows it reads them all. */
const MAX_JSON_LENGTH = 256 * 1024;

/** Applies changes to records through one connection. */
export class Patcher {
  readonly #find: StatementSync;
  readonly #feedback: StatementSync;
  readonly #scores: StatementSync;
  readonly #properties: StatementSync;
  readonly #user: StatementSync;
  readonly #rollUps: RollUps;
  readonly #names: PropertyNames;

  constructor(database: DatabaseSync, { rollUps, names }: { rollUps: RollUps; names: PropertyNames }) {
    this.#rollUps = rollUps;
    this.#names = names;
    this.#find = database.prepare(newestSql(`record, properties, scores, user_id, ${SUMMED_COLUMNS}`));
    this.#feedback = database.prepare('UPDATE records SET feedback_rating = ?, feedback_at = ? WHERE record = ?');
    this.#scores = database.prepare('UPDATE records SET scores = ? WHERE record = ?');
    this.#properties = database.prepare('UPDATE records SET properties = ? WHERE record = ?');
    this.#user = database.prepare('UPDATE records SET user_id = ? WHERE record = ?');
  }

  /**
   * Changes the newest record with that request id. `'unknown'`: there is none; `'full'`: it holds as much as it may. `at` (unix ms)
   * dates feedback.
   */
  apply(target: { tenant: string; requestId: string }, patch: RecordPatch, at: number): 'applied' | 'unknown' | 'full' {
    const found = this.#find.get(...newestValues(target.tenant, target.requestId));
    if (found === undefined) return 'unknown';
    const record = found.record as number;
    if (patch.kind === 'user') {
      const userId = safeText(patch.userId);
      this.#rollUps.moveUser(found, userId);
      this.#user.run(userId, record);
      return 'applied';
    }
    if (patch.kind === 'property') {
      const properties = withEntries<string>(found.properties, [[patch.key.toLowerCase(), patch.value]]);
      const json = propertiesJson(properties);
      if (isTooLong(json, found.properties)) return 'full';
      this.#properties.run(json, record);
      this.#names.add([{ tenant: target.tenant, properties }]);
      return 'applied';
    }
    const scores = patch.kind === 'scores' ? patch.scores : { [FEEDBACK_SCORE]: patch.rating ? 1 : 0 };
    const usable = Object.entries(scores).filter(([, score]) => safeNumber(score) !== null);
    const json = jsonOrNull(withEntries(found.scores, usable));
    if (patch.kind === 'scores' && isTooLong(json, found.scores)) return 'full';
    this.#scores.run(json, record);
    const rating = usable.find(([name]) => name === FEEDBACK_SCORE)?.[1];
    if (rating !== undefined) this.#feedback.run(rating > 0 ? 1 : 0, at, record);
    return 'applied';
  }
}

/** Whether JSON has grown beyond what is kept; what was longer from the start may get shorter. */
function isTooLong(json: string | null, before: unknown): boolean {
  if (json === null || json.length <= MAX_JSON_LENGTH) return false;
  return typeof before !== 'string' || json.length > before.length;
}

/** An object out of JSON text with some entries added or replaced. A Map, since a key may be `__proto__`. */
function withEntries<Value>(json: unknown, entries: (readonly [string, Value])[]): Record<string, Value> {
  const all = new Map<string, Value>(typeof json === 'string' ? Object.entries(JSON.parse(json)) : []);
  for (const [key, value] of entries) all.set(key, value);
  return Object.fromEntries(all);
}
