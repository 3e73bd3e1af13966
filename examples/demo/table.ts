import type { CallRecord } from '@helicone-proxy/core';

interface Column {
  title: string;
  /** Numbers stand at the right. */
  right?: boolean;
  cell(record: CallRecord): string;
}

const UNKNOWN = '-';

const COLUMNS: readonly Column[] = [
  { title: 'time', cell: (record) => record.request_created_at.slice(11, 23) },
  { title: 'provider', cell: (record) => record.provider },
  { title: 'model', cell: (record) => record.model ?? UNKNOWN },
  { title: 'stream', cell: (record) => (record.stream ? 'yes' : 'no') },
  { title: 'status', right: true, cell: (record) => String(record.response_status) },
  { title: 'outcome', cell: (record) => record.outcome },
  { title: 'prompt', right: true, cell: (record) => count(record.prompt_tokens) },
  { title: 'cached', right: true, cell: (record) => count(record.prompt_cache_read_tokens) },
  { title: 'completion', right: true, cell: (record) => count(record.completion_tokens) },
  { title: 'latency ms', right: true, cell: (record) => record.delay_ms.toFixed(1) },
  { title: 'first token ms', right: true, cell: (record) => record.time_to_first_token?.toFixed(1) ?? UNKNOWN },
  { title: 'cost', right: true, cell: (record) => formatUsd(record.cost_usd) },
];

/** The records as an aligned table, with a line of totals. */
export function formatTable(records: readonly CallRecord[]): string {
  const rows = [COLUMNS.map(({ title }) => title), ...records.map((record) => COLUMNS.map(({ cell }) => cell(record)))];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (COLUMNS[i]?.right ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line), '', totals(records)].join(
    '\n',
  );
}

function totals(records: readonly CallRecord[]): string {
  const sum = (value: (record: CallRecord) => number | null): number =>
    records.reduce((total, record) => total + (value(record) ?? 0), 0);
  const errors = records.filter(({ outcome }) => outcome !== 'success').length;
  const unknown = records.filter(({ cost_usd }) => cost_usd === null).length;
  return [
    `total: ${records.length} calls`,
    `${errors} failed`,
    `${count(sum((record) => record.prompt_tokens))} prompt tokens`,
    `${count(sum((record) => record.completion_tokens))} completion tokens`,
    formatUsd(sum((record) => record.cost_usd)) + (unknown > 0 ? ` (cost of ${unknown} not known)` : ''),
  ].join(', ');
}

function count(tokens: number | null): string {
  return tokens === null ? UNKNOWN : tokens.toLocaleString('en-US');
}

/** Dollars in plain decimals: at least six of them, and as many as it takes down to a billionth. */
export function formatUsd(usd: number | null): string {
  if (usd === null) return UNKNOWN;
  return `$${usd.toFixed(9).replace(/0{1,3}$/, '')}`;
}
