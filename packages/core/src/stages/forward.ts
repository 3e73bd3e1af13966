import type { Call } from '../call.js';
import type { ByteStream, Headers, Stage } from '../contract.js';
import type { Caller } from '../identity.js';
import type { ResolvedOptions } from '../options.js';
import { keepLinksHere } from '../policy/answer-links.js';
import type { Target } from '../policy/target.js';
import { signedHead, signingSecret } from '../upstream/aws-signing.js';
import { Exchange } from '../upstream/exchange.js';
import { given, whileCallLasts } from '../upstream/given.js';
import type { Pools } from '../upstream/pools.js';
import {
  declaredLength,
  forwardedHead,
  needsServerKey,
  type UpstreamHead,
  upstreamHead,
} from '../upstream/request-headers.js';
import { createSigner } from '../upstream/sigv4.js';

type TargetedCall = Call & { target: Target };

/** Innermost: sends the request to its target and hands the answer on as it comes. */
export function createForward(pools: Pools, timeouts: ResolvedOptions['timeouts']): Stage {
  const signer = createSigner();
  return async function forward(call) {
    const { target } = call as TargetedCall;
    const caller = call.caller as Caller;
    const forwarded = forwardedHead({ headers: headersOf(call), query: call.query }, caller, target);
    const totalAt = call.startedAt + timeouts.totalMs;
    const signing = signingSecret(forwarded, caller, target);
    let head: UpstreamHead;
    if (signing === null) {
      const secret = needsServerKey(forwarded, caller, target) ? target.apiKey : null;
      const apiKey = typeof secret === 'function' ? await whileCallLasts(given(secret, isKey), call, totalAt) : secret;
      if (apiKey !== null) call.serverKeys = [...(call.serverKeys ?? []), apiKey];
      head = upstreamHead(forwarded, target, apiKey);
    } else {
      head = await signedHead({ call: call as TargetedCall, forwarded, signing, signer, totalAt, clock: Date.now });
    }
    declareLength(call, head);
    if (call.life.ended !== null) throw call.life.ended;
    const attempt = {
      provider: target.provider,
      target: target.origin,
      status: null,
      startedAt: Date.now(),
      durationMs: 0,
    };
    call.attempts.push(attempt);
    const exchange = new Exchange({
      pool: target.trusted ? pools.trusted(target.origin) : pools.guarded(target.origin),
      method: call.request.method,
      path: head.path,
      headers: head.headers,
      body: call.body,
      client: call.request.upgrade === undefined ? null : (call.request.body as ByteStream),
      timeouts,
      totalAt,
      attempt,
      wire: target.wire,
    });
    // The exchange itself, not a closure over it: a closure made in an async function on this path was measured to keep whole
    // calls alive through several collections, which doubled the time in GC.
    call.life.hold(exchange);
    exchange.start();
    const response = await exchange.answer;
    // A caller-chosen host must not set cookies for ours.
    if (!target.trusted) delete response.headers['set-cookie'];
    keepLinksHere(response.headers, call);
    return response;
  };
}

function headersOf({ headers, identityEncoding, request }: Call): Headers {
  // Frames that an extension has changed (compressed, above all) could not be read.
  if (request.upgrade !== undefined) return { ...headers, 'sec-websocket-extensions': undefined };
  return identityEncoding ? { ...headers, 'accept-encoding': 'identity' } : headers;
}

/** A streamed body keeps its declared length; of a whole one undici knows it. */
function declareLength(call: Call, head: UpstreamHead): void {
  if (call.body === null || call.body instanceof Uint8Array) return;
  const length = declaredLength(call.request.headers);
  if (length !== null) head.headers.push('content-length', String(length));
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
