import { type Call, jsonOf } from '../call.js';
import type { Stage, UnreadBody } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';
import type { Policy, RateLimit } from '../policy/policy.js';
import type { AskedFacts } from '../records/facts.js';
import { mayBeSigned } from '../upstream/aws-signing.js';
import type { ByteBudget } from '../upstream/byte-budget.js';
import { clientClosed } from '../upstream/failure.js';
import { declaredLength } from '../upstream/request-headers.js';
import { Wait } from '../upstream/wait.js';

/**
 * A body up to this size is read whole before it is sent on, which is cheaper than a stream; a longer one streams through,
 * unless a policy needs all of it. Bytes.
 */
const WHOLE_BYTES = 128 * 1024;

type Limits = ResolvedOptions['limits'];

/** Decides how the request's body travels: not at all, whole, or as a stream with a bounded copy on the side. */
export function createTakeBody(limits: Limits, budget: ByteBudget): Stage {
  const wholeBytes = Math.min(WHOLE_BYTES, limits.bufferedBytes);
  const taker: Taker = { limits, budget };
  return async function takeBody(call, next) {
    const { body, upgrade } = call.request;
    // What comes on a WebSocket is no body: the handshake has none, and can be sent again.
    if (upgrade !== undefined) return next();
    const length = body instanceof Uint8Array ? body.length : declaredLength(call.request.headers);
    if (length !== null && length > limits.requestBytes) throw tooLarge(limits.requestBytes);
    const needed = needsWholeBody(call.policy as Policy) || mayBeSigned(call);
    if (body === null || length === 0) call.body = null;
    else if (body instanceof Uint8Array) {
      reserve(call, body.length, budget);
      hold(call, body, limits);
    } else if (length !== null && length <= (needed ? limits.bufferedBytes : wholeBytes)) {
      reserve(call, length, budget);
      hold(call, await whileAlive(call, readWhole(body)), limits);
    } else if (length === null && needed) await whileAlive(call, holdIfShort(call, body, taker));
    else call.body = streamThrough(call, fromClient(body), limits);
    return next();
  };
}

/** Whether a policy looks at the body, changes it, or may have to send it again. */
function needsWholeBody(policy: Policy): boolean {
  return (
    policy.cache !== null ||
    policy.retry !== null ||
    policy.fallbacks !== null ||
    policy.rateLimits.some(readsBody) ||
    policy.streamUsage ||
    policy.moderations ||
    policy.security !== 'off' ||
    policy.tokenLimit !== null
  );
}

/** A reservation is made from what is asked for; the body may name the user that no header names. */
function readsBody({ unit, segment }: RateLimit): boolean {
  return unit !== 'request' || segment === 'user';
}

interface Taker {
  limits: Limits;
  budget: ByteBudget;
}

function reserve(call: Call, bytes: number, budget: ByteBudget): void {
  if (!budget.take(bytes)) {
    throw new ProxyError('overloaded', 'too many request bodies are being handled at this moment; try again');
  }
  call.heldBytes += bytes;
}

function hold(call: Call, body: Uint8Array, limits: Limits): void {
  call.body = body;
  if (isOmitted(call)) call.asked = askedIn(call);
  capture(call, body, limits);
}

/** Of a body that must not be kept nothing goes further than here. */
function capture(call: Call, bytes: Uint8Array, { recordBodyBytes }: Limits): void {
  if (isOmitted(call)) call.requestCapture.total += bytes.length;
  else call.requestCapture.add(bytes, recordBodyBytes);
}

function isOmitted({ policy }: Call): boolean {
  return policy?.omitRequest === true;
}

/** What the record says of a body that is not kept; of one that streams through, is encoded or no JSON, nothing. */
function askedIn(call: Call): AskedFacts | null {
  const json = jsonOf(call);
  if (json === null) return null;
  const user = json.string('user') ?? '';
  return {
    model: json.string('model') ?? null,
    user: user === '' ? null : user,
    stream: json.raw('stream') === 'true',
  };
}

/** Whoever sends slowly or not at all must not keep a call that has ended, at shutdown, from being answered and recorded. */
function whileAlive<T>(call: Call, reading: Promise<T>): Promise<T> {
  const wait = new Wait(reading);
  call.life.hold(wait);
  return wait.over;
}

/** A body of unknown length is held if it turns out short enough; else what was read goes ahead of the rest. */
async function holdIfShort(call: Call, body: UnreadBody, { limits, budget }: Taker): Promise<void> {
  const source = fromClient(body);
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= limits.bufferedBytes) {
    const { done, value } = await source.next();
    // What the call held has been given back; more would never be.
    if (call.life.ended !== null) throw call.life.ended;
    if (done === true) return hold(call, Buffer.concat(chunks, length), limits);
    length += value.length;
    if (length > limits.requestBytes) throw tooLarge(limits.requestBytes);
    reserve(call, value.length, budget);
    chunks.push(value);
  }
  call.body = streamThrough(call, behind(chunks, source), limits);
}

async function* behind(chunks: Uint8Array[], rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    // Each is let go when it has been sent.
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
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
  for await (const chunk of body) {
    capture(call, chunk, limits);
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
