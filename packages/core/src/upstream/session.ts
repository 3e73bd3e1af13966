import type { Duplex } from 'node:stream';
import type { ByteObserver, ByteSink, ByteStream } from '../contract.js';
import { ProxyError } from '../errors.js';
import { iterateBody } from '../stream/iterate-body.js';
import { UpstreamBody } from '../stream/upstream-body.js';
import { goingAway } from './close-frame.js';
import { CloseWatch } from './close-watch.js';
import { clientClosed, upstreamFailure } from './failure.js';

/** How long a side that has been told that the session is over may take to close its connection, ms. */
const LINGER_MS = 10_000;
/** The same for one that was cut or sent away, ms. */
const CUT_MS = 1_000;

/**
 * A WebSocket between a client and an upstream: what comes from one goes to the other as it came, each held back when the other
 * does not take it. It is the body of the 101 answer: attaching a sink starts both directions.
 *
 * A side that sends its close frame and ends its connection has ended the session; one whose connection ends without is gone, and
 * so is then the other's connection, at once.
 */
export class Session implements ByteStream {
  readonly #client: ByteStream;
  readonly #upstream: Duplex;
  readonly #ended: (error: ProxyError | null) => void;
  readonly #toClient: UpstreamBody;
  readonly #received = new CloseWatch();
  readonly #sent = new CloseWatch();
  #clientGoesOn: () => void = () => {};
  #over = false;
  #timer: NodeJS.Timeout | null = null;

  /** `ended` is called once, before observers are: with null for an end that one side has told. */
  constructor(client: ByteStream, upstream: Duplex, ended: (error: ProxyError | null) => void) {
    this.#client = client;
    this.#upstream = upstream;
    this.#ended = ended;
    this.#toClient = new UpstreamBody(
      {
        pause: () => upstream.pause(),
        resume: () => upstream.resume(),
        // Whoever writes to the client could not.
        abort: () => this.#clientGone(),
      },
      () => null,
    );
    this.#listen();
  }

  observe(observer: ByteObserver): void {
    this.#toClient.observe(observer);
  }

  attach(sink: ByteSink): () => void {
    const resume = this.#toClient.attach({
      write: (bytes) => sink.write(bytes),
      end: () => sink.end(),
      fail: (error) => sink.fail(error, this.#farewell(error, this.#received, false)),
    });
    this.#clientGoesOn = this.#client.attach({
      write: (bytes) => this.#send(bytes),
      end: () => this.#clientEnded(),
      fail: () => this.#clientGone(),
    });
    return resume;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    return iterateBody(this);
  }

  /** From who writes to the client: its connection is closed. */
  cancel(reason: Error): void {
    if (reason instanceof ProxyError) this.stop(reason);
    else this.#clientGone();
  }

  /** Ends the session on our own account: both sides are sent away, where a frame of ours can be understood. */
  stop(reason: ProxyError): void {
    // It ended before, but the client has not taken everything yet.
    if (this.#over) this.#toClient.fail(reason);
    else this.#settle(reason);
  }

  #listen(): void {
    const upstream = this.#upstream;
    // Both directions end on their own: a close frame may still be on its way against the other's end.
    upstream.allowHalfOpen = true;
    upstream.on('error', (error) => this.#upstreamGone(error));
    upstream.on('data', (bytes: Buffer) => {
      if (this.#over) return;
      this.#received.push(bytes);
      this.#toClient.push(bytes);
    });
    upstream.once('end', () => this.#upstreamGone(null));
    upstream.once('close', () => {
      this.#upstreamGone(null);
      if (this.#timer !== null) clearTimeout(this.#timer);
    });
    upstream.on('drain', () => this.#clientGoesOn());
    upstream.resume();
  }

  /** Whether one side has said that it closes. */
  get #closing(): boolean {
    return this.#received.closed || this.#sent.closed;
  }

  #send(bytes: Uint8Array): boolean {
    // What comes behind the upstream's end goes nowhere.
    if (this.#upstream.writableEnded || this.#upstream.destroyed) return true;
    this.#sent.push(bytes);
    return this.#upstream.write(bytes);
  }

  #clientEnded(): void {
    this.#upstream.end();
    if (this.#closing) this.#destroyIn(LINGER_MS);
    else this.#settle(clientClosed());
  }

  #clientGone(): void {
    this.#settle(this.#closing ? null : clientClosed());
    this.#upstream.destroy();
    // Behind what it has taken already: the rest would wait for it forever.
    queueMicrotask(() => this.#toClient.fail(clientClosed()));
  }

  #upstreamGone(error: Error | null): void {
    this.#settle(this.#closing ? null : upstreamFailure(error ?? new Error('the connection was closed'), true));
  }

  #settle(error: ProxyError | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#ended(error);
    if (error === null) {
      this.#finishClient();
      this.#destroyIn(LINGER_MS);
      return;
    }
    this.#toClient.fail(error);
    this.#part(error);
  }

  /** The client gets what is still on its way to it. Nothing else would end one that does not take that. */
  #finishClient(): void {
    const timer = setTimeout(() => this.#toClient.fail(clientClosed()), LINGER_MS);
    this.#toClient.observe({ end: () => clearTimeout(timer) });
    this.#toClient.finish();
  }

  /** Closes the upstream's connection behind what is still on its way there. */
  #part(error: ProxyError): void {
    const upstream = this.#upstream;
    if (upstream.destroyed) return;
    const frame = this.#farewell(error, this.#sent, true);
    if (frame === null) upstream.end(() => upstream.destroy());
    else upstream.end(frame);
    // Its own close frame is read, so that ours is not lost in a reset.
    upstream.resume();
    this.#destroyIn(CUT_MS);
  }

  /** The close frame for a side that is sent away; null when it is simply cut, or could not read one. */
  #farewell(error: Error, { takesClose }: CloseWatch, masked: boolean): Uint8Array | null {
    if (!takesClose || !(error instanceof ProxyError)) return null;
    if (error.code === 'shutting_down') return goingAway('this server is shutting down', masked);
    return error.code === 'upstream_timeout' ? goingAway('the session took longer than allowed', masked) : null;
  }

  #destroyIn(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = this.#upstream.destroyed ? null : setTimeout(() => this.#upstream.destroy(), ms);
  }
}
