// Rows of a dataset as answers that are read while they are sent.
import type { EngineRequest } from '@helicone-proxy/core';
import { fineTuningExample } from '../fine-tuning/fine-tuning-example.js';
import { JSON_HEADERS } from '../json-headers.js';
import type { PlainAnswer } from '../route.js';
import { enveloped, streamedAnswer } from '../streamed-answer.js';
import type { Datasets, Entry } from './dataset.js';
import type { DatasetRow } from './dataset-row.js';
import { rowTexts } from './dataset-rows.js';

/** Rows to be sent. */
interface Rows {
  datasets: Datasets;
  datasetId: string;
  entries: readonly Entry[];
}

/** Rows as a list in the envelope. They are kept as the JSON that they are sent as, so none is parsed. */
export function rowList(request: EngineRequest, rows: Rows): Promise<PlainAnswer> {
  return streamedAnswer(request, JSON_HEADERS, enveloped(listText(rows)));
}

/** A dataset as a file: `jsonl` has every row as it is; `openai` those that are an example, and says how many are not. */
export function datasetFile(
  request: EngineRequest,
  { format, ...rows }: Rows & { format: 'openai' | 'jsonl' },
): Promise<PlainAnswer> {
  const examples = rows.entries.filter(({ example }) => example);
  const missing = format === 'openai' ? rows.entries.length - examples.length : 0;
  const headers = {
    'content-type': 'application/x-ndjson',
    'content-disposition': `attachment; filename="dataset-${format}.jsonl"`,
    'cache-control': 'no-store',
    ...(missing === 0 ? {} : { 'helicone-warning': leftOut(missing, rows.entries.length) }),
  };
  const pieces = format === 'openai' ? exampleLines({ ...rows, entries: examples }) : rowLines(rows);
  return streamedAnswer(request, headers, pieces);
}

function leftOut(missing: number, all: number): string {
  return `${missing} of ${all} rows are left out: they cannot be expressed as an example`;
}

async function* listText({ datasets, datasetId, entries }: Rows): AsyncGenerator<Uint8Array, void, void> {
  let before = '[';
  for await (const texts of rowTexts(datasets, datasetId, entries)) {
    if (texts.length === 0) continue;
    yield Buffer.from(before + texts.join(','));
    before = ',';
  }
  yield Buffer.from(before === '[' ? '[]' : ']');
}

async function* rowLines({ datasets, datasetId, entries }: Rows): AsyncGenerator<Uint8Array, void, void> {
  for await (const texts of rowTexts(datasets, datasetId, entries)) {
    if (texts.length > 0) yield Buffer.from(`${texts.join('\n')}\n`);
  }
}

async function* exampleLines({ datasets, datasetId, entries }: Rows): AsyncGenerator<Uint8Array, void, void> {
  for await (const texts of rowTexts(datasets, datasetId, entries)) {
    const lines = texts.flatMap((text) => {
      const { request_body, response_body } = JSON.parse(text) as DatasetRow;
      const example = fineTuningExample(request_body, response_body);
      return example === null ? [] : `${JSON.stringify(example)}\n`;
    });
    if (lines.length > 0) yield Buffer.from(lines.join(''));
  }
}
