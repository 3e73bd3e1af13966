import type { AnswerContext, AnswerFacts, SessionAnswer, Wire } from '../../providers/wire.js';
import { valueAtEnd } from '../../providers/wires/value-at-end.js';
import { wireOf } from '../../providers/wires.js';
import { type Framing, framingOf } from '../../stream/framing.js';
import type { CallFacts, CapturedBytes } from '../facts.js';
import { decodeCaptured } from './decode.js';
import { keptText } from './kept-text.js';
import { modelIn, PARSE_FACTOR } from './read-request.js';
import { readStream } from './read-stream.js';

/** What an answer says, and the answer as it is kept. */
export interface ReadAnswer extends AnswerFacts {
  /** It was an event stream. */
  stream: boolean;
  /** For streams that are understood: whether the terminal event came. Null where that cannot be told. */
  complete: boolean | null;
  timeToFirstTokenMs: number | null;
  /** Of a session: what was charged one by one, of which `usage` is the sum. */
  charged?: readonly SessionAnswer[];
  kept: Uint8Array | null;
  /** The answer's JSON, or what a stream was rebuilt to; absent: none. */
  parsed?: unknown;
  /** What is kept is not the whole answer. */
  cut: boolean;
}

/** A stream is read event by event, so its text may be longer than one document's. */
const STREAM_FACTOR = 32;

const NOTHING: ReadAnswer = {
  model: null,
  usage: null,
  finishReason: null,
  error: null,
  stream: false,
  complete: null,
  timeToFirstTokenMs: null,
  kept: null,
  cut: false,
};

/** Reads a captured answer to a request for `requestModel`. Never throws. */
export function readAnswer(
  facts: CallFacts,
  bytes: Buffer,
  { maxBytes, requestModel }: { maxBytes: number; requestModel: string | null },
): ReadAnswer {
  const at = facts.response;
  if (at === null) return NOTHING;
  const wire = facts.wire === null ? null : wireOf(facts.wire);
  const typed = framingOfAnswer(facts, at, wire);
  const decoded = decodeCaptured(at, bytes, (typed === null ? PARSE_FACTOR : STREAM_FACTOR) * maxBytes);
  if (decoded === null) {
    const stream = typed !== null;
    return { ...NOTHING, stream, timeToFirstTokenMs: stream ? facts.firstByteMs : null, cut: true };
  }
  // Some servers answer with one document, though a stream was asked for and its type is told.
  const isDocument =
    (typed === 'sse' || typed === 'json-array') &&
    decoded.readable.length <= PARSE_FACTOR * maxBytes &&
    opens(decoded.readable);
  const framing = isDocument ? null : typed;
  const stream = framing !== null;
  const { provider, path, answerHeaders: headers = {} } = facts;
  const context = { provider, path, requestModel, headers };
  if (framing !== null && wire !== null && (wire.framings ?? ['sse']).includes(framing)) {
    return readStream({ facts, rebuilder: wire.rebuild(context), framing, decoded, maxBytes });
  }
  const { readable, cut, headLength } = decoded;
  const whole = {
    ...NOTHING,
    stream,
    cut: cut || readable.length > maxBytes,
    kept: keptText(readable.subarray(0, headLength), at, maxBytes),
  };
  if (stream) return { ...whole, timeToFirstTokenMs: facts.firstByteMs };
  if (wire === null) return whole;
  return { ...whole, ...(cut ? factsOfTail(wire, readable, context) : factsOfJson(wire, readable, context)) };
}

/** The first character that is not white space opens a JSON object, which no event and no array begins with. */
function opens(bytes: Buffer): boolean {
  return /^\s*\{/.test(bytes.toString('latin1', 0, 64));
}

/**
 * Without `alt=sse` Google streams one JSON array, under the type of a plain document. Lines are a stream only where the format speaks
 * them: files of lines (results of a batch) have the same types.
 */
function framingOfAnswer({ path }: CallFacts, { type }: CapturedBytes, wire: Wire | null): Framing | null {
  const isArray = wire?.name === 'google-generate-content' && STREAMED_ARRAY.test(path) && JSON_TYPE.test(type);
  const framing = isArray ? 'json-array' : framingOf(type);
  return framing === 'ndjson' && wire?.framings?.includes('ndjson') !== true ? null : framing;
}

const STREAMED_ARRAY = /(?::|%3a)streamGenerateContent\/?$/i;
const JSON_TYPE = /^application\/json\b/i;

function factsOfJson(wire: Wire, decoded: Buffer, context: AnswerContext): Partial<ReadAnswer> {
  try {
    const body: unknown = JSON.parse(decoded.toString());
    return { ...wire.facts(body, context), parsed: body };
  } catch {
    return {};
  }
}

/** Of a JSON answer whose middle is missing: the model from its head, the usage object from its end. */
function factsOfTail(wire: Wire, decoded: Buffer, context: AnswerContext): Partial<AnswerFacts> {
  const text = decoded.toString('latin1');
  const { usage, model } = wire.members ?? { usage: 'usage', model: 'model' };
  // Whether the format has a model in its answers at all, it says itself.
  const body = { [model]: modelIn(text, model), [usage]: valueAtEnd(text, usage) ?? undefined, ...wire.ends?.(text) };
  const { finishReason: _, error: __, ...told } = wire.facts(body, context);
  return told;
}
