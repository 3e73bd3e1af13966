import type { EngineResponse } from './contract.js';

/** Every error that we answer ourselves; what each means is in the README's table. */
export type ErrorCode =
  | 'invalid_header'
  | 'invalid_target'
  | 'invalid_body'
  | 'prompt_flagged'
  | 'prompt_threat'
  | 'unauthorized'
  | 'target_forbidden'
  | 'provider_forbidden'
  | 'read_forbidden'
  | 'unknown_route'
  | 'request_too_large'
  | 'rate_limited'
  | 'client_closed'
  | 'internal_error'
  | 'upstream_unreachable'
  | 'upstream_reset'
  | 'circuit_open'
  | 'overloaded'
  | 'shutting_down'
  | 'auth_unavailable'
  | 'upstream_timeout';

/** A record, so that a code without a status does not compile. */
const STATUS: Record<ErrorCode, number> = {
  invalid_header: 400,
  invalid_target: 400,
  invalid_body: 400,
  prompt_flagged: 400,
  prompt_threat: 400,
  unauthorized: 401,
  target_forbidden: 403,
  provider_forbidden: 403,
  read_forbidden: 403,
  unknown_route: 404,
  request_too_large: 413,
  rate_limited: 429,
  // Nobody is left to read it; 499 is nginx's name for it and what access logs will show.
  client_closed: 499,
  internal_error: 500,
  upstream_unreachable: 502,
  upstream_reset: 502,
  circuit_open: 503,
  overloaded: 503,
  shutting_down: 503,
  auth_unavailable: 503,
  upstream_timeout: 504,
};

/** The `type` that the OpenAI and Anthropic SDKs map to their error classes. */
const TYPE_BY_STATUS: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

/**
 * The one error class of the engine. `message` goes to the caller, so it never names hosts behind the proxy; `cause` goes
 * to the log.
 */
export class ProxyError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ProxyError';
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }
}

/** Whatever was thrown, as an error that may be shown: a fault of ours says nothing of its cause. */
export function toProxyError(thrown: unknown): ProxyError {
  if (thrown instanceof ProxyError) return thrown;
  return new ProxyError('internal_error', 'helicone-proxy failed to handle this request', thrown);
}

/** The error as an answer, in the one JSON shape that the OpenAI and Anthropic SDKs both read. */
export function renderError(error: ProxyError, requestId: string): EngineResponse {
  const body = {
    type: 'error',
    error: {
      type: TYPE_BY_STATUS[error.status] ?? 'api_error',
      code: error.code,
      message: error.message,
      param: null,
    },
    message: error.message,
    request_id: requestId,
  };
  const bytes = Buffer.from(JSON.stringify(body));
  return {
    status: error.status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(bytes.length),
      'x-helicone-error': error.code,
    },
    body: bytes,
  };
}
