// What a session is to REST: the records that share a session id and a session name.
import type { Dimension, Filter, RecordStore } from '@helicone-proxy/core';
import { allOf, anyOf, isKnown, where } from '../join-filters.js';
import type { TimeRange } from '../schemas/time.js';
import { type GroupTables, parseGroupFilter } from './group-filter.js';

export const SESSION_ID = { kind: 'property', name: 'helicone-session-id' } as const satisfies Dimension;
export const SESSION_NAME = { kind: 'property', name: 'helicone-session-name' } as const satisfies Dimension;

/** Fields of Helicone's table of sessions. */
export const SESSION_TABLES: GroupTables = {
  sessions_request_response_rmt: {
    session_session_id: { kind: 'record', table: 'values', field: SESSION_ID.name },
    session_session_name: { kind: 'record', table: 'values', field: SESSION_NAME.name },
    session_total_cost: { kind: 'number', measure: 'cost_usd' },
    session_total_tokens: { kind: 'number', measure: 'total_tokens' },
    session_prompt_tokens: { kind: 'number', measure: 'prompt_tokens' },
    session_completion_tokens: { kind: 'number', measure: 'completion_tokens' },
    session_total_requests: { kind: 'number', measure: 'requests' },
    session_created_at: { kind: 'time', measure: 'first_created_at' },
    session_latest_request_created_at: { kind: 'time', measure: 'last_created_at' },
    session_tag: { kind: 'refused', problem: 'tags are kept beside the records and cannot be filtered by' },
  },
};

/** Which sessions are meant. */
export interface SessionChoice {
  filter?: unknown;
  timeFilter?: TimeRange | undefined;
  /** Part of the id or of the name, in any case. */
  search?: string | undefined;
  sessionIdContains?: string | undefined;
  /** The name; empty: sessions without one. */
  name?: string | undefined;
  nameContains?: string | undefined;
}

/** The groups that are meant, for the store. @throws {InvalidFilter} naming what is wrong with the filter. */
export function sessionGroups(tenant: string, choice: SessionChoice) {
  const { filter, having } = parseGroupFilter(choice.filter, SESSION_TABLES);
  const { search, sessionIdContains, name, nameContains, timeFilter } = choice;
  const conditions: Filter[] = [isKnown(SESSION_ID), filter];
  if (search) conditions.push(anyOf(where(SESSION_ID, 'contains', search), where(SESSION_NAME, 'contains', search)));
  if (sessionIdContains) conditions.push(where(SESSION_ID, 'contains', sessionIdContains));
  if (name !== undefined) conditions.push(where(SESSION_NAME, 'equals', name === '' ? null : name));
  if (nameContains) conditions.push(where(SESSION_NAME, 'contains', nameContains));
  return { tenant, filter: allOf(...conditions), having, ...timeFilter, by: [SESSION_ID, SESSION_NAME] };
}

/** What was said of a session besides its records. */
export interface SessionNotes {
  tag: string | null;
  rating: boolean | null;
}

const TAG = 'session-tag';
const RATING = 'session-feedback';

/** Characters of an id that something can be said of: what a store of documents takes. */
export const MAX_SESSION_ID_LENGTH = 512;
/** Sessions of a tenant that have a tag, or a rating: whoever may write could fill the disk otherwise. */
export const MAX_NOTED_SESSIONS = 100_000;

/** An id as records and documents have it: in a path there may be a NUL, which no store holds. */
export function sessionIdOf(given: string): string {
  return given.replaceAll('\0', '\uFFFD');
}

/** Notes by session id. */
export async function notesOf(
  { documents }: RecordStore,
  tenant: string,
  ids: readonly string[],
): Promise<Map<string, SessionNotes>> {
  const usable = [...new Set(ids.filter((id) => id.length >= 1 && id.length <= MAX_SESSION_ID_LENGTH))];
  const notes = new Map<string, SessionNotes>(usable.map((id) => [id, { tag: null, rating: null }]));
  if (usable.length === 0) return notes;
  const [tags, ratings] = await Promise.all([
    documents.get(tenant, TAG, usable),
    documents.get(tenant, RATING, usable),
  ]);
  for (const { id, value } of tags) (notes.get(id) as SessionNotes).tag = JSON.parse(value) as string;
  for (const { id, value } of ratings) (notes.get(id) as SessionNotes).rating = JSON.parse(value) as boolean;
  return notes;
}

/** Keeps a tag or a rating of a session; false when too many sessions have one. A later one of the same session replaces it. */
export async function noteSession(
  { documents }: RecordStore,
  { tenant, id }: { tenant: string; id: string },
  note: { tag: string } | { rating: boolean },
): Promise<boolean> {
  const [kind, value] = 'tag' in note ? [TAG, note.tag] : [RATING, note.rating];
  if ((await documents.count({ tenant, kind })) >= MAX_NOTED_SESSIONS) {
    if ((await documents.get(tenant, kind, [id])).length === 0) return false;
  }
  await documents.put([{ tenant, kind, id, value: JSON.stringify(value), dueAt: null, createdAt: Date.now() }]);
  return true;
}
