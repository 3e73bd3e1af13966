import { type CallClock, startClock } from './call-clock.js';
import { errorText } from './error-text.js';
import { flushBeforeExit } from './exit-flush.js';
import { HeliconeLogBuilder } from './log-builder.js';
import { type LoggerStats, LogSender } from './log-sender.js';
import { type LoggerOptions, type LoggerSettings, readOptions } from './logger-options.js';
import { type HeliconeLogRequest, manualWire, type SendLogOptions } from './manual-request.js';
import { readStreamText, type Streamed, type StreamText } from './stream-text.js';

/** Options of `HeliconeManualLogger`. */
export interface ManualLoggerOptions extends LoggerOptions {
  /**
   * Address that logs are posted to, instead of `baseUrl`: `…/custom/v1/log`, where `custom` gives way to `oai`, `anthropic` or
   * `googleapis` for calls of these providers. An address that does not end so gets it appended.
   */
  loggingEndpoint?: string;
}

/** Takes what a call gave, inside `logRequest`. */
export interface HeliconeResultRecorder {
  /** Adds members to the recorded response. */
  appendResults(data: Record<string, unknown>): void;
  /** What was added so far. */
  getResults(): Record<string, unknown>;
}

/** Takes the streams of a call, inside `logStream`. */
export interface HeliconeStreamResultRecorder {
  /** Reads a stream to its end and records it: give it a branch of its own, such as of `tee()`. */
  attachStream(stream: Streamed): void;
}

const ROUTES: Record<string, string> = { OPENAI: 'oai', ANTHROPIC: 'anthropic', GOOGLE: 'googleapis' };
const KNOWN_ROUTE = /\/(custom|oai|anthropic|googleapis)\/v1\/log$/;

/** How long methods that send a log wait until it is sent, ms; then it is kept and sent later. */
const SEND_MS = 3000;
const EXIT_MS = 3000;

/**
 * Logs calls that the application tells of: any model, tools, searches, other events. Has the methods of `HeliconeManualLogger`
 * of `@helicone/helpers`. No method fails because the log server does; what a call throws is thrown on, and logged.
 *
 * @throws TypeError or RangeError that names the option that is wrong.
 */
export class HeliconeManualLogger {
  readonly #settings: LoggerSettings;
  readonly #sender: LogSender;
  readonly #endpoint: string | null;
  readonly #stopExit: () => void;

  constructor(options: ManualLoggerOptions) {
    const { loggingEndpoint, ...rest } = options;
    if (loggingEndpoint !== undefined && !URL.canParse(loggingEndpoint)) {
      throw new TypeError('loggingEndpoint: must be an http(s) address');
    }
    this.#endpoint = loggingEndpoint ?? null;
    this.#settings = readOptions({ ...rest, baseUrl: rest.baseUrl ?? loggingEndpoint });
    this.#sender = new LogSender(this.#settings);
    this.#stopExit = flushBeforeExit(() => void this.#exit());
  }

  /** A log to be filled step by step; for streams above all. */
  logBuilder(request: HeliconeLogRequest, additionalHeaders?: Record<string, string>): HeliconeLogBuilder {
    return new HeliconeLogBuilder(this, request, additionalHeaders);
  }

  /** Runs a call and logs it. Resolves with what it gives, rejects with what it throws; both are logged. */
  async logRequest<T>(
    request: HeliconeLogRequest,
    operation: (resultRecorder: HeliconeResultRecorder) => Promise<T>,
    additionalHeaders?: Record<string, string>,
    provider?: string,
  ): Promise<T> {
    const clock = startClock();
    let results: Record<string, unknown> = {};
    const recorder: HeliconeResultRecorder = {
      appendResults: (data) => {
        results = { ...results, ...data };
      },
      getResults: () => results,
    };
    const log = (status: number, response: object | string): void =>
      this.#add(request, response, { ...timesOf(clock), additionalHeaders, provider, status });
    try {
      const result = await operation(recorder);
      log(200, results);
      return result;
    } catch (error) {
      log(500, Object.keys(results).length === 0 ? errorText(error) : { ...results, error: errorText(error) });
      throw error;
    }
  }

