import type { CallClock } from './call-clock.js';

/** What a stream is read as: bytes, texts, or objects of an SDK's stream. */
export type Streamed = AsyncIterable<unknown>;

/** What came out of a stream. */
export interface StreamText {
  text: string;
  /** When the first chunk came, ms after the start; null when none did. */
  firstChunkMs: number | null;
  /** What broke it; null when it came to its end. */
  error: unknown;
}

/** Longest text that is kept of a stream, characters. */
const MAX_LENGTH = 8 * 1024 * 1024;

/** Reads a stream to its end, objects as one JSON line each. Never rejects. */
export async function readStreamText(stream: Streamed, clock: CallClock): Promise<StreamText> {
  const read: StreamText = { text: '', firstChunkMs: null, error: null };
  const decoder = new TextDecoder();
  try {
    for await (const chunk of stream) {
      read.firstChunkMs ??= clock.elapsedMs();
      if (read.text.length < MAX_LENGTH) read.text += textOf(chunk, decoder);
    }
    read.text += decoder.decode();
  } catch (error) {
    read.error = error ?? new Error('the stream broke');
  }
  return read;
}

function textOf(chunk: unknown, decoder: InstanceType<typeof TextDecoder>): string {
  if (typeof chunk === 'string') return chunk;
  if (chunk instanceof Uint8Array) return decoder.decode(chunk, { stream: true });
  return `${JSON.stringify(chunk)}\n`;
}
