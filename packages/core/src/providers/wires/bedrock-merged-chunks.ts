import type { AnswerFacts } from '../wire.js';
import { modelFacts } from './bedrock-invoke-facts.js';
import { asArray, asCount, asObject, type JsonObject, own, setOwn } from './json-read.js';

/** Members whose text comes in pieces: Llama, Mistral, DeepSeek, Titan, Cohere's and Claude's completions. */
const PIECES: ReadonlySet<string> = new Set(['generation', 'text', 'content', 'outputText', 'completion']);

/** Lists and objects are merged this deep: `choices`, one of them, `message`, its members. Below, the last one counts. */
const MAX_DEPTH = 4;

/**
 * Joins the chunks of models that stream pieces of their whole answer: Meta Llama, Mistral, DeepSeek, Amazon Titan, and
 * those that are not known yet.
 */
export class MergedChunks {
  readonly #body: JsonObject = {};

  push(chunk: JsonObject): boolean {
    return merge(this.#body, titanChunk(chunk), 0);
  }

  body(): unknown {
    return this.#body;
  }

  facts(): AnswerFacts {
    return modelFacts(this.#body);
  }

  /** Every one of them says why it stopped. */
  complete(): boolean {
    return this.facts().finishReason !== null;
  }
}

/** Titan's chunks are flat; its answer has a list of results. */
function titanChunk(chunk: JsonObject): JsonObject {
  if (chunk.outputText === undefined) return chunk;
  const { outputText, inputTextTokenCount, totalOutputTextTokenCount: tokenCount, completionReason } = chunk;
  return { inputTextTokenCount, results: [{ tokenCount, outputText, completionReason }] };
}

/** True when it added text. */
function merge(target: JsonObject, source: JsonObject, depth: number): boolean {
  let content = false;
  for (const key in source) {
    const value = source[key];
    const before = own(target, key);
    if (typeof value === 'string' && PIECES.has(key)) {
      setOwn(target, key, typeof before === 'string' ? before + value : value);
      content = value !== '' || content;
    } else if (value === null || value === undefined) {
      if (before === undefined && value === null) setOwn(target, key, null);
    } else if (depth < MAX_DEPTH && Array.isArray(value)) {
      const list = asArray(before) ?? [];
      setOwn(target, key, list);
      content = mergeList(list, value, depth + 1) || content;
    } else if (depth < MAX_DEPTH && typeof value === 'object') {
      const object = asObject(before) ?? {};
      setOwn(target, key, object);
      content = merge(object, value as JsonObject, depth + 1) || content;
    } else {
      setOwn(target, key, value);
    }
  }
  return content;
}

/** Objects join the one of the same index, else at the same place; anything else is put behind. */
function mergeList(list: unknown[], items: readonly unknown[], depth: number): boolean {
  let content = false;
  for (const [place, item] of items.entries()) {
    const given = asObject(item);
    if (given === null) {
      list.push(item);
      continue;
    }
    const at = asCount(given.index) ?? place;
    const known = asObject(list[at]);
    const object = known ?? {};
    if (known === null) list.push(object);
    content = merge(object, given, depth) || content;
  }
  return content;
}
