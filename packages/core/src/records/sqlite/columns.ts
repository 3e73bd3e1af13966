import type { SQLInputValue } from 'node:sqlite';
import type { RecordRow } from '../store.js';

interface Column {
  name: string;
  type: 'TEXT' | 'INTEGER' | 'REAL';
  write(row: RecordRow): SQLInputValue;
}

/** Columns of `records` that come straight from a row, in the order of the insert statement. */
export const COLUMNS: readonly Column[] = [
  text('id', (row) => row.id),
  text('request_id', (row) => row.requestId),
  text('tenant', (row) => row.tenant),
  integer('created_at', createdAtOf),
  text('method', (row) => row.method),
  text('path', (row) => row.path),
  text('provider', (row) => row.provider),
  text('target_url', (row) => row.targetUrl),
  text('user_id', (row) => row.userId),
  { name: 'properties', type: 'TEXT', write: (row) => propertiesJson(row.properties) },
  text('prompt_id', (row) => row.promptId),
  text('model', (row) => row.model),
  text('request_model', (row) => row.requestModel),
  text('response_model', (row) => row.responseModel),
  text('model_override', (row) => row.modelOverride),
  integer('status', (row) => row.status),
  text('outcome', (row) => row.outcome),
  text('error', (row) => row.error),
  { name: 'attempts', type: 'TEXT', write: (row) => jsonOrNull(row.attempts) },
  { name: 'stream', type: 'INTEGER', write: (row) => (row.stream ? 1 : 0) },
  { name: 'truncated', type: 'INTEGER', write: (row) => (row.truncated ? 1 : 0) },
  text('finish_reason', (row) => row.finishReason),
  real('delay_ms', (row) => safeNumber(row.delayMs) ?? 0),
  real('ttft_ms', (row) => row.timeToFirstTokenMs),
  integer('prompt_tokens', (row) => row.promptTokens),
  integer('completion_tokens', (row) => row.completionTokens),
  integer('cache_read_tokens', (row) => row.cacheReadTokens),
  integer('cache_write_tokens', (row) => row.cacheWriteTokens),
  integer('cache_write_5m_tokens', (row) => row.cacheWrite5mTokens),
  integer('cache_write_1h_tokens', (row) => row.cacheWrite1hTokens),
  integer('reasoning_tokens', (row) => row.reasoningTokens),
  integer('prompt_audio_tokens', (row) => row.promptAudioTokens),
  integer('completion_audio_tokens', (row) => row.completionAudioTokens),
  { name: 'usage_details', type: 'TEXT', write: (row) => jsonOrNull(row.usageDetails ?? {}) },
  text('provider_usage', (row) => row.providerUsage ?? null),
  text('service_tier', (row) => row.serviceTier ?? null),
  text('usage_source', (row) => row.usageSource),
  integer('cost_nano', (row) => row.costNanoUsd),
  integer('saved_cost_nano', (row) => row.savedCostNanoUsd),
  text('price_source', (row) => row.priceSource),
  integer('request_bytes', (row) => row.requestBytes),
  integer('response_bytes', (row) => row.responseBytes),
  { name: 'cache_enabled', type: 'INTEGER', write: (row) => (row.cacheEnabled ? 1 : 0) },
  text('cache_reference_id', (row) => row.cacheReferenceId),
  text('trace_id', (row) => row.traceId),
  text('span_id', (row) => row.spanId),
  text('parent_span_id', (row) => row.parentSpanId),
  // Which media are to be put back into the bodies.
  { name: 'assets', type: 'TEXT', write: (row) => jsonOrNull((row.assets ?? []).map(({ hash }) => hash)) },
];

// A row that cannot be bound would fail its batch, and the batch would be tried for ever: whatever a provider's odd
// answer put into a row, these make something of it.

/**
 * Text as SQLite's functions understand it: they stop at a NUL, which would hide what follows from filters. Lone
 * surrogates become U+FFFD on their way through UTF-8 without our help.
 */
export function safeText(value: string): string {
  const text = typeof value === 'string' ? value : String(value);
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}

/** Name or value inside JSON. Lone surrogates, which JSON would keep, are replaced too, so that the name can be bound and found. */
export function safeName(value: string): string {
  return safeText(value).toWellFormed();
}

/** JSON text of properties; null when there are none. */
export function propertiesJson(properties: Readonly<Record<string, string>>): string | null {
  const json = jsonOrNull(properties);
  // Cheaper than a look at each: only in JSON text are NUL and lone surrogates written so.
  if (json === null || !/\\u(?:0000|d[89a-f])/.test(json)) return json;
  const entries = Object.entries(properties).map(([name, value]) => [safeName(name), safeName(value)]);
  return JSON.stringify(Object.fromEntries(entries));
}

/** A number that can be read again: reading an integer beyond 2^53 throws and would make the whole page unreadable. */
export function safeNumber(value: number | null): number | null {
  if (typeof value !== 'number' || Number.isNaN(value)) return null;
  return Math.min(Math.max(value, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

/** When a row was created, unix ms; never null, since lists and roll-ups are ordered by it. */
export function createdAtOf(row: RecordRow): number {
  return safeNumber(row.createdAt) ?? 0;
}

/** JSON text of an object or array; null when it is empty, which many are. */
export function jsonOrNull(value: object): string | null {
  for (const _ in value) return JSON.stringify(value);
  return null;
}

function text(name: string, read: (row: RecordRow) => string | null): Column {
  return {
    name,
    type: 'TEXT',
    write(row) {
      const value = read(row);
      return value === null || value === undefined ? null : safeText(value);
    },
  };
}

function integer(name: string, read: (row: RecordRow) => number | null): Column {
  return { name, type: 'INTEGER', write: (row) => safeNumber(read(row)) };
}

function real(name: string, read: (row: RecordRow) => number | null): Column {
  return { name, type: 'REAL', write: (row) => safeNumber(read(row)) };
}
