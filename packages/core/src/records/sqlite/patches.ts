// Changes to records that exist already, and the finding of the record that a change means.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordPatch } from '../store.js';
import { jsonOrNull, safeNumber, safeText } from './columns.js';

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

/** Applies changes to records through one connection. */
export class Patcher {
  readonly #find: StatementSync;
  readonly #feedback: StatementSync;
  readonly #scores: StatementSync;
  readonly #properties: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(newestSql('record, properties, scores'));
    this.#feedback = database.prepare('UPDATE records SET feedback_rating = ?, feedback_at = ? WHERE record = ?');
    this.#scores = database.prepare('UPDATE records SET scores = ? WHERE record = ?');
    this.#properties = database.prepare('UPDATE records SET properties = ? WHERE record = ?');
  }

  /** Changes the newest record with that request id; false when there is none. `at` (unix ms) dates feedback. */
  apply(target: { tenant: string; requestId: string }, patch: RecordPatch, at: number): boolean {
    const found = this.#find.get(...newestValues(target.tenant, target.requestId));
    if (found === undefined) return false;
    const record = found.record as number;
    if (patch.kind === 'property') {
      const text = withEntries(found.properties, [[patch.key.toLowerCase(), patch.value]]);
      this.#properties.run(text, record);
      return true;
    }
    const scores = patch.kind === 'scores' ? patch.scores : { [FEEDBACK_SCORE]: patch.rating ? 1 : 0 };
    const usable = Object.entries(scores).filter(([, score]) => safeNumber(score) !== null);
    this.#scores.run(withEntries(found.scores, usable), record);
    const rating = usable.find(([name]) => name === FEEDBACK_SCORE)?.[1];
    if (rating !== undefined) this.#feedback.run(rating > 0 ? 1 : 0, at, record);
    return true;
  }
}

/** JSON text of an object with some entries added or replaced. A Map, since a key may be `__proto__`. */
function withEntries(json: unknown, entries: (readonly [string, unknown])[]): string | null {
  const all = new Map<string, unknown>(typeof json === 'string' ? Object.entries(JSON.parse(json)) : []);
  for (const [key, value] of entries) all.set(key, value);
  return jsonOrNull(Object.fromEntries(all));
}
