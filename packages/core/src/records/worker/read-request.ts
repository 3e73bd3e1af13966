import type { CapturedBytes } from '../facts.js';
import { decodeBody } from './decode.js';
import { keptText } from './kept-text.js';

/** What a request body says, and the body as it is kept. */
export interface ReadRequest {
  model: string | null;
  /** The body's own `user` field: the end user, where no header names one. */
  user: string | null;
  stream: boolean;
  kept: Uint8Array | null;
}

const NOTHING: ReadRequest = { model: null, user: null, stream: false, kept: null };

/** Reads a captured request body. Never throws. */
export function readRequest(at: CapturedBytes | null, bytes: Buffer, maxBytes: number): ReadRequest {
  if (at === null) return NOTHING;
  const decoded = decodeBody(bytes, at.encoding);
  if (decoded === null) return NOTHING;
  const cut = at.length < at.total;
  const kept = keptText(cut ? decoded.subarray(0, at.headLength) : decoded, at, maxBytes);
  if (cut) return { ...NOTHING, model: modelIn(decoded.toString('latin1')), kept };
  return { ...readJson(decoded), kept };
}

function readJson(decoded: Buffer): Omit<ReadRequest, 'kept'> {
  try {
    const body: unknown = decoded[0] === OPENING_BRACE ? JSON.parse(decoded.toString()) : null;
    if (typeof body !== 'object' || body === null) return NOTHING;
    const { model, user, stream } = body as Record<string, unknown>;
    return {
      model: typeof model === 'string' ? model : null,
      user: typeof user === 'string' && user !== '' ? user : null,
      stream: stream === true,
    };
  } catch {
    return NOTHING;
  }
}

const OPENING_BRACE = 123;

/** The first `"model": "…"` of a JSON text that is not whole. */
export function modelIn(text: string): string | null {
  return /"model"\s*:\s*"([^"\\]{1,256})"/.exec(text)?.[1] ?? null;
}
