import type { CallRecord, RecordRow } from '@helicone-proxy/core';
import { emptyRow, expectedRecord, fullRow, idOf, recordRow, utf8, zeroRow } from './rows.js';
import type { StoreCases } from './store-suite.js';

const ALL = { kind: 'all' } as const;

export function roundTripCases({ check, expect }: StoreCases): void {
  check('round trip: every column and both bodies', async (store) => {
    const rows = [fullRow(1), emptyRow(2), zeroRow(3)];
    await store.append(rows);
    const records = await store.query({ tenant: 'default', filter: ALL, bodies: true });
    expect(records).toEqual(rows.toReversed().map((row) => expectedRecord(row, { bodies: true })));
  });

  check('round trip: null stays null and 0 stays 0', async (store) => {
    await store.append([emptyRow(1), zeroRow(2)]);
    const empty = await store.get('default', idOf(1));
    const zero = await store.get('default', idOf(2));
    expect([empty?.prompt_tokens, empty?.total_tokens, empty?.cost_usd, empty?.time_to_first_token]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect([zero?.prompt_tokens, zero?.total_tokens, zero?.cost_usd, zero?.time_to_first_token]).toEqual([0, 0, 0, 0]);
  });

  check('round trip: bodies are left out unless asked for', async (store) => {
    await store.append([fullRow(1)]);
    const [listed] = await store.query({ tenant: 'default', filter: ALL });
    expect(Object.keys(listed ?? {}).filter((key) => key.endsWith('_body'))).toEqual([]);
    const got = await store.get('default', idOf(1), { bodies: true });
    expect(got?.response_body).toEqual({ content: 'Hello "there"' });
  });

  check('round trip: bodies that are empty, not JSON, one-sided or not there', async (store) => {
    const bodies: [Uint8Array | null, Uint8Array | null][] = [
      [utf8(''), utf8('<html>502</html>')],
      [utf8('{"a":1}'), null],
      [null, utf8('data: {"x":1}\n\n')],
      [null, null],
      [utf8('null'), new Uint8Array([0xff, 0xfe, 0x41])],
    ];
    const rows = bodies.map(([requestBody, responseBody], n) => recordRow(n, { requestBody, responseBody }));
    await store.append(rows);
    for (const row of rows) {
      expect(await store.get('default', row.id, { bodies: true })).toEqual(expectedRecord(row, { bodies: true }));
    }
  });

  check('round trip: bodies of 1 MiB', async (store) => {
    const rows = Array.from({ length: 5 }, (_, n) => {
      const text = JSON.stringify({ n, text: `ä${n}`.repeat(350_000) });
      return recordRow(n, { requestBody: utf8(text), responseBody: utf8(text) });
    });
    await store.append(rows);
    const records = await store.query({ tenant: 'default', filter: ALL, bodies: true });
    const lengths = records.map(({ request_body, response_body }) => [
      textLength(request_body),
      textLength(response_body),
    ]);
    expect(lengths).toEqual(rows.map(() => [700_000, 700_000]));
    expect(records.map(({ request_body }) => (request_body as { n: number }).n)).toEqual([4, 3, 2, 1, 0]);
  });

  check('round trip: a batch of 250 rows keeps every row with its own bodies', async (store) => {
    const rows = Array.from({ length: 250 }, (_, n) =>
      recordRow(
        n,
        n % 3 === 0 ? {} : { requestBody: utf8(`{"request":${n}}`), responseBody: utf8(`{"response":${n}}`) },
      ),
    );
    await store.append(rows);
    const records = await store.query({ tenant: 'default', filter: ALL, bodies: true, limit: 1000 });
    expect(records).toEqual(rows.toReversed().map((row) => expectedRecord(row, { bodies: true })));
  });

  check('round trip: a body nested deeper than the stack hides no other, and is text', async (store) => {
    const lists = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    const deep = lists(200_000);
    await store.append([
      recordRow(1, { requestBody: utf8('{"n":1}') }),
      recordRow(2, { requestBody: utf8(deep), responseBody: utf8(lists(1000)) }),
    ]);
    const [second, first] = await store.query({ tenant: 'default', filter: ALL, bodies: true });
    expect([first?.request_body, second?.request_body]).toEqual([{ n: 1 }, deep]);
    expect(JSON.stringify(second?.response_body)).toEqual(lists(1000));
    const pieces: Uint8Array[] = [];
    for await (const piece of store.export({ tenant: 'default', filter: ALL, bodies: true, format: 'jsonl' })) {
      pieces.push(piece);
    }
    expect(Buffer.concat(pieces).toString().trim().split('\n').length).toEqual(2);
  });

  check('round trip: an empty batch, and a batch that is sent again', async (store) => {
    await store.append([]);
    await store.append([recordRow(1), recordRow(2)]);
    await store.append([recordRow(1), recordRow(2), recordRow(3)]);
    expect(await store.count({ tenant: 'default', filter: ALL })).toEqual(3);
    const [total] = await store.aggregate({ tenant: 'default', from: 0, to: 4e12 });
    expect(total?.requests).toEqual(3);
  });

  oddValueCases({ check, expect });
}

function oddValueCases({ check, expect }: StoreCases): void {
  const plain = [
    'quote \' and " and `',
    '\\ % _ * ? [a]',
    '$.a.b',
    '世界 👋 é e\u0301',
    ' \t\r\n ',
    '',
    '\u202e\ufeff',
    '<b>{}[]',
  ];

  check('odd strings: kept as they are in every text column', async (store) => {
    const rows = plain.map((text, n) => recordRow(n, textColumns(text)));
    await store.append(rows);
    const records = await store.query({ tenant: 'default', filter: ALL, limit: 100 });
    expect(records).toEqual(rows.toReversed().map((row) => expectedRecord(row)));
    for (const [n, text] of plain.entries()) {
      const field = { kind: 'property', name: text } as const;
      const filter = { kind: 'condition', condition: { field, operator: 'equals', value: text } } as const;
      const found = await store.query({ tenant: 'default', filter });
      expect(
        found.map(({ id }) => id),
        JSON.stringify(text),
      ).toEqual([idOf(n)]);
    }
  });

  check('odd strings: NUL and lone surrogates lose no row', async (store) => {
    const odd = ['a\0b', '\0', 'x\ud800y', '\udc00'];
    const rows = odd.map((text, n) => recordRow(n, textColumns(text)));
    await store.append(rows);
    const records: CallRecord[] = await store.query({ tenant: 'default', filter: ALL });
    expect(records.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).toReversed());
    expect(records.map(({ model }) => model?.length)).toEqual(odd.map((text) => text.length).toReversed());
  });

  check('odd numbers lose no row', async (store) => {
    const numbers = [Number.NaN, Number.POSITIVE_INFINITY, 1e17, -1e300, 0.1 + 0.2];
    const rows = numbers.map((odd, n) => recordRow(n, { promptTokens: odd, costNanoUsd: odd, delayMs: odd }));
    await store.append(rows);
    const records = await store.query({ tenant: 'default', filter: ALL });
    expect(records.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).toReversed());
  });
}

function textColumns(text: string): Partial<RecordRow> {
  return {
    method: text,
    path: text,
    provider: text,
    targetUrl: text,
    userId: text,
    properties: { [text]: text },
    promptId: text,
    model: text,
    requestModel: text,
    responseModel: text,
    modelOverride: text,
    cacheReferenceId: text,
    traceId: text,
    spanId: text,
    parentSpanId: text,
    error: text,
    finishReason: text,
    priceSource: text,
  };
}

function textLength(body: unknown): number {
  return (body as { text: string }).text.length;
}
