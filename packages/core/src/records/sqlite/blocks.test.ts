import { afterEach, beforeEach, expect, test } from 'vitest';
import { idOf, recordRow, utf8 } from '../../../../testkit/src/stores/rows.js';
import { openWriter, type SqliteWriter } from './writer.js';

let writer: SqliteWriter;
beforeEach(() => {
  writer = openWriter(':memory:');
});
afterEach(() => writer.close());

test('a block that was given up for others is read anew', () => {
  // One block for each batch, and more of them than a reader keeps; short ones lie in a buffer that others share.
  const textOf = (n: number): string => (n % 2 === 0 ? `"${n}"` : JSON.stringify(`${n} `.repeat(5_000)));
  const numbers = Array.from({ length: 40 }, (_, n) => n);
  for (const n of numbers) {
    writer.append([recordRow(n, { requestBody: utf8(textOf(n)), responseBody: utf8(`[${textOf(n)}]`) })]);
  }
  const reader = writer.reader();
  for (const n of [...numbers, ...numbers.toReversed(), 3, 3, 0, 39]) {
    const record = reader.get('default', idOf(n), { bodies: true });
    expect(record?.request_body).toBe(JSON.parse(textOf(n)));
    expect(record?.response_body).toEqual([JSON.parse(textOf(n))]);
  }
});
