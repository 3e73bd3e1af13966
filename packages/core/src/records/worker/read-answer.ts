import type { AnswerFacts, Rebuilder, SessionAnswer, Wire } from '../../providers/wire.js';
import { wireOf } from '../../providers/wires.js';
import { scanSse } from '../../stream/sse-scanner.js';
import type { CallFacts } from '../facts.js';
import { type DecodedCapture, decodeCaptured } from './decode.js';
import { keptText } from './kept-text.js';
import { modelIn, PARSE_FACTOR } from './read-request.js';

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

/** Reads a captured answer. Never throws. */
export function readAnswer(facts: CallFacts, bytes: Buffer, maxBytes: number): ReadAnswer {
  const at = facts.response;
  if (at === null) return NOTHING;
  const wire = facts.wire === null ? null : wireOf(facts.wire);
  const stream = at.type.startsWith('text/event-stream');
  const decoded = decodeCaptured(at, bytes, (stream ? STREAM_FACTOR : PARSE_FACTOR) * maxBytes);
  if (decoded === null) return { ...NOTHING, stream, timeToFirstTokenMs: stream ? facts.firstByteMs : null, cut: true };
  if (stream && wire !== null) return readStream({ facts, wire, decoded, maxBytes });
  const { readable, cut, headLength } = decoded;
  const whole = {
    ...NOTHING,
    stream,
    cut: cut || readable.length > maxBytes,
    kept: keptText(readable.subarray(0, headLength), at, maxBytes),
  };
  if (stream) return { ...whole, timeToFirstTokenMs: facts.firstByteMs };
  if (wire === null) return whole;
  return { ...whole, ...(cut ? factsOfTail(wire, readable) : factsOfJson(wire, readable)) };
}

function factsOfJson(wire: Wire, decoded: Buffer): Partial<AnswerFacts> {
  try {
    return wire.facts(JSON.parse(decoded.toString()));
  } catch {
    return {};
  }
}

/** Of a JSON answer whose middle is missing: the model from its head, the usage object from its end. */
function factsOfTail(wire: Wire, decoded: Buffer): Partial<AnswerFacts> {
  const text = decoded.toString('latin1');
  const named = wire.members ?? { usage: 'usage', model: 'model' };
  const model = modelIn(text, named.model);
  const start = text.lastIndexOf(`"${named.usage}"`);
  const open = text.indexOf('{', start);
  if (start < 0 || open < 0) return { model };
  // The object ends at one of the closing braces behind it; there are only a few.
  for (let end = text.indexOf('}', open); end >= 0; end = text.indexOf('}', end + 1)) {
    try {
      const usage: unknown = JSON.parse(text.slice(open, end + 1));
      return { model, usage: wire.facts({ [named.usage]: usage }).usage };
    } catch {
      // A brace of an inner object.
    }
  }
  return { model };
}

interface StreamToRead {
  facts: CallFacts;
  wire: Wire;
  decoded: DecodedCapture;
  maxBytes: number;
}

function readStream({ facts, wire, decoded, maxBytes }: StreamToRead): ReadAnswer {
  const at = facts.response as NonNullable<CallFacts['response']>;
  const { readable, cut, headLength } = decoded;
  const rebuilder = wire.rebuild();
  const text = readable.subarray(0, headLength).toString();
  let firstToken: number | null = null;
  scanSse(text, (event, endOffset) => {
    if (event.data.length <= PARSE_FACTOR * maxBytes && rebuilder.push(event)) firstToken ??= endOffset;
  });
  // Events between head and tail are lost, but the usage stands in the last ones.
  if (headLength < readable.length) readTail(readable.subarray(headLength).toString(), rebuilder);
  const rebuilt = rebuilder.body();
  // Without a single event there is nothing to rebuild; what came is kept as it is.
  const body = rebuilt === null ? readable.subarray(0, headLength) : Buffer.from(JSON.stringify(rebuilt));
  const encoded = at.encoding !== '' && at.encoding !== 'identity';
  return {
    ...rebuilder.facts(),
    stream: true,
    complete: rebuilder.complete(),
    timeToFirstTokenMs:
      firstToken === null
        ? null
        : encoded
          ? facts.firstByteMs
          : arrivalOf(facts, Buffer.byteLength(text.slice(0, firstToken))),
    kept: keptText(body, { ...at, type: 'application/json' }, maxBytes),
    cut: cut || body.length > maxBytes,
  };
}

function readTail(text: string, rebuilder: Rebuilder): void {
  // Begins anywhere inside an event: the first line end that could be a blank line's is a safe place to start.
  const start = /\r?\n\r?\n|\r\r/.exec(text);
  if (start !== null) scanSse(text.slice(start.index + start[0].length), (event) => rebuilder.push(event));
}

/** When the byte at `offset` had arrived, ms after the start; the last time known where it came later than those kept. */
function arrivalOf({ arrivals, firstByteMs }: CallFacts, offset: number): number | null {
  if (arrivals === null || arrivals.length === 0) return firstByteMs;
  for (let i = 0; i < arrivals.length; i += 2) {
    if ((arrivals[i] as number) >= offset) return arrivals[i + 1] as number;
  }
  return arrivals.at(-1) as number;
}
