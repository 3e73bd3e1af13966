import { AnswerIndex } from './answer-index.js';
import type { SdkName } from './endpoints.js';
import { flushBeforeExit } from './exit-flush.js';
import { findSdks } from './find-sdks.js';
import { hookSdk } from './hook-sdk.js';
import { headersOf, type LogMeta } from './log-meta.js';
import { type LoggerStats, LogSender } from './log-sender.js';
import { type LoggerOptions, type LoggerSettings, readOptions } from './logger-options.js';
import { attempt, type CallObserver } from './observe-fetch.js';
import type { ObservedCall } from './observed-call.js';
import { patchesOf } from './patches.js';
import { wireOfResponse } from './response-wire.js';

/** SDKs to record: each as its class, its module or one client of it. */
export interface LoggedSdks {
  /** `OpenAI` of `openai`. */
  openAI?: unknown;
  /** `Anthropic` of `@anthropic-ai/sdk`. */
  anthropic?: unknown;
  /** `GoogleGenAI` of `@google/genai`. */
  google?: unknown;
}

/** Under which id a call is found; null when nothing could be logged (`onError` says why). */
export interface Logged {
  requestId: string | null;
}

/** How long `flush` and `close` try by default, ms. */
const FLUSH_MS = 5000;
/** How long a process that has nothing more to do is kept for what is not sent yet, ms. */
const EXIT_MS = 3000;

/**
 * Records calls of a model after the fact, without a proxy in their path: it adds no wait to them and cannot make them fail.
 *
 * @throws TypeError or RangeError that names the option that is wrong.
 * @example
 * ```ts
 * import { HeliconeAsyncLogger } from '@helicone-proxy/logger';
 * import OpenAI from 'openai';
 *
 * const logger = new HeliconeAsyncLogger({
 *   apiKey: 'sk-helicone-xxxx',
 *   baseUrl: 'https://your.host/helicone/api', // or HELICONE_BASE_URL in the environment
 * });
 * logger.init(); // every call of the OpenAI, Anthropic and Google SDKs is recorded from here on
 *
 * const openai = new OpenAI();
 * const response = await openai.chat.completions.create({
 *   model: 'gpt-4',
 *   messages: [{ role: 'user', content: 'Hello' }],
 * });
 *
 * // Says more of the call; it does not wait for the log server
 * await logger.log(response, { userId: 'user-123', properties: { feature: 'chat' } });
 * ```
 */
export class HeliconeAsyncLogger {
  readonly #settings: LoggerSettings;
  readonly #sender: LogSender;
  readonly #answers = new AnswerIndex();
  /** Calls that run. */
  readonly #open = new Set<ObservedCall>();
  /** What undoes each hook, by what it was made for. */
  readonly #hooks = new Map<object, () => void>();
  readonly #observer: CallObserver;
  readonly #stopExit: () => void;
  readonly #forgotten = new FinalizationRegistry<ObservedCall>((call) => call.leave());
  #closed = false;
  /** `close` waits for it. */
  #noneOpen: () => void = () => {};

  constructor(options: LoggerOptions = {}) {
    this.#settings = readOptions(options);
    this.#sender = new LogSender(this.#settings);
    this.#observer = this.#createObserver();
    this.#stopExit = flushBeforeExit(() => void this.#exit());
  }

