import type { CapturedBytes } from '../facts.js';
import { decodeCaptured } from './decode.js';
import { formFields } from './form-fields.js';
import { keptText } from './kept-text.js';

/** What a request body says, and the body as it is kept. */
export interface ReadRequest {
  model: string | null;
  /** The body's own `user` field: the end user, where no header names one. */
  user: string | null;
  stream: boolean;
  kept: Uint8Array | null;
  /** The body's JSON object; absent: it is none, or not whole. */
  parsed?: object;
}

/**
 * JSON is parsed up to this many times the size that is kept: parsed it can take twenty times its text (`[],[],…`), and a
 * thread that runs out of memory can take its process with it.
 */
export const PARSE_FACTOR = 4;

const NOTHING: ReadRequest = { model: null, user: null, stream: false, kept: null };

/** Reads a captured request body. Never throws. */
export function readRequest(at: CapturedBytes | null, bytes: Buffer, maxBytes: number): ReadRequest {
  if (at === null) return NOTHING;
  const decoded = decodeCaptured(at, bytes, PARSE_FACTOR * maxBytes);
  if (decoded === null) return NOTHING;
  const { readable, cut, headLength } = decoded;
  const kept = keptText(readable.subarray(0, headLength), at, maxBytes);
  const form = formFields(at.type, readable);
  if (form !== null) return { ...ofForm(form), kept };
  // The model may stand at either end.
  return cut ? { ...NOTHING, model: modelIn(readable.toString('latin1')), kept } : { ...readJson(readable), kept };
}

/** Uploads of audio and pictures say what they ask for in fields of a form. */
function ofForm(fields: ReadonlyMap<string, string>): Omit<ReadRequest, 'kept'> {
  return {
    model: fields.get('model') || null,
    user: fields.get('user') || null,
    stream: fields.get('stream')?.toLowerCase() === 'true',
  };
}

function readJson(decoded: Buffer): Omit<ReadRequest, 'kept'> {
  try {
    const body: unknown = startsObject(decoded) ? JSON.parse(decoded.toString()) : null;
    if (typeof body !== 'object' || body === null) return NOTHING;
    const { model, user, stream } = body as Record<string, unknown>;
    return {
      model: typeof model === 'string' ? model : null,
      user: typeof user === 'string' && user !== '' ? user : null,
      stream: stream === true,
      parsed: body,
    };
  } catch {
    return NOTHING;
  }
}

/** Whether the first byte that is no JSON white space is a brace: anything else is not worth parsing. */
function startsObject(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return byte === OPENING_BRACE;
  return false;
}

const OPENING_BRACE = 123;

/** The first `"model": "…"` of a JSON text that is not whole. */
export function modelIn(text: string, member: 'model' | 'modelVersion' = 'model'): string | null {
  const found = member === 'model' ? MODEL : MODEL_VERSION;
  return found.exec(text)?.[1] ?? null;
}

const MODEL = /"model"\s*:\s*"([^"\\]{1,256})"/;
const MODEL_VERSION = /"modelVersion"\s*:\s*"([^"\\]{1,256})"/;
