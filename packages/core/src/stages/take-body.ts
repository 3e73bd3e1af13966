import type { Call } from '../call.js';
import type { Stage, UnreadBody } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';
import type { ByteBudget } from '../upstream/byte-budget.js';
import { clientClosed } from '../upstream/failure.js';
import { declaredLength } from '../upstream/request-headers.js';

/**
 * A body up to this size is read whole before it is sent on, which is cheaper than a stream; a longer one that no policy
 * needs to look at streams through. Bytes.
 */
const WHOLE_BYTES = 128 * 1024;

type Limits = ResolvedOptions['limits'];

/** Decides how the request's body travels: not at all, whole, or as a stream with a bounded copy on the side. */
export function createTakeBody(limits: Limits, budget: ByteBudget): Stage {
  const wholeBytes = Math.min(WHOLE_BYTES, limits.bufferedBytes);
  const hold = (call: Call, body: Uint8Array): void => {
    if (!budget.take(body.length)) {
      throw new ProxyError('overloaded', 'too many request bodies are being handled at this moment; try again');
    }
    call.heldBytes += body.length;
    call.body = body;
    call.requestCapture.add(body, limits.recordBodyBytes);
  };
  return async function takeBody(call, next) {
    const { body } = call.request;
    const length = body instanceof Uint8Array ? body.length : declaredLength(call.request.headers);
    if (length !== null && length > limits.requestBytes) throw tooLarge(limits.requestBytes);
    if (body === null || length === 0) call.body = null;
    else if (body instanceof Uint8Array) hold(call, body);
    else if (length !== null && length <= wholeBytes) hold(call, await readWhole(body));
    else call.body = streamThrough(call, body, limits);
    return next();
  };
}

async function readWhole(body: UnreadBody): Promise<Uint8Array> {
  try {
    if (body.whole !== undefined) return await body.whole();
  } catch (error) {
    throw readFailure(error);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of fromClient(body)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* streamThrough(call: Call, body: AsyncIterable<Uint8Array>, limits: Limits): AsyncGenerator<Uint8Array> {
  for await (const chunk of fromClient(body)) {
    call.requestCapture.add(chunk, limits.recordBodyBytes);
    if (call.requestCapture.total > limits.requestBytes) throw tooLarge(limits.requestBytes);
    yield chunk;
  }
}

async function* fromClient(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw readFailure(error);
  }
}

/** A body that cannot be read to its end means that its sender is gone. */
function readFailure(error: unknown): ProxyError {
  return error instanceof ProxyError ? error : clientClosed();
}

function tooLarge(maxBytes: number): ProxyError {
  return new ProxyError('request_too_large', `the request body is longer than ${maxBytes} bytes (limits.requestBytes)`);
}
