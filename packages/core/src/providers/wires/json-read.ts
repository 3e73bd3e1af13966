// Reading parsed JSON that a provider sent: nothing about it may be relied on, and nothing in here throws.

/** A JSON object whose members are not known. */
export type JsonObject = Record<string, unknown>;

/** The value when it is a JSON object (no array), else null. */
export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** The value when it is an array, else null. */
export function asArray(value: unknown): unknown[] | null {
  return Array.isArray(value) ? value : null;
}

/** The value when it is a string that is not empty, else null. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A count: an integer from 0 up. Anything else is as good as missing. */
export function asCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** Parses `text`; null when it is not a JSON object. */
export function parseObject(text: string): JsonObject | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Own member of an object: a key such as `constructor` must not find what objects inherit. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets an own member. Assigning to `__proto__` would change the prototype, so that one key is defined instead. */
export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[key] = value;
  }
}

/**
 * What an `error` member says: its message, else its code or type. Null when it is absent, null or false, as in the
 * whole answers of the Responses API.
 */
export function errorMessage(error: unknown): string | null {
  if (typeof error === 'string') return asText(error);
  const object = asObject(error);
  if (object === null) return null;
  const said = asText(object.message) ?? asText(object.code) ?? asText(object.type);
  return said ?? (typeof object.code === 'number' ? String(object.code) : 'unknown error');
}
