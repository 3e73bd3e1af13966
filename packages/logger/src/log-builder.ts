import { startClock } from './call-clock.js';
import { errorText } from './error-text.js';
import type { HeliconeLogRequest, SendLogOptions } from './manual-request.js';

interface SendsLogs {
  sendLog(request: HeliconeLogRequest, response: object | string, options: SendLogOptions): Promise<void>;
}

/** Longest text that is kept of a stream, characters. */
const MAX_LENGTH = 8 * 1024 * 1024;

/** The log of one call, filled step by step and sent with `sendLog`. */
export class HeliconeLogBuilder {
  readonly #logger: SendsLogs;
  readonly #request: HeliconeLogRequest;
  readonly #clock = startClock();
  #headers: Record<string, string>;
  #durationMs: number | null = null;
  #response = '';
  #streamed = '';
  #error: unknown = null;
  #cancelled = false;
  #timeToFirstTokenMs: number | null = null;
  /** Resolves when the stream has ended; null while there is none. */
  #ended: Promise<void> | null = null;

  constructor(logger: SendsLogs, request: HeliconeLogRequest, additionalHeaders: Record<string, string> = {}) {
    this.#logger = logger;
    this.#request = request;
    this.#headers = additionalHeaders;
  }

  /** The call failed: its status is 500. */
  setError(error: unknown): void {
    this.#error = error ?? new Error('unknown error');
    this.#durationMs = this.#clock.elapsedMs();
  }

  /** The response of a call that is not streamed. */
  setResponse(body: string): void {
    this.#response = body;
    this.#durationMs = this.#clock.elapsedMs();
  }

  /** Adds `Helicone-*` headers; later ones win. */
  addAdditionalHeaders(headers: Record<string, string>): void {
    this.#headers = { ...this.#headers, ...headers };
  }

  /**
   * Passes a stream on, one JSON line for each of its objects, at the pace of whoever reads it, and records it.
   *
   * @throws Error when there is a stream already.
   */
  toReadableStream(stream: AsyncIterable<unknown>): ReadableStream<Uint8Array> {
    const end = this.#attach();
    const iterator = stream[Symbol.asyncIterator]();
    const encoder = new TextEncoder();
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const { value, done } = await iterator.next();
          if (done === true) {
            end();
            controller.close();
          } else controller.enqueue(encoder.encode(this.#keep(value)));
        } catch (error) {
          this.#error = error ?? new Error('the stream broke');
          end();
          controller.error(error);
        }
      },
      cancel: async () => {
        this.#cancelled = true;
        end();
        await iterator.return?.();
      },
    });
  }

  /**
   * Reads a stream to its end and records it. Resolves then, and rejects with what breaks the stream.
   *
   * @throws Error when there is a stream already.
   */
  async attachStream(stream: AsyncIterable<unknown>): Promise<void> {
    const end = this.#attach();
    try {
      for await (const value of stream) this.#keep(value);
    } catch (error) {
      this.#error = error ?? new Error('the stream broke');
      throw error;
    } finally {
      end();
    }
  }

  /** Waits for the stream's end, then sends the log. Resolves when it is sent, or after 3 s; then it is sent later. */
  async sendLog(): Promise<void> {
    await this.#ended;
    const text = this.#streamed === '' ? this.#response : this.#streamed;
    const failed = this.#error !== null && !this.#cancelled;
    await this.#logger.sendLog(this.#request, failed ? `${errorText(this.#error)}\n\n${text}` : text, {
      startTime: this.#clock.startedAt,
      endTime: this.#clock.startedAt + (this.#durationMs ?? this.#clock.elapsedMs()),
      additionalHeaders: this.#headers,
      status: this.#cancelled ? -3 : failed ? 500 : 200,
      ...(this.#timeToFirstTokenMs !== null && { timeToFirstToken: this.#timeToFirstTokenMs }),
    });
  }

  /** Returns what the end of the stream must call. */
  #attach(): () => void {
    if (this.#ended !== null) throw new Error('Cannot attach multiple streams');
    let ended!: () => void;
    this.#ended = new Promise((resolve) => {
      ended = resolve;
    });
    return () => {
      this.#durationMs = this.#clock.elapsedMs();
      ended();
    };
  }

  #keep(value: unknown): string {
    this.#timeToFirstTokenMs ??= this.#clock.elapsedMs();
    const line = `${JSON.stringify(value)}\n`;
    if (this.#streamed.length < MAX_LENGTH) this.#streamed += line;
    return line;
  }
}
