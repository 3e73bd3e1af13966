import { asCount, asObject, asText, type JsonObject, own, setOwn } from './json-read.js';
import { appendCall } from './openai-chat-append.js';

interface Slot {
  index: number;
  call: JsonObject;
  /** Its arguments end as whole ones do, as far as the last character of the last piece tells. */
  isWhole: boolean;
}

/** The tool calls of one streamed message, which arrive in pieces and, when parallel, interleaved. */
export class ToolCalls {
  readonly #slots: Slot[] = [];
  readonly #byIndex = new Map<number, Slot>();
  readonly #byId = new Map<string, Slot>();

  /** Takes the `tool_calls` of a delta; true when there was one in it. */
  push(pieces: unknown[]): boolean {
    let content = false;
    let before: Slot | null = null;
    for (const item of pieces) {
      const piece = asObject(item);
      if (piece === null) continue;
      before = this.#slot(piece, before);
      merge(before.call, piece);
      before.isWhole = endsWhole(piece) ?? before.isWhole;
      const id = asText(before.call.id);
      if (id !== null && !this.#byId.has(id)) this.#byId.set(id, before);
      content = true;
    }
    return content;
  }

  /** By index; `indexed` tells whether whole answers of this provider have it. */
  body(indexed = false): { tool_calls: JsonObject[] } {
    const slots = [...this.#slots].sort((a, b) => a.index - b.index);
    return { tool_calls: slots.map(({ call, index }) => (indexed ? { ...call, index } : call)) };
  }

  /** Where a piece belongs; `before` is where the one before it in the same delta did. */
  #slot(piece: JsonObject, before: Slot | null): Slot {
    const id = asText(piece.id);
    const index = asCount(piece.index);
    const sameId = id === null ? undefined : this.#byId.get(id);
    const known = index === null ? (sameId ?? this.#slots.at(-1)) : this.#byIndex.get(index);
    if (known !== undefined && !starts(piece, known, before)) return known;
    // Told apart from its neighbours by nothing but the id, which it has kept.
    if (known !== undefined && sameId !== undefined && sameId.index === index) return sameId;
    const slot: Slot = { index: index ?? this.#slots.length, call: {}, isWhole: false };
    this.#slots.push(slot);
    this.#byIndex.set(slot.index, slot);
    return slot;
  }
}

/**
 * Whether a piece begins a call of its own, though by its index or for want of one it would go on with `known`. Google's compatible
 * endpoint gives parallel calls no index, or all the same, and not always an id; servers that send whole calls leave out both.
 * A new id alone does not, since vLLM has made one up for every piece, nor does a name alone, which some repeat in every piece.
 */
function starts(piece: JsonObject, known: Slot, before: Slot | null): boolean {
  const name = nameOf(piece);
  const { call, isWhole } = known;
  if (name === null || nameOf(call) === null) return false;
  const id = asText(piece.id);
  const knownId = asText(call.id);
  if (id !== null && knownId !== null) return id !== knownId;
  if (asCount(piece.index) === null) return known === before || isWhole;
  return name !== nameOf(call) && isWhole;
}

function nameOf(call: JsonObject): string | null {
  return asText((asObject(call.function) ?? asObject(call.custom))?.name);
}

/** Null when the piece has no arguments. Some servers send them parsed. */
function endsWhole(piece: JsonObject): boolean | null {
  const text = asObject(piece.function)?.arguments;
  if (typeof text === 'string') return text === '' ? null : text.endsWith('}');
  return text === undefined || text === null ? null : true;
}

function merge(call: JsonObject, piece: JsonObject): void {
  for (const key in piece) {
    const value = piece[key];
    if (key === 'index') continue;
    if (key === 'function' || key === 'custom') appendCall(call, key, value);
    else if (key === 'id' && asText(call.id) !== null) continue;
    else if ((value !== null && value !== '') || own(call, key) === undefined) setOwn(call, key, value);
  }
}
