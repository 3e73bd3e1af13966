// Records as text: JSON, JSON lines and CSV.
import { signBodyLink } from './body-link.js';
import type { ExportQuery } from './export-query.js';
import type { CallRecord } from './record.js';

/** Characters that are handed over at once, or a record more. With larger ones an export leaves more garbage behind than it holds. */
export const EXPORT_PIECE_LENGTH = 64 * 1024;

/** Text of an export: what comes before the records, of each record, and after them. */
export interface ExportText {
  head: string;
  /** `nth` counts all records of the export from 0. */
  record(record: CallRecord, nth: number): string;
  tail: string;
}

/** How records of an export are written. @throws {RangeError} for a format that does not exist. */
export function exportText({
  format,
  links,
  bodies = false,
}: Pick<ExportQuery, 'format' | 'links' | 'bodies'>): ExportText {
  const linked = (record: CallRecord): CallRecord =>
    links === undefined
      ? record
      : { ...record, signed_body_url: signBodyLink({ links, tenant: record.tenant, id: record.id }) };
  switch (format) {
    case 'json':
      return {
        head: '[',
        record: (record, nth) => `${nth === 0 ? '\n' : ',\n'}${JSON.stringify(linked(record))}`,
        tail: '\n]\n',
      };
    case 'jsonl':
      return { head: '', record: (record) => `${JSON.stringify(linked(record))}\n`, tail: '' };
    case 'csv': {
      const columns = csvColumns({ links: links !== undefined, bodies });
      return { head: csvLine(columns), record: (record) => csvLine(csvFields(linked(record), columns)), tail: '' };
    }
    default:
      throw new RangeError(`There is no export format ${format}`);
  }
}

/** How each key of a record is written to CSV, in the order of its columns; `twin` says again what another column says, `none` nothing. */
const CSV_KEYS: Readonly<Record<keyof CallRecord, 'plain' | 'json' | 'twin' | 'none' | 'link' | 'body'>> = {
  id: 'plain',
  request_id: 'plain',
  response_id: 'plain',
  tenant: 'plain',
  request_created_at: 'plain',
  response_created_at: 'plain',
  request_path: 'plain',
  request_method: 'plain',
  request_user_id: 'plain',
  prompt_id: 'plain',
  provider: 'plain',
  target_url: 'plain',
  model: 'plain',
  request_model: 'plain',
  response_model: 'plain',
  model_override: 'plain',
  response_status: 'plain',
  outcome: 'plain',
  error: 'plain',
  stream: 'plain',
  truncated: 'plain',
  finish_reason: 'plain',
  delay_ms: 'plain',
  time_to_first_token: 'plain',
  prompt_tokens: 'plain',
  completion_tokens: 'plain',
  total_tokens: 'plain',
  prompt_cache_read_tokens: 'plain',
  prompt_cache_write_tokens: 'plain',
  prompt_cache_write_5m_tokens: 'plain',
  prompt_cache_write_1h_tokens: 'plain',
  reasoning_tokens: 'plain',
  prompt_audio_tokens: 'plain',
  usage_details: 'json',
  provider_usage: 'json',
  service_tier: 'plain',
  completion_audio_tokens: 'plain',
  usage_source: 'plain',
  cost_usd: 'plain',
  cost: 'plain',
  costUSD: 'plain',
  saved_cost_usd: 'plain',
  price_source: 'plain',
  feedback_rating: 'plain',
  feedback_created_at: 'plain',
  request_bytes: 'plain',
  response_bytes: 'plain',
  cache_enabled: 'plain',
  cache_reference_id: 'plain',
  trace_id: 'plain',
  span_id: 'plain',
  parent_span_id: 'plain',
  attempts: 'json',
  properties: 'json',
  request_properties: 'twin',
  scores: 'json',
  asset_ids: 'none',
  helicone_user: 'none',
  prompt_version: 'none',
  feedback_id: 'none',
  llmSchema: 'none',
  country_code: 'none',
  asset_urls: 'none',
  assets: 'none',
  updated_at: 'none',
  request_referrer: 'none',
  ai_gateway_body_mapping: 'none',
  storage_location: 'none',
  signed_body_url: 'link',
  request_body: 'body',
  response_body: 'body',
};

function csvColumns({ links, bodies }: { links: boolean; bodies: boolean }): (keyof CallRecord)[] {
  return (Object.keys(CSV_KEYS) as (keyof CallRecord)[]).filter((key) => {
    if (CSV_KEYS[key] === 'link') return links;
    if (CSV_KEYS[key] === 'body') return bodies;
    return CSV_KEYS[key] === 'plain' || CSV_KEYS[key] === 'json';
  });
}

function csvFields(record: CallRecord, columns: readonly (keyof CallRecord)[]): string[] {
  return columns.map((column) => {
    const value = record[column];
    if (value === null || value === undefined) return '';
    const kind = CSV_KEYS[column];
    if (kind === 'json' || kind === 'body') return quoted(JSON.stringify(value));
    // Quoted, so that empty text is not the same as nothing.
    return value === '' ? '""' : quoted(String(value));
  });
}

/** RFC 4180. Text that a spreadsheet takes for a formula stays as it is: changing data is not an export's to do. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvLine(fields: readonly string[]): string {
  return `${fields.join(',')}\r\n`;
}
