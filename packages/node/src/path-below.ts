/** Path below `prefix` and query of a request target; null when it is not below it. `/helicone` itself is `/`. */
export function pathBelow(prefix: string, url: string): { path: string; query: string } | null {
  if (!url.startsWith(prefix)) return null;
  const mark = url.indexOf('?', prefix.length);
  const path = mark < 0 ? url.slice(prefix.length) : url.slice(prefix.length, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (path === '') return { path: '/', query };
  return path.charCodeAt(0) === SLASH ? { path, query } : null;
}

const SLASH = 47;
