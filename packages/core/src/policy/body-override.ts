import { type Edit, JsonBody } from './json-body.js';

/**
 * A body with `override` merged deeply into it: objects merge, everything else is replaced, new keys are added. What the override
 * does not name keeps its bytes, at every level. Null when an object is too large to be merged into. `override` must not nest
 * deeper than the stack allows.
 */
export function overrideBody(body: JsonBody, override: Readonly<Record<string, unknown>>): Uint8Array | null {
  const edits: Edit[] = [];
  for (const [name, value] of Object.entries(override)) {
    const text = merged(body, name, value);
    if (text === null) return null;
    edits.push([name, text]);
  }
  return body.edited(edits);
}

function merged(body: JsonBody, name: string, value: unknown): string | null {
  const under = isObject(value) ? body.bytesOf(name) : undefined;
  if (under === undefined || under[0] !== OPEN_BRACE) return JSON.stringify(value);
  const inner = JsonBody.read(under);
  const bytes = inner === null ? null : overrideBody(inner, value as Record<string, unknown>);
  return bytes === null ? null : Buffer.from(bytes).toString();
}

const OPEN_BRACE = 123;

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
