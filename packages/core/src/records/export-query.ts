import type { RecordQuery } from './store.js';

/**
 * `json` is one array, `jsonl` one record a line, each as a query gives it. `csv` (RFC 4180) has a head line and always the same
 * columns: attempts, properties, scores and bodies are JSON text; what is not known is empty, empty text is `""`. Values stay as
 * they are, also where a spreadsheet would take them for a formula: import CSV as text.
 */
export type ExportFormat = 'json' | 'jsonl' | 'csv';

/** Records as text. */
export interface ExportQuery extends Omit<RecordQuery, 'limit'> {
  format: ExportFormat;
  /** From 1; default: all. */
  limit?: number;
  /** Gives each record a `signed_body_url`: a link to its bodies that needs no key. */
  links?: BodyLinks;
}

/** What links to bodies are made of. */
export interface BodyLinks {
  /** Absolute URL of the proxy's `/api`, without a slash at its end. */
  base: string;
  /** Secret that signs. */
  key: string;
  /** Unix ms until which the links hold. */
  expiresAt: number;
}
