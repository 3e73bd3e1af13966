import { parseText } from '../parse-bounded-json.js';
import type { Attributes, AttributeValue, Span } from './span.js';

/** The attributes of a span, looked up by any of the names that instrumentations use for the same thing. */
export interface SpanAttributes {
  /** The first of these attributes that is there. */
  value(...names: string[]): AttributeValue;
  /** Text that is not empty; a number is text, too. */
  text(...names: string[]): string | null;
  /** A number; text that is one counts. */
  number(...names: string[]): number | null;
  /** A whole number, 0 or more. */
  count(...names: string[]): number | null;
  /** JSON as it is, or in a text; null when it is none. */
  json(...names: string[]): unknown;
  /** Texts of a list, or the one text. */
  texts(...names: string[]): string[];
  /** Attributes whose names begin with this, without it. */
  below(prefix: string): [name: string, value: AttributeValue][];
}

/** Event of the conventions that carries what is too long for attributes. */
const DETAILS = 'gen_ai.client.inference.operation.details';

export function spanAttributes({ attributes: own, events }: Pick<Span, 'attributes' | 'events'>): SpanAttributes {
  const details = events.find(({ name }) => name === DETAILS)?.attributes;
  const sources: Attributes[] = details === undefined ? [own] : [own, details];
  const value = (...names: string[]): AttributeValue => {
    for (const source of sources) {
      for (const name of names) {
        const found = source.get(name);
        if (found !== undefined && found !== null && found !== '') return found;
      }
    }
    return null;
  };
  const number = (...names: string[]): number | null => asNumber(value(...names));
  return {
    value,
    number,
    text: (...names) => textOf(value(...names)),
    count(...names) {
      const found = number(...names);
      return found !== null && Number.isSafeInteger(found) && found >= 0 ? found : null;
    },
    json: (...names) => jsonOf(value(...names)),
    texts: (...names) => [jsonOf(value(...names)) ?? value(...names)].flat().flatMap((each) => textOf(each) ?? []),
    below: (prefix) =>
      sources.flatMap((source) =>
        [...source]
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, found]): [string, AttributeValue] => [name.slice(prefix.length), found]),
      ),
  };
}

/** The value as text; null when it is neither text nor a number or flag, or empty. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** JSON object or list in a text, or a value that is a list or an object already; null for anything else. */
export function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string') return typeof value === 'object' ? value : null;
  return parseText(value) ?? null;
}

function asNumber(value: AttributeValue): number | null {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
