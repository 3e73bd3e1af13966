import { asText, type JsonObject } from '../providers/wires/json-read.js';

const MAX_LENGTH = 256;

/**
 * Under which model Helicone keeps a call of something that is no model: `tool:<name>`, `vector_db`, `data:<name>`. Null when the
 * request is one of a model.
 */
export function eventModel({ _type: type, toolName, name }: JsonObject): string | null {
  if (type === 'vector_db') return 'vector_db';
  if (type === 'tool') return named('tool', toolName);
  return type === 'data' ? named('data', name) : null;
}

function named(kind: string, name: unknown): string {
  return `${kind}:${asText(name)?.slice(0, MAX_LENGTH) ?? 'unknown'}`;
}
