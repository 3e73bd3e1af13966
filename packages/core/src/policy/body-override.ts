import type { Edit, JsonBody } from './json-body.js';

/**
 * A body with `override` merged deeply into it: objects merge, everything else is replaced, new keys are added. Members that
 * the override does not name keep their bytes. Null when a value is nested too deeply to be written.
 */
export function overrideBody(body: JsonBody, override: Readonly<Record<string, unknown>>): Uint8Array | null {
  try {
    return body.edited(Object.entries(override).map(([name, value]) => editOf(body, name, value)));
  } catch (error) {
    // JSON.stringify recurses, JSON.parse does not: what was read need not be writable.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function editOf(body: JsonBody, name: string, value: unknown): Edit {
  // Parsing the old value is only worth it where it takes part in the new one.
  const merged = isObject(value) ? merge(body.value(name), value) : value;
  return [name, JSON.stringify(merged)];
}

function merge(under: unknown, over: unknown): unknown {
  if (!isObject(under) || !isObject(over)) return over;
  // From entries, so that a key called __proto__ is a key like any other.
  const merged = new Map(Object.entries(under));
  for (const [name, value] of Object.entries(over)) merged.set(name, merge(merged.get(name), value));
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
