import { answerBody, parseObject } from './answer-body.js';
import { BodyCapture } from './body-capture.js';
import { startClock } from './call-clock.js';
import type { ModelCall } from './endpoints.js';
import { errorText } from './error-text.js';
import { uuidOr, uuidV7 } from './uuid-v7.js';
import { type LogWire, wireTime } from './wire.js';

/** What is known of a call when its request is sent. */
export interface CallStart extends ModelCall {
  /** Body of the request, as text. */
  request: string | null;
  /** Describing `Helicone-*` headers, lower-case. */
  meta: Record<string, string>;
  /** How much of each body is kept, bytes. */
  maxBodyBytes: number;
  /** Called once, when the call has ended. */
  onEnd: (call: ObservedCall) => void;
}

/** How a call ended that got no whole answer. */
export type Failure = 'left' | 'timeout' | 'network';

/** Status of the record where no answer's own says what happened; the same as the proxy's. */
const FAILURE_STATUS: Record<Failure, number> = { left: -3, timeout: -1, network: 502 };

/** Headers of an answer that the record may tell of; among the others are cookies. */
const KEPT_HEADERS = ['content-type', 'x-request-id', 'request-id', 'retry-after', 'openai-processing-ms'];

/** A chunk with the first words of an answer. */
const FIRST_TOKEN = /"(content|text|delta|thinking|partial_json|arguments|reasoning_content|refusal)"\s*:\s*"[^"]/;
/** Chunks that are searched for them, and bytes of each. */
const SEARCHED_CHUNKS = 64;
const SEARCHED_BYTES = 16 * 1024;

