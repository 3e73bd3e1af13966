import type { AnswerFacts, Rebuilder, StreamEvent } from '../wire.js';
import { asObject, asText, errorMessage, type JsonObject, parseObject, setOwn } from './json-read.js';
import { valueAtEnd } from './value-at-end.js';

/** Types of the events that bring a finished picture. */
export const IMAGE_ENDS: ReadonlySet<string> = new Set(['image_generation.completed', 'image_edit.completed']);

/**
 * Rebuilds streamed pictures, https://platform.openai.com/docs/api-reference/images-streaming; `readFacts` reads a whole answer.
 * A picture comes several times over, each time clearer: only the last one before it is finished is kept, and only until then.
 */
export function rebuildImages(readFacts: (answer: JsonObject | null) => AnswerFacts): Rebuilder {
  return new ImagesRebuilder(readFacts);
}

class ImagesRebuilder implements Rebuilder {
  readonly #readFacts: (answer: JsonObject | null) => AnswerFacts;
  readonly #answer = new Answer();
  #finished = false;
  /** Data of the last event with a picture that is not finished, not parsed. */
  #draft: string | null = null;
  #error: unknown;

  constructor(readFacts: (answer: JsonObject | null) => AnswerFacts) {
    this.#readFacts = readFacts;
  }

  push({ event, data }: StreamEvent): boolean {
    if (isDraft(event, data)) {
      this.#draft = data;
      return true;
    }
    const parsed = parseObject(data);
    if (parsed === null) return false;
    const type = asText(parsed.type) ?? event;
    if (event === 'error' || type === 'error' || errorMessage(parsed.error) !== null) {
      this.#error = parsed.error ?? parsed;
      return false;
    }
    if (type.endsWith(DRAFT)) {
      this.#draft = data;
      return true;
    }
    if (!IMAGE_ENDS.has(type)) return false;
    this.#finished = true;
    this.#draft = null;
    this.#answer.add(parsed);
    return true;
  }

  /** A finished picture's event has its usage at its end, and drafts have none. */
  pushEnd(data: string): void {
    const usage = asObject(valueAtEnd(data, 'usage'));
    if (usage === null) return;
    this.#finished = true;
    this.#answer.tell('usage', usage);
  }

  body(): JsonObject | null {
    const body = this.#finished ? this.#answer.body() : this.#unfinished();
    return this.#error === undefined ? body : { ...body, error: this.#error };
  }

  /** A picture that was never finished says nothing of what it cost. */
  facts(): AnswerFacts {
    return this.#readFacts({ ...(this.#finished ? this.#answer.body() : null), error: this.#error });
  }

  complete(): boolean {
    return this.#finished && this.#error === undefined;
  }

  #unfinished(): JsonObject | null {
    const draft = this.#draft === null ? null : parseObject(this.#draft);
    if (draft === null) return null;
    const answer = new Answer();
    answer.add(draft);
    return answer.body();
  }
}

/** An answer of pictures, whose events have the members of both among each other. */
class Answer {
  readonly #head: JsonObject = {};
  readonly #pictures: JsonObject[] = [];

  add(event: JsonObject): void {
    const picture: JsonObject = {};
    for (const key in event) {
      const value = event[key];
      if (key === 'type' || key === 'sequence_number') continue;
      if (PICTURE.has(key)) picture[key] = value;
      else this.tell(key === 'created_at' ? 'created' : key, value);
    }
    this.#pictures.push(picture);
  }

  tell(key: string, value: unknown): void {
    setOwn(this.#head, key, value);
  }

  body(): JsonObject {
    return { ...this.#head, data: this.#pictures };
  }
}

/** Members of a picture in a whole answer, and the one that tells which of its drafts this is. */
const PICTURE: ReadonlySet<string> = new Set(['b64_json', 'url', 'revised_prompt', 'partial_image_index']);

const DRAFT = '.partial_image';

/** Told without parsing: by the event's name, or by what its data begins with. */
function isDraft(event: string, data: string): boolean {
  return event.endsWith(DRAFT) || /^\{"type":\s?"image_(?:generation|edit)\.partial_image"/.test(data);
}
