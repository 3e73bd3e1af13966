import { modelCallOf, type SdkName } from './endpoints.js';
import { metaOfRequest } from './log-meta.js';
import { type Failure, ObservedCall } from './observed-call.js';
import { type ResponseLike, watchResponse } from './watch-response.js';

/** Where the hooks tell of what they see. None of it throws. */
export interface CallObserver {
  readonly maxBodyBytes: number;
  /** Set while the methods run that send a request, until they wait for something. */
  sending: boolean;
  /** A call begins. */
  began(call: ObservedCall): void;
  /** A call has ended. */
  ended(call: ObservedCall): void;
  /** An answer that belongs to a call: its `Response`, its parsed body, its stream. */
  belongs(answer: unknown, call: ObservedCall): void;
  /** The call of an answer; undefined when it belongs to none. */
  callOf(answer: unknown): ObservedCall | undefined;
  /** A call that is not recorded here: by a Helicone proxy, under that id, or by nobody. */
  left(call: ObservedCall, requestId: string): void;
  failed(error: unknown): void;
}

/** A request that an SDK is about to send. */
export interface SentRequest {
  sdk: SdkName;
  url: unknown;
  init: unknown;
  /** Signal by which the caller aborts; the SDK's own may fire for its time limit, too. */
  callerSignal?: AbortSignal | null | undefined;
  /** Signal of the request itself. */
  signal?: AbortSignal | null | undefined;
}

/**
 * Sends a request as it would be sent without us, and observes it when it is a call of a model. What comes of it is passed on as
 * it is: the same response, the same error.
 */
export function observeFetch(
  observer: CallObserver,
  request: SentRequest,
  send: () => Promise<ResponseLike>,
): Promise<ResponseLike> {
  // A client that is recorded itself, of a class that is recorded, too: it is one request.
  const call = observer.sending ? undefined : attempt(observer, () => begin(observer, request));
  if (call === null || call === undefined) return send();
  observer.sending = true;
  let sent: Promise<ResponseLike>;
  try {
    sent = send();
  } finally {
    observer.sending = false;
  }
  return sent.then(
    (response) => {
      attempt(observer, () => {
        try {
          watch({ observer, call, request }, response);
        } catch (error) {
          // What cannot be watched has no end that we would hear of.
          observer.left(call, call.requestId);
          throw error;
        }
      });
      return response;
    },
    (error: unknown) => {
      attempt(observer, () => call.fail(failureOf(request), error));
      throw error;
    },
  );
}

function begin(observer: CallObserver, { sdk, url, init }: SentRequest): ObservedCall | null {
  const { method = 'GET', body, headers } = (init ?? {}) as { method?: string; body?: unknown; headers?: unknown };
  const target = modelCallOf(sdk, String(url), method);
  if (target === null) return null;
  const call = new ObservedCall({
    ...target,
    request: textOf(body),
    meta: metaOfRequest(headers),
    maxBodyBytes: observer.maxBodyBytes,
    onEnd: (ended) => observer.ended(ended),
  });
  observer.began(call);
  return call;
}

/** Bodies of calls are texts; some SDKs encode them themselves. */
function textOf(body: unknown): string | null {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.length).toString() : null;
}

interface Watched {
  observer: CallObserver;
  call: ObservedCall;
  request: SentRequest;
}

function watch({ observer, call, request }: Watched, response: ResponseLike): void {
  observer.belongs(response, call);
  const heliconeId = response.headers.get('helicone-id');
  if (heliconeId !== null) {
    // It went through a proxy, which has recorded it.
    observer.left(call, heliconeId);
    return;
  }
  call.answered(response.status, response.headers);
  const safely =
    <Given extends unknown[]>(tell: (...given: Given) => void) =>
    (...given: Given): void => {
      attempt(observer, () => tell(...given));
    };
  watchResponse(response, {
    chunk: safely((bytes: Uint8Array) => call.chunk(bytes)),
    text: safely((whole: string) => call.text(whole)),
    end: safely(() => call.end()),
    fail: safely((error: unknown) => call.fail(bodyFailureOf(request, call.streamed), error)),
    leave: safely(() => call.leave()),
    parsed: safely((value: unknown) => observer.belongs(value, call)),
    wantsRest: () => call.refused,
  });
}

/** While the body is read, an SDK aborts the request of a stream that its caller no longer reads, or for its time limit. */
function bodyFailureOf({ callerSignal, signal }: SentRequest, streamed: boolean): Failure {
  if (callerSignal?.aborted === true) return 'left';
  if (signal?.aborted !== true) return 'network';
  const late = (signal.reason as { name?: unknown } | undefined)?.name === 'TimeoutError';
  return streamed && !late ? 'left' : 'timeout';
}

/** Before the answer's head, an SDK aborts the request by itself for its own time limit only. */
function failureOf({ callerSignal, signal }: SentRequest): Failure {
  if (callerSignal?.aborted === true) return 'left';
  return signal?.aborted === true ? 'timeout' : 'network';
}

/** Runs what is ours: whatever goes wrong with it must not reach the call that is observed. */
export function attempt<T>(observer: Pick<CallObserver, 'failed'>, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    observer.failed(error);
    return undefined;
  }
}
