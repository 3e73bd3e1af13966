import type { Headers } from '../contract.js';
import type { ErrorCode } from '../errors.js';
import { askedWaitMs } from '../policy/retry-delay.js';
import { timedOut, upstreamFailure } from '../upstream/failure.js';
import type { OriginPool } from '../upstream/pools.js';
import type { Dispatcher } from '../upstream/undici.js';

/** What is posted, and how long it may take. */
export interface PostRequest {
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Until the answer is whole, ms. */
  timeoutMs: number;
}

/** What came of it. */
export interface Posted {
  /** Null: no answer came. */
  status: number | null;
  /** What the receiver asked to be left alone for, ms; 0: nothing. */
  askedMs: number;
  /** Why no answer came, in words that name no address; null: one did. */
  failure: string | null;
}

/** The receiver has it. */
export function arrived({ status }: Posted): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** A POST under way. */
export interface Post {
  /** Never rejects. */
  readonly done: Promise<Posted>;
  /** Gives it up. */
  cancel(): void;
}

/** Bytes of an answer that are read, and thrown away, so that its connection can be used again. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Posts a text. Redirects are answers like any other; what the answer says besides its status counts for nothing. */
export function post(pool: OriginPool, { path, headers, body, timeoutMs }: PostRequest): Post {
  let finish!: (posted: Posted) => void;
  let controller: Dispatcher.DispatchController | null = null;
  let head: Posted | null = null;
  let answered = 0;
  let over = false;
  const done = new Promise<Posted>((resolve) => {
    finish = (posted) => {
      over = true;
      clearTimeout(timer);
      resolve(posted);
    };
  });
  const fail = (error: unknown): void => {
    if (!over) finish(head ?? { status: null, askedMs: 0, failure: failureOf(error, controller !== null) });
  };
  const giveUp = (error: Error): void => {
    fail(error);
    controller?.abort(error);
  };
  const timer = setTimeout(() => giveUp(timedOut(controller === null ? 'connect' : 'total')), timeoutMs).unref();
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      if (over) started.abort(new Error('given up'));
    },
    onResponseStart(_controller, status, received) {
      // 1xx answers come before the real one.
      if (status < 200) return;
      const asked = askedWaitMs(received as Headers, Date.now());
      head = { status, askedMs: asked ?? 0, failure: null };
    },
    onResponseData(started, chunk) {
      answered += chunk.length;
      if (answered <= MAX_ANSWER_BYTES || over) return;
      const error = new Error('the answer is too long');
      fail(error);
      started.abort(error);
    },
    onResponseEnd() {
      if (!over && head !== null) finish(head);
    },
    onResponseError: (_controller, error) => fail(error),
  };
  try {
    pool.dispatch({ method: 'POST', path, headers, body }, handler);
  } catch (error) {
    fail(error);
  }
  return { done, cancel: () => giveUp(new Error('given up')) };
}

/** What may be said of it to whoever named the destination: nothing of what stands behind it. */
const FAILURES: Partial<Record<ErrorCode, string>> = {
  target_forbidden: 'the destination is at a private address',
  upstream_timeout: 'the receiver did not answer in time',
  upstream_reset: 'the receiver closed the connection before its answer was complete',
};

function failureOf(error: unknown, connected: boolean): string {
  return FAILURES[upstreamFailure(error, connected).code] ?? 'the receiver could not be reached';
}
