import { joinBase64 } from './base64-join.js';
import { asArray, asObject, type JsonObject, own, setOwn } from './json-read.js';
import { append } from './openai-chat-append.js';

/** One content block of a streamed message while it grows, from Converse or from Amazon Nova. */
export class BedrockBlock {
  readonly index: number;
  readonly #block: JsonObject = {};
  readonly #citations: unknown[] = [];
  /** Joined pieces of a tool's input, which is JSON. */
  #input = '';
  /** Base64 pieces of blobs, by the objects that they belong to. */
  readonly #blobs = new Map<JsonObject, { key: 'bytes' | 'redactedContent'; pieces: string[] }>();

  constructor(index: number) {
    this.index = index;
  }

  /** Takes what the start says: the kind of block and its fixed members. True when that is content. */
  start(members: JsonObject | null): boolean {
    if (members === null) return false;
    for (const kind in members) {
      const given = asObject(members[kind]);
      if (given === null) setOwn(this.#block, kind, members[kind]);
      else for (const key in given) setOwn(this.#part(kind), key, given[key]);
    }
    return members.toolUse !== undefined;
  }

  /** Takes a delta; true when it carries content. */
  push(delta: JsonObject | null): boolean {
    if (delta === null) return false;
    let content = false;
    for (const kind in delta) content = this.#grow(kind, delta[kind]) || content;
    return content;
  }

  /** The block as a whole answer has it. Input that was cut off, and is therefore no JSON, stays as its text. */
  body(): JsonObject {
    const block = this.#block;
    const tool = asObject(block.toolUse);
    // A tool that takes nothing gets no input, or the empty text.
    if (tool !== null && this.#input !== '') tool.input = parseInput(this.#input);
    else if (tool !== null) tool.input ??= {};
    for (const [owner, { key, pieces }] of this.#blobs) owner[key] = joinBase64(pieces);
    if (this.#citations.length === 0) return block;
    const { text, ...rest } = block;
    const content = text === undefined ? [] : [{ text }];
    return { ...rest, citationsContent: { ...asObject(rest.citationsContent), content, citations: this.#citations } };
  }

  #grow(kind: string, value: unknown): boolean {
    switch (kind) {
      case 'toolUse':
        return this.#growTool(asObject(value));
      case 'reasoningContent':
        return this.#growReasoning(asObject(value));
      case 'toolResult':
        return this.#growToolResult(value);
      case 'citation':
        this.#citations.push(value);
        return true;
      default: {
        const members = asObject(value);
        if (members === null) return append(this.#block, kind, value);
        return this.#growMembers(this.#part(kind), members);
      }
    }
  }

  #growTool(delta: JsonObject | null): boolean {
    if (delta === null) return false;
    const tool = this.#part('toolUse');
    for (const key in delta) {
      const value = delta[key];
      if (key === 'input' && typeof value === 'string') this.#input += value;
      else append(tool, key, value);
    }
    return delta.input !== '';
  }

  /** Streams have text and signature on one level; whole answers have them in `reasoningText`. */
  #growReasoning(delta: JsonObject | null): boolean {
    if (delta === null) return false;
    const reasoning = this.#part('reasoningContent');
    let content = false;
    for (const key in delta) {
      const value = delta[key];
      if (key === 'text' || key === 'signature') {
        const text = asObject(reasoning.reasoningText) ?? {};
        reasoning.reasoningText = text;
        content = append(text, key, value) || content;
      } else if (key === 'redactedContent' && typeof value === 'string') {
        this.#growBlob(reasoning, key, value);
        content = true;
      } else {
        content = append(reasoning, key, value) || content;
      }
    }
    return content;
  }

  /** Pieces of one text follow each other; anything else is an item of its own. */
  #growToolResult(value: unknown): boolean {
    const items = asArray(value);
    if (items === null || items.length === 0) return false;
    const result = this.#part('toolResult');
    const content = asArray(result.content) ?? [];
    result.content = content;
    let joins = true;
    for (const item of items) {
      const last = joins ? asObject(content.at(-1)) : null;
      const text = asObject(item)?.text;
      if (typeof last?.text === 'string' && typeof text === 'string') last.text += text;
      else content.push(item);
      joins = false;
    }
    return true;
  }

  /** Images and audio bring their bytes in `source`; members that are not known yet join as text and lists do. */
  #growMembers(part: JsonObject, delta: JsonObject): boolean {
    let content = false;
    for (const key in delta) {
      const source = key === 'source' ? asObject(delta[key]) : null;
      if (typeof source?.bytes === 'string') {
        const owner = asObject(own(part, key)) ?? source;
        setOwn(part, key, owner);
        this.#growBlob(owner, 'bytes', source.bytes);
        content = true;
      } else {
        content = append(part, key, delta[key]) || content;
      }
    }
    return content;
  }

  #growBlob(owner: JsonObject, key: 'bytes' | 'redactedContent', piece: string): void {
    const known = this.#blobs.get(owner);
    if (known === undefined) this.#blobs.set(owner, { key, pieces: [piece] });
    else known.pieces.push(piece);
  }

  #part(kind: string): JsonObject {
    const known = asObject(own(this.#block, kind));
    if (known !== null) return known;
    const part: JsonObject = {};
    setOwn(this.#block, kind, part);
    return part;
  }
}

function parseInput(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
