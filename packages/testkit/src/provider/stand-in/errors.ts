import type { JsonObject } from './question.js';

/** Whose errors a path answers with. */
export type Dialect = 'openai' | 'anthropic';

export interface StandInError {
  status: number;
  message: string;
  /** OpenAI's `code`. */
  code: string | null;
}

const TYPES: Record<Dialect, Record<number, string>> = {
  openai: { 429: 'requests', 500: 'server_error', 503: 'server_error' },
  anthropic: {
    401: 'authentication_error',
    403: 'permission_error',
    404: 'not_found_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    500: 'api_error',
    529: 'overloaded_error',
  },
};

/** An error in the provider's own JSON. */
export function errorBody(dialect: Dialect, { status, message, code }: StandInError): JsonObject {
  const type = TYPES[dialect][status] ?? 'invalid_request_error';
  if (dialect === 'anthropic') return { type: 'error', error: { type, message }, request_id: 'req_stand_in' };
  return { error: { message, type, param: null, code } };
}

/**
 * The error that a request gets: without a credential 401, for a model called `error-<status>` that status, for one whose
 * name has `no-such-model` in it 404. Null when it gets an answer.
 */
export function errorFor(headers: NodeJS.Dict<string | string[]>, model: unknown): StandInError | null {
  if (headers.authorization === undefined && headers['x-api-key'] === undefined) {
    return { status: 401, message: 'You did not provide an API key.', code: 'invalid_api_key' };
  }
  if (typeof model !== 'string') {
    return { status: 400, message: 'you must provide a model parameter', code: null };
  }
  const status = /^error-([45]\d\d)$/.exec(model)?.[1];
  if (status !== undefined)
    return { status: Number(status), message: `The stand-in was asked for a ${status}.`, code: null };
  if (model.includes('no-such-model')) {
    return { status: 404, message: `The model \`${model}\` does not exist`, code: 'model_not_found' };
  }
  return null;
}
