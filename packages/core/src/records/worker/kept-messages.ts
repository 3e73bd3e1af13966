import type { MessageEntry } from '../../stream/message-entry.js';
import type { Omitted } from '../facts.js';

/** A text in a message that is longer may be sound or a picture; characters. */
const LONG_TEXT = 1024;
/** Base64, by itself or in a `data:` URL. */
const BASE64 = /^(?:data:[\w/+.;=-]{1,128},)?[A-Za-z0-9+/_=-]+$/;

/** The messages of one direction of a session as a record keeps them: a JSON array of limited length. */
export class KeptMessages {
  /** Messages are missing, or parts of them. */
  incomplete = false;
  readonly #maxBytes: number;
  readonly #texts: string[] = [];
  #bytes = 2;
  readonly #omitted: Omitted = { messages: 0, bytes: 0 };

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** `message` is the entry's text, parsed; null when it is not JSON. */
  add(entry: MessageEntry, message: unknown): void {
    const text = textOf(entry, message);
    const length = Buffer.byteLength(text) + 1;
    if (entry.kind === 'cut' || entry.kind === 'usage') this.incomplete = true;
    if (this.#bytes + length > this.#maxBytes) {
      this.omit({ messages: entry.count, bytes: entry.total });
      return;
    }
    this.#texts.push(text);
    this.#bytes += length;
  }

  /** Counts messages that are not among those kept. */
  omit({ messages, bytes }: Omitted): void {
    this.#omitted.messages += messages;
    this.#omitted.bytes += bytes;
    if (messages > 0) this.incomplete = true;
  }

  /** The array as JSON; null when nothing was said. */
  array(): Uint8Array | null {
    const texts = [...this.#texts];
    if (this.#omitted.messages > 0) texts.push(JSON.stringify({ helicone_omitted: this.#omitted }));
    return texts.length === 0 ? null : Buffer.from(`[${texts.join(',')}]`);
  }
}

function textOf({ kind, count, total, bytes }: MessageEntry, message: unknown): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const omitted = { helicone_omitted: { messages: count, bytes: total } };
  switch (kind) {
    case 'whole':
      return message === null ? JSON.stringify(buffer.toString()) : withoutMedia(buffer.toString(), message);
    case 'cut':
      return JSON.stringify({ helicone_cut: buffer.toString(), bytes: total });
    case 'media':
      return JSON.stringify({ type: buffer.toString(), ...omitted });
    case 'binary':
      return JSON.stringify({ type: 'binary', ...omitted });
    case 'usage':
      return JSON.stringify({ helicone_cut: `…${buffer.toString()}`, bytes: total });
    case 'close':
      return JSON.stringify({ helicone_close: closeOf(buffer) });
  }
}

function closeOf(payload: Buffer): { code: number | null; reason: string } {
  if (payload.length < 2) return { code: null, reason: '' };
  return { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString() };
}

/** The message as it came, unless there is sound or a picture in it. */
function withoutMedia(text: string, message: unknown): string {
  if (text.length <= LONG_TEXT) return text;
  let found = false;
  try {
    const written = JSON.stringify(message, (_name, value: unknown) => {
      if (typeof value !== 'string' || value.length <= LONG_TEXT || !BASE64.test(value)) return value;
      found = true;
      return `<${value.length} characters left out>`;
    });
    return found ? written : text;
  } catch {
    // Nested too deeply to be written.
    return text;
  }
}