/** Behind one of these an event stream has nothing more to say: whoever leaves then has got all of it. */
const TERMINAL =
  /(^|\n)data: ?(\[DONE\]|\{"error":)|"type"\s*:\s*"(error|message_stop|response\.(completed|failed|incomplete))"|"finishReason"\s*:\s*"/;

/** How much of an answer's ends is searched, bytes. */
const ENDS_BYTES = 64 * 1024;
const ID_BYTES = 4096;

/** One HTTP request of an SDK, and what came of it. */
export class ObservedCall {
  readonly id: string;
  /** Id under which REST finds the call. */
  requestId: string;
  readonly provider: string;
  /** Describing headers, of the request and of `log`; later ones win. */
  readonly meta: Map<string, { name: string; value: string }> = new Map();
  /** `log` has named it: there is nothing to wait for. */
  described = false;
  /** It is on its way, or was given up: what `log` says now must be sent besides. */
  gone = false;
  readonly #start: CallStart;
  #request: string | null;
  readonly #clock = startClock();
  #capture: BodyCapture;
  #status = 0;
  #headers: Record<string, string> = {};
  #streamed = false;
  #message: string | null = null;
  #firstTokenMs: number | null = null;
  #searched = 0;
  #durationMs: number | null = null;

  constructor(start: CallStart) {
    this.#start = start;
    this.#request = start.request === null ? null : shortened(start.request, start.maxBodyBytes);
    start.request = null;
    this.id = uuidV7(this.#clock.startedAt);
    this.requestId = uuidOr(start.meta['helicone-request-id'], this.id);
    this.provider = start.provider;
    this.describe({ ...start.meta, 'Helicone-Request-Id': this.requestId });
    this.#capture = new BodyCapture(start.maxBodyBytes);
  }

  get ended(): boolean {
    return this.#durationMs !== null;
  }

  /** What it counts for in the queue, bytes. */
  get bytes(): number {
    return 1024 + (this.#request?.length ?? 0) + this.#capture.bytes;
  }

  /** Adds headers that describe the call. */
  describe(headers: Record<string, string>): void {
    for (const [name, value] of Object.entries(headers)) this.meta.set(name.toLowerCase(), { name, value });
  }

  /** The head of the answer is here. */
  answered(status: number, headers: { get(name: string): string | null }): void {
    this.#status = status;
    for (const name of KEPT_HEADERS) {
      const value = headers.get(name);
      if (value !== null) this.#headers[name] = value;
    }
    this.#streamed = this.#headers['content-type']?.startsWith('text/event-stream') === true;
  }

  /** Bytes of the answer's body have arrived. */
  chunk(bytes: Uint8Array): void {
    if (this.ended) return;
    this.#capture.add(bytes);
    if (this.#streamed && this.#firstTokenMs === null && this.#searched < SEARCHED_CHUNKS) this.#findToken(bytes);
  }

  /** The body was read as one text. */
  text(whole: string): void {
    if (!this.ended) this.#capture.addText(whole);
  }

  /** The body is whole. */
  end(): void {
    this.#finish();
  }

  /** No answer came, or it broke. */
  fail(failure: Failure, error: unknown): void {
    if (this.ended) return;
    const cut = this.#streamed && failure === 'network';
    // A stream that breaks keeps its status: that its end is missing says the rest.
    if (!cut) this.#status = FAILURE_STATUS[failure];
    this.#message = error instanceof Error ? messageOf(error) : errorText(error);
    this.#finish();
  }

  /** Whether the answer is an event stream. */
  get streamed(): boolean {
    return this.#streamed;
  }

  /** Whether the answer is an error. */
  get refused(): boolean {
    return this.#status >= 400;
  }

  /** Whether there is an answer of which nothing was read. */
  get unread(): boolean {
    return this.#status > 0 && this.#capture.total === 0;
  }

  /** Nobody wants the rest of the body, or ever began to read it. */
  leave(): void {
    if (this.ended) return;
    const whole =
      this.refused ||
      (this.unread && !this.#streamed) ||
      (this.#streamed && TERMINAL.test(this.#capture.end(ENDS_BYTES)));
    if (whole) this.#finish();
    else this.fail('left', 'the caller left');
  }

  /** Id that the answer gives itself; null where it has none. */
  responseId(): string | null {
    const name = this.provider === 'google' || this.provider === 'vertex' ? 'responseId' : 'id';
    const pattern = new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]{1,200})"`);
    return (pattern.exec(this.#capture.start(ID_BYTES)) ?? pattern.exec(this.#capture.end(ID_BYTES)))?.[1] ?? null;
  }

  /** The log, as it is sent. Lets go of the bodies. */
  take(): LogWire {
    this.gone = true;
    const { provider, url } = this.#start;
    const { startedAt } = this.#clock;
    const wire: LogWire = {
      id: this.id,
      provider,
      providerRequest: {
        url,
        json: this.#request === null ? {} : (parseObject(this.#request) ?? { text: this.#request }),
        meta: Object.fromEntries([...this.meta.values()].map(({ name, value }) => [name, value])),
      },
      providerResponse: { status: this.#status, headers: this.#headers, ...this.#body() },
      timing: { startTime: wireTime(startedAt), endTime: wireTime(startedAt + (this.#durationMs ?? 0)) },
    };
    if (this.#firstTokenMs !== null) wire.timing.timeToFirstToken = this.#firstTokenMs;
    this.release();
    return wire;
  }

  /** It is recorded elsewhere, under that id: nothing is to be told of its end. */
  discard(requestId: string): void {
    this.requestId = requestId;
    this.#durationMs = 0;
    this.release();
  }

  /** Lets go of the bodies. */
  release(): void {
    this.gone = true;
    this.#request = null;
    this.#capture = new BodyCapture(0);
  }

  #body(): ReturnType<typeof answerBody> {
    if (this.#message !== null && this.#capture.total === 0) return { json: { error: { message: this.#message } } };
    return answerBody(this.#capture.read(), this.#streamed);
  }

  #findToken(bytes: Uint8Array): void {
    this.#searched += 1;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SEARCHED_BYTES)).toString('latin1');
    if (FIRST_TOKEN.test(text)) this.#firstTokenMs = this.#clock.elapsedMs();
  }

  #finish(): void {
    if (this.ended) return;
    this.#durationMs = this.#clock.elapsedMs();
    this.#start.onEnd(this);
  }
}

/** Where a body is too long, its model is all that is kept of it: half a document can be read by nobody. */
function shortened(request: string, maxBytes: number): string {
  if (request.length <= maxBytes) return request;
  const short: Record<string, unknown> = { truncated_bytes: request.length };
  const ends = `${request.slice(0, ENDS_BYTES)} ${request.slice(-ENDS_BYTES)}`;
  const model = /"model"\s*:\s*"([^"\\]{1,200})"/.exec(ends)?.[1];
  if (model !== undefined) short.model = model;
  if (/"stream"\s*:\s*true/.test(ends)) short.stream = true;
  return JSON.stringify(short);
}

/** An error's message with that of its cause: `fetch failed` alone says nothing. */
function messageOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? `${error.message}: ${cause.message}` : error.message;
}
