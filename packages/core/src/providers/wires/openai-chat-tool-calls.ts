import { asCount, asObject, asText, type JsonObject, own, setOwn } from './json-read.js';
import { appendCall } from './openai-chat-append.js';

interface Slot {
  index: number;
  call: JsonObject;
}

/** The tool calls of one streamed message, which arrive in pieces and, when parallel, interleaved. */
export class ToolCalls {
  readonly #slots: Slot[] = [];
  readonly #byIndex = new Map<number, Slot>();

  /** Takes the `tool_calls` of a delta; true when there was one in it. */
  push(pieces: unknown[]): boolean {
    let content = false;
    for (const item of pieces) {
      const piece = asObject(item);
      if (piece === null) continue;
      merge(this.#slot(piece).call, piece);
      content = true;
    }
    return content;
  }

  /** By index, without `index`, which whole answers do not have. */
  body(): { tool_calls: JsonObject[] } {
    const slots = [...this.#slots].sort((a, b) => a.index - b.index);
    return { tool_calls: slots.map((slot) => slot.call) };
  }

  #slot(piece: JsonObject): Slot {
    const id = asText(piece.id);
    const index = asCount(piece.index);
    const known = index === null ? this.#slots.at(-1) : this.#byIndex.get(index);
    // Google's compatible endpoint gives parallel calls no index, or all the same: there only the id tells them apart.
    // A new id alone does not, since vLLM has made one up for every piece; only the first piece has a name.
    const starts = id !== null && asText(known?.call.id) !== null && known?.call.id !== id && namesFunction(piece);
    if (known !== undefined && !starts) return known;
    const slot: Slot = { index: index ?? this.#slots.length, call: {} };
    this.#slots.push(slot);
    this.#byIndex.set(slot.index, slot);
    return slot;
  }
}

function namesFunction(piece: JsonObject): boolean {
  return asText(asObject(piece.function)?.name) !== null;
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