  /**
   * Records the calls of these SDKs from now on: every HTTP request of every client that was or will be made (for Google: will
   * be made). Without arguments, those that are installed. What is recorded already stays so; one that cannot be recorded is
   * told to `onError`.
   */
  init(sdks: LoggedSdks = {}): void {
    if (this.#closed) return;
    const given = Object.entries({ openai: sdks.openAI, anthropic: sdks.anthropic, google: sdks.google })
      .filter(([, module]) => module !== undefined && module !== null)
      .map(([sdk, module]) => ({ sdk: sdk as SdkName, module }));
    const found = given.length > 0 ? given : findSdks((error) => this.#observer.failed(error));
    for (const each of found)
      attempt(this.#observer, () => hookSdk({ ...each, observer: this.#observer }, this.#hooks));
  }

  /**
   * Says more of a call that was recorded by itself, or records a response that was not. `response` is what the SDK gave: the
   * answer, a stream, a `Response`. Waits for nothing and never rejects.
   */
  async log(response: unknown, meta: LogMeta = {}): Promise<Logged> {
    return attempt(this.#observer, () => this.#log(response, meta)) ?? { requestId: null };
  }

  /** Sends all calls that have ended. Resolves when they are sent, or after `deadlineMs` (default 5000); then they are kept. */
  async flush({ deadlineMs = FLUSH_MS }: { deadlineMs?: number } = {}): Promise<void> {
    await this.#sender.flush(deadlineMs);
  }

  /**
   * Records no new calls, waits for those that run, sends what it has as `flush` does, and gives up the rest. All that takes
   * `deadlineMs` (default 5000) at most.
   */
  async close({ deadlineMs = FLUSH_MS }: { deadlineMs?: number } = {}): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const undo of this.#hooks.values()) undo();
    this.#hooks.clear();
    const until = performance.now() + deadlineMs;
    await this.#callsEnd(deadlineMs);
    await this.#sender.flush(Math.max(0, until - performance.now()));
    this.#stopExit();
    this.#sender.close();
  }

  /** Figures since the logger was made. */
  stats(): LoggerStats {
    return this.#sender.stats;
  }

  #log(response: unknown, meta: LogMeta): Logged {
    const call = this.#answers.find(response);
    if (call === undefined) {
      const wire = wireOfResponse(response, meta, this.#settings.headers);
      const json = JSON.stringify(wire);
      const make = () => ({ json, route: null });
      this.#sender.add({ bytes: json.length, ready: true, make, drop: () => {} });
      return { requestId: wire.providerRequest.meta['Helicone-Request-Id'] ?? wire.id };
    }
    const headers = headersOf(meta);
    call.describe(headers);
    call.described = true;
    if (call.gone) this.#sendLate(call, headers);
    return { requestId: call.requestId };
  }

  #sendLate(call: ObservedCall, headers: Record<string, string>): void {
    for (const patch of patchesOf(call.requestId, headers)) {
      if (this.#sender.addPatch(patch)) continue;
      this.#observer.failed(new Error('log: the call was written already, what is said of it now is lost'));
      return;
    }
  }

  /** Answers that nobody reads may never end: those are not waited for. */
  async #callsEnd(deadlineMs: number): Promise<void> {
    for (const call of this.#open) if (call.unread) call.leave();
    if (this.#open.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#noneOpen = resolve;
      const timer = setTimeout(resolve, deadlineMs);
      await promise;
      clearTimeout(timer);
    }
    for (const call of this.#open) call.leave();
  }

  #closeOpen(call: ObservedCall): void {
    this.#open.delete(call);
    if (this.#open.size === 0) this.#noneOpen();
  }

  #createObserver(): CallObserver {
    return {
      maxBodyBytes: this.#settings.maxBodyBytes,
      sending: false,
      began: (call) => {
        call.describe(this.#settings.headers);
        this.#open.add(call);
      },
      ended: (call) => this.#ended(call),
      belongs: (answer, call) => {
        this.#answers.add(answer, call);
        if (answer instanceof Object && 'headers' in answer) this.#forgotten.register(answer, call);
      },
      callOf: (answer) => this.#answers.find(answer),
      left: (call, requestId) => {
        call.discard(requestId);
        this.#closeOpen(call);
      },
      failed: (error) => this.#settings.failed(error instanceof Error ? error : new Error(String(error))),
    };
  }

  #ended(call: ObservedCall): void {
    const id = call.responseId();
    if (id !== null) this.#answers.addId(id, call);
    this.#sender.add({
      bytes: call.bytes,
      get ready() {
        return call.described;
      },
      make: () => ({ json: JSON.stringify(call.take()), route: null }),
      drop: () => call.release(),
    });
    this.#closeOpen(call);
  }

  /** The process has nothing more to do: an answer that is still open is read by nobody. */
  async #exit(): Promise<void> {
    for (const call of this.#open) call.leave();
    if (this.#sender.stats.queued === 0 && !this.#sender.hasPatches) return;
    await this.#sender.flush(EXIT_MS);
    this.#sender.giveUp();
  }
}
