import type { AnswerContext, AnswerFacts, Rebuilder, StreamEvent } from '../wire.js';
import { ContentCandidate } from './google-generate-content-candidate.js';
import { contentFacts } from './google-generate-content-facts.js';
import {
  asArray,
  asCount,
  asObject,
  asText,
  errorMessage,
  type JsonObject,
  own,
  parseObject,
  setOwn,
} from './json-read.js';

/** Rebuilds a `GenerateContentResponse` from its chunks. */
export function rebuildContent(context?: AnswerContext): ContentRebuilder {
  return new ContentRebuilder(context);
}

class ContentRebuilder implements Rebuilder {
  readonly #context: AnswerContext | undefined;
  /** Members of the answer beside its candidates; null until the first chunk. */
  #head: JsonObject | null = null;
  readonly #candidates = new Map<number, ContentCandidate>();

  constructor(context: AnswerContext | undefined) {
    this.#context = context;
  }

  push(event: StreamEvent): boolean {
    return this.merge(parseObject(event.data));
  }

  /** Takes the next chunk, parsed; true when it carries generated content. */
  merge(chunk: JsonObject | null): boolean {
    if (chunk === null) return false;
    this.#head ??= {};
    let content = false;
    for (const key in chunk) {
      const value = chunk[key];
      if (key === 'candidates') content = this.#mergeCandidates(value);
      else if (key === 'usageMetadata') this.#takeUsage(value);
      else if (value !== null || own(this.#head, key) === undefined) setOwn(this.#head, key, value);
    }
    return content;
  }

  body(): JsonObject | null {
    if (this.#head === null) return null;
    const candidates = this.#ordered();
    return candidates.length === 0
      ? { ...this.#head }
      : { candidates: candidates.map((one) => one.body()), ...this.#head };
  }

  facts(): AnswerFacts {
    return contentFacts(this.body(), this.#context);
  }

  /** A prompt that was blocked is answered by that: nothing follows. */
  complete(): boolean {
    if (errorMessage(this.#head?.error) !== null) return false;
    if (this.#candidates.size === 0) return asText(asObject(this.#head?.promptFeedback)?.blockReason) !== null;
    for (const candidate of this.#candidates.values()) if (candidate.finishReason === null) return false;
    return true;
  }

  /** Counts are those of the answer so far: of each the last holds. Not every chunk tells all of them, and some tell none. */
  #takeUsage(value: unknown): void {
    const head = this.#head as JsonObject;
    const counts = asObject(value);
    const before = asObject(head.usageMetadata);
    if (counts === null || before === null) {
      if (before === null) head.usageMetadata = counts === null ? value : { ...counts };
      return;
    }
    for (const key in counts) if (counts[key] !== null) setOwn(before, key, counts[key]);
  }

  #mergeCandidates(value: unknown): boolean {
    let content = false;
    for (const item of asArray(value) ?? []) {
      const chunk = asObject(item);
      // Google leaves out an index that is 0.
      if (chunk !== null && this.#candidate(asCount(chunk.index) ?? 0).push(chunk)) content = true;
    }
    return content;
  }

  #candidate(index: number): ContentCandidate {
    let candidate = this.#candidates.get(index);
    if (candidate === undefined) {
      candidate = new ContentCandidate(index);
      this.#candidates.set(index, candidate);
    }
    return candidate;
  }

  #ordered(): ContentCandidate[] {
    return [...this.#candidates.values()].sort((a, b) => a.index - b.index);
  }
}
