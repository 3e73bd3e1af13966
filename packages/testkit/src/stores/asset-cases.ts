import { createHash } from 'node:crypto';
import type { Asset, RecordRow } from '@helicone-proxy/core';
import { DAY, idOf, recordRow, START, utf8 } from './rows.js';
import type { StoreCases } from './store-suite.js';

const ALL = { kind: 'all' } as const;

/** As core's `assetMark`, of which the suite uses no code. */
function assetMark(hash: string): string {
  return `helicone-asset:${hash}`;
}

function asset(seed: number): Asset {
  const bytes = new Uint8Array(5000).fill(seed).map((value, at) => value + at * 7);
  return { hash: createHash('sha256').update(bytes).digest('hex'), bytes };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** A row that asked about one picture and got another. */
function withPictures(n: number, [asked, got]: readonly [Asset, Asset], overrides: Partial<RecordRow> = {}): RecordRow {
  return recordRow(n, {
    requestBody: utf8(`{"url":"data:image/png;base64,${assetMark(asked.hash)}"}`),
    responseBody: utf8(`{"b64_json":"${assetMark(got.hash)}","again":"${assetMark(got.hash)}"}`),
    assets: [asked, got],
    ...overrides,
  });
}

export function assetCases({ check, expect }: StoreCases): void {
  const [one, two] = [asset(1), asset(2)];
  const bodies = {
    request_body: { url: `data:image/png;base64,${base64(one.bytes)}` },
    response_body: { b64_json: base64(two.bytes), again: base64(two.bytes) },
  };

  check('assets: bodies are read as they were before media were cut out', async (store) => {
    await store.append([withPictures(1, [one, two]), withPictures(2, [one, two])]);
    const records = await store.query({ tenant: 'default', filter: ALL, bodies: true });
    for (const record of [...records, await store.get('default', idOf(1), { bodies: true })]) {
      expect({ request_body: record?.request_body, response_body: record?.response_body }).toEqual(bodies);
    }
    let text = '';
    for await (const piece of store.export({ tenant: 'default', filter: ALL, format: 'jsonl', bodies: true })) {
      text += Buffer.from(piece).toString();
    }
    expect(text.split(base64(one.bytes)).length - 1).toEqual(2);
  });

  check('assets: they are found again for a tenant whose name no database can hold', async (store) => {
    await store.append([withPictures(1, [one, two], { tenant: 'a\0b' })]);
    const record = await store.get('a\0b', idOf(1), { bodies: true });
    expect(record?.request_body).toEqual(bodies.request_body);
  });

  check('assets: a mark that is somebody’s text stays text', async (store) => {
    const text = JSON.stringify({ text: assetMark(one.hash) });
    await store.append([
      withPictures(1, [one, two]),
      recordRow(2, { requestBody: utf8(text) }),
      withPictures(3, [one, two], { tenant: 'other', assets: [] }),
    ]);
    expect((await store.get('default', idOf(2), { bodies: true }))?.request_body).toEqual(JSON.parse(text));
    const other = await store.get('other', idOf(3), { bodies: true });
    expect(other?.request_body).toEqual({ url: `data:image/png;base64,${assetMark(one.hash)}` });
  });

  check('assets: they go with the last record that has them', async (store) => {
    await store.append([
      withPictures(1, [one, two]),
      withPictures(2, [one, one], { createdAt: START + 10 * DAY, assets: [one] }),
    ]);
    await store.deleteBefore(START + 5 * DAY);
    const left = await store.get('default', idOf(2), { bodies: true });
    expect(left?.request_body).toEqual(bodies.request_body);
    // What was deleted is gone: a row that names it without bringing it finds nothing.
    await store.append([withPictures(3, [one, two], { createdAt: START + 11 * DAY, assets: [one, two] })]);
    expect((await store.get('default', idOf(3), { bodies: true }))?.response_body).toEqual(bodies.response_body);
  });
}
