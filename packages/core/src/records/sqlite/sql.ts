import type { SQLInputValue } from 'node:sqlite';

/** SQL text and the values that are bound to its question marks, in order. */
export interface Sql {
  text: string;
  values: SQLInputValue[];
}

/** One question mark and its value. */
export function bind(value: SQLInputValue): Sql {
  return { text: '?', values: [value] };
}

/**
 * SQL with parts in it, whose values stay in the order of their places. A part that is a string or
 * a number becomes SQL text as it is: our own words only, never anything that a user chose.
 */
export function sql(texts: TemplateStringsArray, ...parts: (Sql | string | number)[]): Sql {
  let text = texts[0] ?? '';
  const values: SQLInputValue[] = [];
  for (const [index, part] of parts.entries()) {
    const isSql = typeof part === 'object';
    text += `${isSql ? part.text : part}${texts[index + 1] ?? ''}`;
    if (isSql) values.push(...part.values);
  }
  return { text, values };
}

/** A list of parts, such as columns. */
export function listSql(parts: readonly Sql[]): Sql {
  return { text: parts.map(({ text }) => text).join(', '), values: parts.flatMap(({ values }) => values) };
}

/** Joins one part or more as a balanced tree, since SQLite takes no deeper expressions than 1000 levels. */
export function joinSql(parts: readonly Sql[], operator: ' AND ' | ' OR '): Sql {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const middle = Math.ceil(parts.length / 2);
  const left = joinSql(parts.slice(0, middle), operator);
  const right = joinSql(parts.slice(middle), operator);
  return { text: `(${left.text}${operator}${right.text})`, values: [...left.values, ...right.values] };
}
