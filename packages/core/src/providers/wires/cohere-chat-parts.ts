import { type JsonObject, setOwn } from './json-read.js';
import { append, appendCall } from './openai-chat-append.js';

/** Members that come whole, in the event that starts a part. */
const WHOLE: ReadonlySet<string> = new Set(['id', 'type']);

/** One list of a streamed v2 message while it grows: its content, tool calls or citations. */
export class CohereParts {
  readonly #parts = new Map<number, JsonObject>();
  #last: number | null = null;

  /** Takes the next piece of the part at `index`, by default the last one. Returns whether it brought generated content. */
  push(piece: JsonObject, index: number | null): boolean {
    const at = index ?? this.#last ?? 0;
    this.#last = at;
    const part = this.#parts.get(at);
    if (part === undefined) {
      // A citation is whole at its start.
      this.#parts.set(at, piece);
      return hasContent(piece);
    }
    let content = false;
    for (const key in piece) {
      if (WHOLE.has(key)) setOwn(part, key, piece[key]);
      else if (key === 'function') content = appendCall(part, key, piece[key]) || content;
      else content = append(part, key, piece[key]) || content;
    }
    return content;
  }

  /** The parts in the order of their indexes. */
  list(): JsonObject[] {
    return [...this.#parts].sort(([a], [b]) => a - b).map(([, part]) => part);
  }
}

/** Text and thinking begin empty; a tool call or citation is content by being there. */
function hasContent({ type, text, thinking }: JsonObject): boolean {
  return (type !== 'text' && type !== 'thinking') || (text ?? '') !== '' || (thinking ?? '') !== '';
}