  /** Runs a streamed call; resolves with what it gives at once, and logs it when the attached streams have ended. */
  async logStream<T>(
    request: HeliconeLogRequest,
    operation: (resultRecorder: HeliconeStreamResultRecorder) => Promise<T>,
    additionalHeaders?: Record<string, string>,
  ): Promise<T> {
    const clock = startClock();
    const streams: Promise<StreamText>[] = [];
    const recorder = { attachStream: (stream: Streamed) => void streams.push(readStreamText(stream, clock)) };
    try {
      const result = await operation(recorder);
      void Promise.all(streams).then((read) => this.#addStreams(request, read, { clock, additionalHeaders }));
      return result;
    } catch (error) {
      this.#add(request, errorText(error), { ...timesOf(clock), additionalHeaders, status: 500 });
      throw error;
    }
  }

  /** Reads a stream to its end and logs it. */
  async logSingleStream(
    request: HeliconeLogRequest,
    stream: Streamed,
    additionalHeaders?: Record<string, string>,
  ): Promise<void> {
    const clock = startClock();
    this.#addStreams(request, [await readStreamText(stream, clock)], { clock, additionalHeaders });
    await this.#sender.flush(SEND_MS);
  }

  /** Logs a call with the text of its response. `latencyMs`: how long it took. */
  async logSingleRequest(
    request: HeliconeLogRequest,
    body: string,
    options: { additionalHeaders?: Record<string, string>; latencyMs?: number } = {},
  ): Promise<void> {
    const startTime = Date.now();
    const endTime = startTime + (options.latencyMs ?? 0);
    await this.sendLog(request, body, { startTime, endTime, additionalHeaders: options.additionalHeaders });
  }

  /** Logs a call. Resolves when the log is sent, or after 3 s; then it is kept and sent later. */
  async sendLog(request: HeliconeLogRequest, response: object | string, options: SendLogOptions): Promise<void> {
    this.#add(request, response, options);
    await this.#sender.flush(SEND_MS);
  }

  /** Sends all logs that wait. Resolves when they are sent, or after `deadlineMs` (default 5000). */
  async flush({ deadlineMs = 5000 }: { deadlineMs?: number } = {}): Promise<void> {
    await this.#sender.flush(deadlineMs);
  }

  /** Sends what waits as `flush` does, and gives up the rest. */
  async close({ deadlineMs = 5000 }: { deadlineMs?: number } = {}): Promise<void> {
    await this.#sender.flush(deadlineMs);
    this.#stopExit();
    this.#sender.close();
  }

  /** Figures since the logger was made. */
  stats(): LoggerStats {
    return this.#sender.stats;
  }

  #addStreams(
    request: HeliconeLogRequest,
    read: readonly StreamText[],
    { clock, additionalHeaders }: { clock: CallClock; additionalHeaders: Record<string, string> | undefined },
  ): void {
    const broken = read.find(({ error }) => error !== null);
    const text = read.map((each) => each.text).join('');
    const first = Math.min(...read.map(({ firstChunkMs }) => firstChunkMs ?? Number.POSITIVE_INFINITY));
    this.#add(request, broken === undefined ? text : `${errorText(broken.error)}\n\n${text}`, {
      ...timesOf(clock),
      additionalHeaders,
      status: broken === undefined ? 200 : 500,
      ...(Number.isFinite(first) && { timeToFirstToken: first }),
    });
  }

  #add(request: HeliconeLogRequest, response: object | string, options: SendLogOptions): void {
    try {
      const { provider = 'custom' } = options;
      const wire = manualWire({ request, response, options: { ...options, provider } }, this.#settings.headers);
      const outgoing = { json: JSON.stringify(wire), route: this.#routeOf(options.provider) };
      this.#sender.add({ bytes: outgoing.json.length, ready: true, make: () => outgoing, drop: () => {} });
    } catch (error) {
      this.#settings.failed(error as Error);
    }
  }

  /** Null: with other logs, to where logs go. */
  #routeOf(provider: string | undefined): string | null {
    if (this.#endpoint === null) return null;
    const path = `/${ROUTES[provider?.toUpperCase() ?? ''] ?? 'custom'}/v1/log`;
    return KNOWN_ROUTE.test(this.#endpoint)
      ? this.#endpoint.replace(KNOWN_ROUTE, path)
      : this.#endpoint.replace(/\/$/, '') + path;
  }

  async #exit(): Promise<void> {
    if (this.#sender.stats.queued === 0) return;
    await this.#sender.flush(EXIT_MS);
    this.#sender.giveUp();
  }
}

/** When a call began, and that it ends now. */
function timesOf(clock: CallClock): Pick<SendLogOptions, 'startTime' | 'endTime'> {
  return { startTime: clock.startedAt, endTime: clock.startedAt + clock.elapsedMs() };
}
