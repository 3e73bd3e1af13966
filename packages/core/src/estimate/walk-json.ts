/** Values that are looked at in one body: more are no text that anybody means, and would take longer than counting it. */
const MAX_VALUES = 100_000;

/**
 * Goes through parsed JSON from some of its members on, without recursion, since bodies nest deeper than the stack. `visit` gets each
 * value with the name of the member that it is in, or that its array is in, and says whether to go into it. Returns false when
 * there were more than 100 000 values, of which the rest was not looked at. In no particular order.
 */
export function walkJson(
  roots: readonly (readonly [name: string, value: unknown])[],
  visit: (name: string, value: unknown) => boolean,
): boolean {
  const names: string[] = roots.map(([name]) => name);
  const values: unknown[] = roots.map(([, value]) => value);
  let seen = 0;
  while (values.length > 0) {
    seen += 1;
    if (seen > MAX_VALUES) return false;
    const name = names.pop() as string;
    const value = values.pop();
    if (!visit(name, value) || typeof value !== 'object' || value === null) continue;
    if (values.length > MAX_VALUES) return false;
    if (Array.isArray(value)) {
      if (value.length > MAX_VALUES) return false;
      for (const each of value) {
        names.push(name);
        values.push(each);
      }
      continue;
    }
    for (const member in value) {
      names.push(member);
      values.push((value as Record<string, unknown>)[member]);
    }
  }
  return true;
}
