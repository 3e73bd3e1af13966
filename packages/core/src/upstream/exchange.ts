import type { Duplex } from 'node:stream';
import type { ByteStream, EngineResponse, Headers } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';
import { answerHeaders, firstValue } from '../policy/headers.js';
import type { WireFormat } from '../providers/wire.js';
import type { Attempt } from '../records/facts.js';
import { boundaryOf } from '../stream/boundary.js';
import { framingOf } from '../stream/framing.js';
import { UpstreamBody } from '../stream/upstream-body.js';
import type { Connection } from './connection.js';
import { Deadline, type Phase } from './deadline.js';
import { ABANDONED, clientClosed, isReset, timedOut, upstreamFailure } from './failure.js';
import { keepAlive } from './keep-alive.js';
import { lastEvent } from './last-event.js';
import type { OriginPool } from './pools.js';
import { Session } from './session.js';
import type { Dispatcher } from './undici.js';

/** One request to one upstream. */
export interface ExchangeRequest {
  pool: OriginPool;
  method: string;
  path: string;
  headers: string[];
  body: Uint8Array | AsyncIterable<Uint8Array> | null;
  /** What a client sends that asks for a WebSocket; null for any other request. */
  client: ByteStream | null;
  timeouts: ResolvedOptions['timeouts'];
  /** When the whole call must be over, on the clock of `performance.now()`. */
  totalAt: number;
  /** Filled in as the exchange goes on. */
  attempt: Attempt;
  /** Wire format of the answer, to tell the client in its dialect when a stream breaks. */
  wire: WireFormat | null;
}

/** JSON documents up to this size are handed on whole: one write, and an exact length. Bytes. */
const WHOLE_BYTES = 1024 * 1024;

/**
 * A JSON answer of unknown length is held this long, ms. Some providers send blank lines while they work to keep a
 * connection alive; those must reach the client.
 */
const HOLD_MS = 100;

