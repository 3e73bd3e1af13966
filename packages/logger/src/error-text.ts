/** An error as a log may show it: its name and message; a stack tells of the machine's folders. */
export function errorText(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    // An object without a prototype, for one, has no way to be a text.
    return 'unknown error';
  }
}
