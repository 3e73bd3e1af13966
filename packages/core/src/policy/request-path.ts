/** Where a path below the prefix leads. */
export interface RoutedPath {
  /** First segment: a provider's name, or `gateway`. */
  name: string;
  /** What is left, with its leading slash. */
  rest: string;
}

/** Splits the first segment off. `/openai/v1/models` -> `openai`, `/v1/models`. */
export function splitPath(path: string): RoutedPath {
  const end = path.indexOf('/', 1);
  return end < 0 ? { name: path.slice(1), rest: '/' } : { name: path.slice(1, end), rest: path.slice(end) };
}

/**
 * Whether a path has a `.` or `..` segment, plain or percent-encoded (`%2e`), also behind an encoded slash or a backslash:
 * such a path could leave the base path that its provider's key is meant for.
 */
export function hasDotSegment(path: string): boolean {
  // A dot segment starts with a dot or an encoded one; most paths have neither next to a separator.
  if (!path.includes('/.') && !path.includes('%') && !path.includes('\\')) return false;
  const decoded = path
    .replace(/%2e/gi, '.')
    .replace(/%2f/gi, '/')
    .replace(/%5c|\\/gi, '/');
  return decoded.split('/').some((segment) => segment === '.' || segment === '..');
}