/**
 * Drives one exchange with an upstream over undici's `dispatch`, the leanest of its interfaces, and turns its callbacks into
 * one answer.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Resolves with the answer once its head, or for a short JSON document all of it, is here. Rejects with `ProxyError`. */
  readonly answer: Promise<EngineResponse>;
  /** Set by the connection that takes the request. */
  connection: Connection | null = null;
  readonly #request: ExchangeRequest;
  readonly #deadline: Deadline;
  readonly #startedAt = performance.now();
  #resolve!: (response: EngineResponse) => void;
  #reject!: (error: ProxyError) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #head: { status: number; headers: Headers } | null = null;
  #held: Uint8Array[] | null = null;
  #heldBytes = 0;
  #holdTimer: NodeJS.Timeout | null = null;
  #body: UpstreamBody | null = null;
  #session: Session | null = null;
  #lastArrivalAt = 0;
  #over = false;
  /** Bytes that the connection had brought before this request; 0 on one that has never served. */
  #readBefore = 0;
  #replayed = false;

  constructor(request: ExchangeRequest) {
    this.#request = request;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#deadline = new Deadline(request.totalAt, (phase) => this.#expire(phase));
  }

  start(): void {
    const { pool, method, path, headers, body, client, timeouts } = this.#request;
    this.#deadline.wait('connect', timeouts.connectMs);
    const upgrade = client === null ? null : 'websocket';
    const options = { method: method as Dispatcher.HttpMethod, path, headers, body: body as Buffer | null, upgrade };
    try {
      if (this.#replayed) pool.fresh(options, this);
      else pool.dispatch(options, this);
    } catch (error) {
      this.cancel(upstreamFailure(error, false));
    }
  }

  /** Gives the exchange up and closes its connection. */
  cancel(reason: Error): void {
    if (this.#session !== null) {
      this.#session.stop(upstreamFailure(reason, true));
      return;
    }
    if (this.#over) {
      // The upstream has said everything, but the client has not taken it yet.
      this.#body?.fail(upstreamFailure(reason, true));
      return;
    }
    // An exchange that still waits for a connection has no controller; `onRequestStart` sees that it is over.
    this.#controller?.abort(reason);
    this.#fail(upstreamFailure(reason, this.#controller !== null));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#readBefore = this.connection?.bytesRead ?? 0;
    if (this.#over) controller.abort(new Error('given up'));
    else this.#deadline.wait('first byte', this.#request.timeouts.firstByteMs);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, received: Headers): void {
    // 1xx answers come before the real one.
    if (status < 200 || this.#over) return;
    const headers = answerHeaders(received);
    this.#head = { status, headers };
    this.#request.attempt.status = status;
    this.#lastArrivalAt = performance.now();
    this.#deadline.wait('idle', this.#request.timeouts.idleMs);
    const length = headers['content-length'];
    if (this.#request.method === 'HEAD' || status === 204 || status === 304) this.#held = [];
    else if (isJson(headers['content-type']) && (length === undefined || Number(length) <= WHOLE_BYTES)) {
      this.#held = [];
      if (length === undefined) this.#holdTimer = setTimeout(() => this.#startStream(), HOLD_MS);
    } else this.#startStream();
  }

  /** The upstream has switched protocols: from here on silence is normal, and only the whole may take too long. */
  onRequestUpgrade(
    _controller: Dispatcher.DispatchController,
    status: number,
    received: Headers,
    socket: Duplex,
  ): void {
    const { client, attempt } = this.#request;
    const isWebSocket = firstValue(received.upgrade)?.toLowerCase() === 'websocket';
    if (!isWebSocket) this.#fail(upstreamFailure(new Error('the upgrade is to another protocol'), true));
    if (this.#over || client === null) {
      socket.destroy();
      return;
    }
    attempt.status = status;
    this.#deadline.wait('total', Number.POSITIVE_INFINITY);
    keepAlive(socket);
    const session = new Session(client, socket, (error) => {
      if (error !== null && error !== ABANDONED) attempt.error = error.code;
      this.#finish();
    });
    this.#session = session;
    this.#resolve({ status, headers: answerHeaders(received), body: session });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    this.#lastArrivalAt = performance.now();
    if (this.#held === null) {
      this.#body?.push(chunk);
      return;
    }
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > WHOLE_BYTES) this.#startStream();
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#finish();
    if (this.#held !== null) this.#answerWhole(this.#held);
    else this.#body?.finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#mayReplay(error)) {
      this.#replayed = true;
      this.#controller = null;
      this.#readBefore = 0;
      this.start();
    } else this.#fail(upstreamFailure(error, this.#controller !== null));
  }

  /**
   * A kept connection that ends before it brings a byte was most likely being closed by the provider when the request went
   * out (RFC 9112 section 9.3.1). Whatever the retry policy, that is nobody's failure: once, the request goes over a new one.
   */
  #mayReplay(error: Error): boolean {
    if (this.#over || this.#replayed || this.#head !== null || this.#readBefore === 0) return false;
    const { body } = this.#request;
    if (body !== null && !(body instanceof Uint8Array)) return false;
    return this.connection?.bytesRead === this.#readBefore && isReset(error);
  }

  #answerWhole(chunks: Uint8Array[]): void {
    const { status, headers } = this.#head as { status: number; headers: Headers };
    if (this.#request.method === 'HEAD' || status === 204 || status === 304) {
      this.#resolve({ status, headers, body: null });
      return;
    }
    const body = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, this.#heldBytes);
    headers['content-length'] = String(body.length);
    this.#resolve({ status, headers, body });
  }

  /** The answer does not end soon, or is none that is handed on whole: the client gets its head and what has come so far. */
  #startStream(): void {
    if (this.#holdTimer !== null) clearTimeout(this.#holdTimer);
    const { status, headers } = this.#head as { status: number; headers: Headers };
    const body = new UpstreamBody(
      {
        pause: () => this.#controller?.pause(),
        resume: () => {
          this.#lastArrivalAt = performance.now();
          this.#controller?.resume();
        },
        // Whoever takes the stream gives it up: on the way to a client that is the client's leaving.
        abort: (reason) => this.cancel(reason instanceof ProxyError ? reason : clientClosed()),
      },
      (error) => lastEvent(this.#request.wire, upstreamFailure(error, true), headers),
      boundaryOf(firstValue(headers['content-type']) ?? ''),
    );
    this.#body = body;
    for (const chunk of this.#held ?? []) body.push(chunk);
    this.#held = null;
    this.#resolve({ status, headers, body });
  }

  #expire(phase: Phase): void {
    const left = phase === 'idle' ? this.#idleLeftMs() : 0;
    if (left > 0) this.#deadline.wait('idle', left);
    else this.cancel(timedOut(phase));
  }

  /** Chunks only note when they came; what is left of the limit is waited for. A pause is the client's, not the upstream's. */
  #idleLeftMs(): number {
    const { idleMs } = this.#request.timeouts;
    return this.#body?.paused ? idleMs : this.#lastArrivalAt + idleMs - performance.now();
  }

  #fail(error: ProxyError): void {
    if (this.#over) return;
    if (error !== ABANDONED) this.#request.attempt.error = error.code;
    this.#finish();
    this.#reject(error);
    this.#body?.fail(error);
  }

  #finish(): void {
    this.#over = true;
    this.#deadline.clear();
    if (this.#holdTimer !== null) clearTimeout(this.#holdTimer);
    this.#request.attempt.durationMs = performance.now() - this.#startedAt;
  }
}

function isJson(type: string | string[] | undefined): boolean {
  // `application/stream+json` is a document a line.
  return typeof type === 'string' && framingOf(type) === null && /^application\/([a-z0-9.+-]*\+)?json\b/i.test(type);
}
