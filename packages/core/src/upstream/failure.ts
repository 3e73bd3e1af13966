import type { EngineResponse } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { Phase } from './deadline.js';
import { PRIVATE_ADDRESS } from './target-guard.js';

/** The client left before it had its answer. */
export function clientClosed(): ProxyError {
  return new ProxyError('client_closed', 'the client closed the connection');
}

/** One of our own time limits was reached. */
export function timedOut(phase: Phase): ProxyError {
  const message = TIMEOUT_MESSAGES[phase];
  return phase === 'connect'
    ? new ConnectTimeout('upstream_timeout', message)
    : new ProxyError('upstream_timeout', message);
}

/** There was no connection in time, so nothing of the request has been sent. */
export class ConnectTimeout extends ProxyError {}

const TIMEOUT_MESSAGES: Record<Phase, string> = {
  connect: 'the provider could not be connected to in time (timeouts.connectMs)',
  'first byte': 'the provider did not begin to answer in time (timeouts.firstByteMs)',
  idle: 'the provider stopped in the middle of its answer (timeouts.idleMs)',
  total: 'the call took longer than allowed (timeouts.totalMs)',
};

/** Why an answer that another one takes the place of is given up; no failure of its attempt. */
export const ABANDONED = new ProxyError('upstream_reset', 'another attempt took the place of this one');

/** Lets go of an answer that nobody will get: a body that is not read would hold its connection. */
export function abandon({ body }: EngineResponse): void {
  if (body !== null && !(body instanceof Uint8Array)) body.cancel(ABANDONED);
}

/** Codes of a connection that ended under a request. */
const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET']);

/** Whether the other side, or the net between, ended a connection that had been there. */
export function isReset(error: Error): boolean {
  return RESET.has(codeOf(error));
}

/** Codes of Node and OpenSSL that mean that no connection came about. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * What undici reports, as an error of ours: fixed messages, since its own name hosts and addresses behind the proxy.
 * `connected` tells whether the request was already on a connection.
 */
export function upstreamFailure(error: unknown, connected: boolean): ProxyError {
  if (error instanceof ProxyError) return error;
  // What undici could not read of an answer is the provider's own words; causes go to the log, and those may hold a key.
  if (error instanceof Error && 'data' in error) delete error.data;
  const code = codeOf(error);
  if (code === PRIVATE_ADDRESS) {
    return new ProxyError('target_forbidden', 'this target is at a private address', error);
  }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return new ProxyError('invalid_header', 'the request has a header or a path that cannot be sent on', error);
  }
  if (!connected || NO_CONNECTION.has(code)) {
    return new ProxyError('upstream_unreachable', 'the provider could not be reached', error);
  }
  return new ProxyError('upstream_reset', 'the provider closed the connection before its answer was complete', error);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  // Several addresses tried: Node wraps what each one said.
  const inner: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const { code } = inner as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
