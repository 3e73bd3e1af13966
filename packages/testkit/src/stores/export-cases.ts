import { createHmac } from 'node:crypto';
import type { CallRecord, ExportQuery, RecordRow, RecordStore, Sort } from '@helicone-proxy/core';
import { parseCsv } from './parse-csv.js';
import { fullRow, idOf, NEVER_KNOWN, recordRow, START, utf8 } from './rows.js';
import type { StoreCases } from './store-suite.js';

const ALL = { tenant: 'default', filter: { kind: 'all' } } as const;
const LINKS = { base: 'https://host.example/helicone/api', key: 'secret', expiresAt: START + 1_000 };

export function exportCases({ check, expect }: StoreCases): void {
  check('export: JSON lines and JSON are the records as a query gives them', async (store) => {
    const rows = [fullRow(1), ...oddRows(10), recordRow(50, { tenant: 'other' })];
    await store.append(rows);
    await store.patch('default', idOf(10), { kind: 'scores', scores: { quality: 0.5 } });
    for (const bodies of [false, true]) {
      const records = await store.query({ ...ALL, bodies, limit: 1000 });
      const lines = await exported(store, { ...ALL, bodies, format: 'jsonl' });
      expect(lines, String(bodies)).toEqual(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      expect(JSON.parse(await exported(store, { ...ALL, bodies, format: 'json' })), String(bodies)).toEqual(records);
    }
  });

  check('export: CSV reads back, with line breaks, quotes and what is not known', async (store) => {
    const rows = [fullRow(1), ...oddRows(10)];
    await store.append(rows);
    const text = await exported(store, { ...ALL, format: 'csv', bodies: true });
    const [head = [], ...lines] = parseCsv(text);
    const records = await store.query({ ...ALL, bodies: true, limit: 1000 });
    expect(head.length, head.join()).toEqual(new Set(head).size);
    const left = Object.keys(records[0] ?? {}).filter((key) => !head.includes(key));
    expect(left.sort()).toEqual(['request_properties', ...Object.keys(NEVER_KNOWN)].sort());
    expect(lines).toEqual(records.map((record) => head.map((key) => cellOf(record, key as keyof CallRecord))));
    // Nothing is not the same as empty text, and a formula is not changed.
    await store.append([recordRow(2, { tenant: 'csv', userId: '', model: null, error: '=1+1' })]);
    const [line = ''] = (await exported(store, { tenant: 'csv', filter: ALL.filter, format: 'csv' }))
      .split('\r\n')
      .slice(1);
    expect([line.includes(',"",'), line.includes(',=1+1,')]).toEqual([true, true]);
    const [plain = []] = parseCsv(await exported(store, { ...ALL, format: 'csv' }));
    expect(plain.filter((name) => name.endsWith('_body'))).toEqual([]);
  });

  check('export: links that open the bodies of their record alone', async (store) => {
    await store.append([recordRow(1), recordRow(2)]);
    const lines = (await exported(store, { ...ALL, format: 'jsonl', links: LINKS })).trim().split('\n');
    for (const line of lines) {
      const record: CallRecord = JSON.parse(line);
      const url = new URL(record.signed_body_url ?? '');
      expect(url.href.startsWith(`${LINKS.base}/v1/request/${record.id}/bodies?`)).toEqual(true);
      const signature = createHmac('sha256', LINKS.key)
        .update(`default\n${record.id}\n${LINKS.expiresAt}`)
        .digest('hex');
      const wanted = { tenant: 'default', expires: String(LINKS.expiresAt), signature };
      expect(Object.fromEntries(url.searchParams)).toEqual(wanted);
    }
    const [head = [], first = []] = parseCsv(await exported(store, { ...ALL, format: 'csv', links: LINKS }));
    expect(first[head.indexOf('signed_body_url')]?.startsWith(LINKS.base)).toEqual(true);
  });

  check('export: of nothing', async (store) => {
    await store.append([recordRow(1, { tenant: 'other' })]);
    expect(await exported(store, { ...ALL, format: 'jsonl' })).toEqual('');
    expect(JSON.parse(await exported(store, { ...ALL, format: 'json' }))).toEqual([]);
    expect(parseCsv(await exported(store, { ...ALL, format: 'csv' })).length).toEqual(1);
  });

  check('export: tenants never see each other, and filters hold', async (store) => {
    await store.append([
      recordRow(1, { tenant: 'a', userId: 'of a' }),
      recordRow(2, { tenant: 'b', userId: 'of b' }),
      recordRow(3, { tenant: "a' OR '1'='1", userId: 'of neither' }),
      recordRow(4, { tenant: 'a', userId: null }),
    ]);
    expect(await exportedIds(store, { tenant: 'a', filter: ALL.filter })).toEqual([idOf(4), idOf(1)]);
    const field = { kind: 'column', name: 'request_user_id' } as const;
    const filter = { kind: 'condition', condition: { field, operator: 'not-equals', value: null } } as const;
    expect(await exportedIds(store, { tenant: 'a', filter })).toEqual([idOf(1)]);
    expect(await exportedIds(store, { tenant: 'c', filter: ALL.filter })).toEqual([]);
  });

  pageCases({ check, expect });
}

function pageCases({ check, expect }: StoreCases): void {
  check('export: every sort, complete and in the order of queries, with ties over many pieces', async (store) => {
    // Many pieces; hundreds share a millisecond, a user or nothing at all.
    const rows = Array.from({ length: 900 }, (_, n) =>
      recordRow(n, {
        createdAt: START + (n % 3) * 1_000,
        userId: n % 4 === 0 ? null : `u${n % 2}`,
        delayMs: (n * 7) % 11,
      }),
    );
    await store.append(rows);
    const sorts: (Sort | undefined)[] = [
      undefined,
      { by: 'request_created_at', direction: 'asc' },
      { by: 'request_user_id', direction: 'asc' },
      { by: 'request_user_id', direction: 'desc' },
      { by: 'delay_ms', direction: 'asc' },
      { by: 'time_to_first_token', direction: 'desc' },
    ];
    for (const sort of sorts) {
      const wanted = (await store.query({ ...ALL, sort, limit: 1000 })).map(({ id }) => id);
      expect(await exportedIds(store, { ...ALL, sort }), JSON.stringify(sort)).toEqual(wanted);
      const part = await exportedIds(store, { ...ALL, sort, offset: 7, limit: 400 });
      expect(part, JSON.stringify(sort)).toEqual(wanted.slice(7, 407));
    }
  });

  check('export: records that come meanwhile neither shift it nor repeat any', async (store) => {
    const rows = Array.from({ length: 800 }, (_, n) => recordRow(n));
    await store.append(rows);
    for (const sort of [undefined, { by: 'request_created_at', direction: 'asc' }] as const) {
      const ids: string[] = [];
      let come = 10_000;
      for await (const piece of store.export({ ...ALL, format: 'jsonl', sort })) {
        for (const line of text([piece]).trim().split('\n')) ids.push(JSON.parse(line).id);
        // One before all others, one between them, and one behind.
        const between = START + 400_500;
        await store.append(
          [START - 1_000, between, START + 900_000].map((createdAt) =>
            recordRow(come++, { createdAt, tenant: 'default' }),
          ),
        );
        if (come > 10_100) throw new Error('it does not end');
      }
      const old = ids.filter((id) => rows.some((row) => row.id === id));
      expect([old.length, new Set(ids).size === ids.length], JSON.stringify(sort)).toEqual([800, true]);
      await store.deleteBefore(START);
    }
  });

  check('export: can be left early, and read again', async (store) => {
    await store.append(Array.from({ length: 800 }, (_, n) => recordRow(n)));
    const iterator = store.export({ ...ALL, format: 'jsonl' })[Symbol.asyncIterator]();
    const first = await iterator.next();
    expect(first.done).toEqual(false);
    await iterator.return?.();
    expect((await iterator.next()).done).toEqual(true);
    expect((await exportedIds(store, ALL)).length).toEqual(800);
  });

  check('export: comes in pieces, none much larger than needs be', async (store) => {
    await store.append(Array.from({ length: 800 }, (_, n) => recordRow(n)));
    const sizes: number[] = [];
    for await (const piece of store.export({ ...ALL, format: 'jsonl' })) sizes.push(piece.length);
    expect(sizes.length > 3, sizes.join()).toEqual(true);
    for (const size of sizes.slice(0, -1)) expect(size > 32_000 && size < 300_000, sizes.join()).toEqual(true);
  });

  check('export: a limit below 1, a negative offset or an unknown format is refused', async (store) => {
    for (const odd of [{ limit: 0 }, { limit: 1.5 }, { offset: -1 }, { format: 'xml' }]) {
      const outcome = await exported(store, { ...ALL, format: 'jsonl', ...odd } as ExportQuery).then(
        () => 'answered',
        (error: Error) => error.name,
      );
      expect(outcome, JSON.stringify(odd)).toEqual('RangeError');
    }
  });
}

/** Rows whose texts are hard to write down. */
function oddRows(from: number): RecordRow[] {
  const texts = [
    'quote " and \'',
    'line\nbreak\r\nand return\r',
    'a,b;c\td',
    'a\rb',
    '世界 👋 é',
    '',
    ' spaces ',
    '\u2028\u2029',
    '-1+1',
  ];
  return texts.map((odd, n) =>
    recordRow(from + n, {
      userId: odd,
      error: odd,
      properties: { [odd]: odd },
      requestBody: utf8(JSON.stringify({ text: odd })),
      responseBody: n % 2 === 0 ? utf8(`no JSON: ${odd}`) : null,
    }),
  );
}

async function exported(store: RecordStore, query: ExportQuery): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.export(query)) pieces.push(piece);
  return text(pieces);
}

async function exportedIds(store: RecordStore, query: Omit<ExportQuery, 'format'>): Promise<string[]> {
  const lines = await exported(store, { ...query, format: 'jsonl' });
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as CallRecord).id);
}

function text(pieces: Uint8Array[]): string {
  return Buffer.concat(pieces).toString('utf8');
}

/** What a CSV field says of a record's key. */
function cellOf(record: CallRecord, key: keyof CallRecord): string {
  const value = record[key];
  if (value === null || value === undefined) return '';
  return typeof value === 'object' || key.endsWith('_body') ? JSON.stringify(value) : String(value);
}
