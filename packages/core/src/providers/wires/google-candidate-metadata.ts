import { asArray, type JsonObject, setOwn } from './json-read.js';

/** Members of a candidate that tell where its content comes from, which grow while it streams. */
export const GROWING_METADATA: ReadonlySet<string> = new Set([
  'citationMetadata',
  'groundingMetadata',
  'urlContextMetadata',
]);

/**
 * One such member. Some chunks repeat what was told before and some do not, so that its lists get the items that they do not have
 * yet; of anything else the last counts.
 */
export class CandidateMetadata {
  readonly #value: JsonObject = {};
  /** Items of each list, as JSON: comparing with all of them again for every chunk would not be linear. */
  readonly #known = new Map<string, Set<string>>();

  push(chunk: JsonObject): void {
    for (const key in chunk) {
      const items = asArray(chunk[key]);
      if (items !== null) this.#join(key, items);
      else if (chunk[key] !== null || !Object.hasOwn(this.#value, key)) setOwn(this.#value, key, chunk[key]);
    }
  }

  body(): JsonObject {
    return this.#value;
  }

  #join(key: string, items: unknown[]): void {
    const known = this.#known.get(key);
    const texts = items.map(textOf);
    const distinct = new Set(texts);
    let repeated = 0;
    for (const text of distinct) if (known?.has(text)) repeated++;
    const list = this.#value[key];
    if (known === undefined || !Array.isArray(list) || repeated === known.size) {
      // All that was there is in it: the list as it stands now.
      setOwn(this.#value, key, [...items]);
      this.#known.set(key, distinct);
      return;
    }
    for (const [index, text] of texts.entries()) {
      if (known.has(text)) continue;
      known.add(text);
      list.push(items[index]);
    }
  }
}

/** What is nested deeper than the stack has no text; such items count as the same. */
function textOf(item: unknown): string {
  try {
    return JSON.stringify(item);
  } catch {
    return '';
  }
}
