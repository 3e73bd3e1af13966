import { asArray, asText, type JsonObject, own, setOwn } from './json-read.js';

/** Blocks that begin empty and get their content by deltas; all others bring theirs with `content_block_start`. */
const EMPTY_AT_START = new Set<unknown>(['text', 'thinking', 'compaction']);

/** One content block of a streamed message while it grows. */
export class ContentBlock {
  readonly index: number;
  readonly #block: JsonObject;
  /** Joined `partial_json`. */
  #json = '';

  /** `block` is kept and grown in place. */
  constructor(index: number, block: JsonObject) {
    this.index = index;
    this.#block = block;
  }

  startsWithContent(): boolean {
    if (!EMPTY_AT_START.has(this.#block.type)) return true;
    return asText(this.#block.text) !== null || asText(this.#block.thinking) !== null;
  }

  push(delta: JsonObject): void {
    switch (delta.type) {
      case 'text_delta':
        this.#grow('text', delta.text, 'text');
        break;
      case 'input_json_delta':
        if (typeof delta.partial_json === 'string') this.#json += delta.partial_json;
        break;
      case 'thinking_delta':
        this.#grow('thinking', delta.thinking, 'thinking');
        break;
      case 'signature_delta':
        this.#block.signature = delta.signature;
        break;
      case 'citations_delta':
        this.#cite(delta.citation);
        break;
      case 'compaction_delta':
        // Carries final values, not pieces.
        this.#assign(delta);
        break;
      default:
        this.#append(delta);
    }
  }

  /** The block as a whole answer has it. Input that was cut off, and is therefore no JSON, stays as its text. */
  body(): JsonObject {
    if (this.#json !== '') this.#block.input = parseInput(this.#json);
    return this.#block;
  }

  #grow(key: 'text' | 'thinking', piece: unknown, type: string): void {
    if (typeof piece !== 'string') return;
    const block = this.#block;
    // Without its start event a delta still says what the block is.
    block.type ??= type;
    const before = block[key];
    block[key] = typeof before === 'string' ? before + piece : piece;
  }

  #cite(citation: unknown): void {
    const citations = asArray(this.#block.citations);
    if (citations === null) this.#block.citations = [citation];
    else citations.push(citation);
  }

  #assign(delta: JsonObject): void {
    for (const key in delta) if (key !== 'type') setOwn(this.#block, key, delta[key]);
  }

  /** A kind of delta that is not known yet: strings join, lists append, of anything else the last wins. */
  #append(delta: JsonObject): void {
    for (const key in delta) {
      if (key === 'type') continue;
      const value = delta[key];
      const before = own(this.#block, key);
      if (typeof value === 'string' && typeof before === 'string') setOwn(this.#block, key, before + value);
      else if (Array.isArray(value) && Array.isArray(before)) for (const item of value) before.push(item);
      else setOwn(this.#block, key, value);
    }
  }
}

function parseInput(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
