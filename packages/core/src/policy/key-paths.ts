import type { HeaderType, Read } from './header-types.js';
import { splitList } from './split-list.js';

const MAX_PATHS = 50;
const MAX_SEGMENTS = 16;

/** `Helicone-Cache-Ignore-Keys`. */
export const KEY_PATHS: HeaderType<readonly (readonly string[])[]> = {
  takes: '`a,b.c`, `"a","b.c"` or `["a","b.c"]`',
  read: readKeyPaths,
};

/** Reads paths of body keys, with dots between the keys: as csv, as quoted csv or as a JSON array of texts. */
export function readKeyPaths(text: string): Read<readonly (readonly string[])[]> {
  const texts = text.startsWith('[') ? readArray(text) : readCsv(text);
  if ('fault' in texts) return texts;
  if (texts.value.length === 0) return { fault: 'empty' };
  if (texts.value.length > MAX_PATHS) return { fault: `more than ${MAX_PATHS} keys` };
  const paths: string[][] = [];
  for (const [index, each] of texts.value.entries()) {
    const path = each.split('.');
    if (path.includes(''))
      return { fault: `key ${index + 1}: ${each === '' ? 'empty' : 'a part of its path is empty'}` };
    if (path.length > MAX_SEGMENTS) return { fault: `key ${index + 1}: more than ${MAX_SEGMENTS} parts` };
    paths.push(path);
  }
  return { value: paths };
}

function readArray(text: string): Read<readonly string[]> {
  const value = parsed(text);
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string');
  return isList ? { value } : { fault: 'begins with "[", but is no JSON array of texts' };
}

function readCsv(text: string): Read<readonly string[]> {
  const texts: string[] = [];
  for (const [index, item] of splitList(text).entries()) {
    const value = item.includes('"') ? parsed(item) : item;
    if (typeof value !== 'string') return { fault: `key ${index + 1}: its quotes are not those of a JSON text` };
    texts.push(value);
  }
  return { value: texts };
}

/** Undefined when the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
