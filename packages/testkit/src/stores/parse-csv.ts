/** Lines and fields of CSV, as RFC 4180 reads it: character by character, and nothing forgiven. */
export function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let fields: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [field, end] = text[at] === '"' ? quoted(text, at + 1) : plain(text, at);
    fields.push(field);
    at = end;
    if (text[at] === ',') {
      at += 1;
      continue;
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error(`CSV: no comma or line end at ${at}`);
    lines.push(fields);
    fields = [];
    at += 2;
  }
  if (fields.length > 0) throw new Error('CSV: the last line has no end');
  return lines;
}

function quoted(text: string, start: number): [field: string, end: number] {
  let field = '';
  for (let at = start; at < text.length; at += 1) {
    if (text[at] !== '"') field += text[at];
    else if (text[at + 1] === '"') {
      field += '"';
      at += 1;
    } else return [field, at + 1];
  }
  throw new Error('CSV: a quote is not closed');
}

function plain(text: string, start: number): [field: string, end: number] {
  const length = text.slice(start).search(/[,\r\n"]/);
  return length < 0 ? [text.slice(start), text.length] : [text.slice(start, start + length), start + length];
}
