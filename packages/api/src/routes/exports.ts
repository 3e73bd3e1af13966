// Records as files, read while they are sent.
import { type ExportFormat, type ExportQuery, parseSort } from '@helicone-proxy/core';
import { z } from 'zod';
import type { PlainAnswer } from '../route.js';
import { type Route, type RouteContext, route } from '../route.js';
import { streamedAnswer } from '../streamed-answer.js';
import { filterOf, QueryParams } from './requests.js';

const MEDIA_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
};

const Format = z.enum(['csv', 'json', 'jsonl']).default('jsonl');

/** The body of a query, without the bounds that a whole answer needs. */
const ExportBody = QueryParams.extend({
  format: Format,
  limit: z.int().min(1).optional().meta({ description: 'Default: all.' }),
  includeBodies: z.boolean().default(false),
});

const Flag = z.enum(['true', 'false', '1', '0'], { error: 'must be true or false' }).default('false');
const WholeNumber = z.string().regex(/^\d{1,15}$/, { error: 'must be a whole number' });
const Limit = z.string().regex(/^[1-9]\d{0,14}$/, { error: 'must be a whole number from 1' });

function jsonText(description: string) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .optional()
    .meta({ description });
}

/** The same for links, where each value is a text. */
const ExportParameters = z.strictObject({
  format: Format,
  filter: jsonText('A filter as JSON.'),
  sort: jsonText('A sort as JSON.'),
  limit: Limit.optional().meta({ description: 'Default: all.' }),
  offset: WholeNumber.default('0'),
  includeBodies: Flag,
});

const exporting = {
  pattern: '/v1/request/export',
  access: 'read',
  tag: 'Requests',
  answers: 'text/csv, application/json, application/x-ndjson',
} as const;

export const exportRoutes: readonly Route[] = [
  route({
    ...exporting,
    method: 'POST',
    summary: 'Records that match a filter as a file: CSV, JSON or a line of JSON for each.',
    body: ExportBody,
    handle: (context) => exportRecords(context, context.body),
  }),
  route({
    ...exporting,
    method: 'GET',
    summary: 'The same, as a link.',
    query: ExportParameters,
    handle: (context) => exportRecords(context, fromQuery(context.query)),
  }),
];

type Wanted = z.output<typeof ExportBody>;

async function exportRecords(
  { records, tenant, request }: RouteContext<unknown, unknown>,
  wanted: Wanted,
): Promise<PlainAnswer> {
  const { format, sort, limit, offset, includeBodies } = wanted;
  const query: ExportQuery = {
    tenant,
    format,
    filter: filterOf(wanted),
    sort: parseSort(sort),
    offset,
    bodies: includeBodies,
    ...(limit === undefined ? {} : { limit }),
  };
  const headers = {
    'content-type': MEDIA_TYPES[format],
    'content-disposition': `attachment; filename="requests.${format}"`,
    'cache-control': 'no-store',
  };
  return await streamedAnswer(request, headers, records.export(query));
}

function fromQuery({ limit, offset, includeBodies, ...given }: z.output<typeof ExportParameters>): Wanted {
  const bounds = limit === undefined ? {} : { limit: Number(limit) };
  return {
    ...given,
    ...bounds,
    offset: Number(offset),
    includeBodies: includeBodies === 'true' || includeBodies === '1',
  };
}
