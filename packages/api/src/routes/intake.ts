// Log intake: calls that were made elsewhere, as Helicone's loggers tell of them.
import type { EngineResponse, IntakeFormat, IntakeResult } from '@helicone-proxy/core';
import { ApiError } from '../api-error.js';
import { accept, labels } from '../intake/deliver.js';
import { JSON_HEADERS } from '../json-headers.js';
import { PlainAnswer, type Route, type RouteContext, route } from '../route.js';

/** Helicone's paths for one log, by the provider that each stands for. */
const PATHS: readonly { pattern: string; provider: string | null; format: IntakeFormat }[] = [
  { pattern: '/custom/v1/log', provider: null, format: 'log' },
  { pattern: '/oai/v1/log', provider: 'openai', format: 'log' },
  { pattern: '/anthropic/v1/log', provider: 'anthropic', format: 'log' },
  { pattern: '/googleapis/v1/log', provider: 'google', format: 'log' },
  { pattern: '/v1/log', provider: null, format: 'log' },
  { pattern: '/v1/trace/custom/v1/log', provider: null, format: 'log' },
  { pattern: '/v1/trace/custom/log', provider: null, format: 'log' },
  { pattern: '/v1/trace/custom/log/typed', provider: null, format: 'log-typed' },
];

export const intakeRoutes: readonly Route[] = PATHS.map(({ pattern, provider, format }) =>
  route({
    method: 'POST',
    pattern,
    access: 'write',
    tag: 'Log intake',
    summary: summaryOf(provider, format),
    takes: 'application/json',
    answers: 'text/plain',
    handle: async (context: RouteContext) => {
      const result = await accept(context, { provider, format });
      return new PlainAnswer(result.list ? answerList(result) : answerOne(result));
    },
  }),
);

function summaryOf(provider: string | null, format: IntakeFormat): string {
  const calls = `Takes a call that was made elsewhere${provider === null ? '' : ` to ${provider}`}, or a list of them`;
  return format === 'log-typed' ? `${calls}; nothing may be left out, and times are ISO 8601.` : `${calls}.`;
}

/** @throws {ApiError} 400 when it was not accepted. */
function answerOne(result: IntakeResult): EngineResponse {
  const { requestIds, errors } = result;
  const [error] = errors;
  if (error !== undefined) throw new ApiError(400, error.message, labels(result));
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'helicone-id': requestIds[0] as string,
    ...labels(result),
  };
  return { status: 200, headers, body: Buffer.from('ok') };
}

/** What became of each log of a list: 200 when all were accepted, 207 for some, 400 for none. */
function answerList(result: IntakeResult): EngineResponse {
  const { requestIds, errors } = result;
  const none = errors.length === requestIds.length;
  const error = errors.length === 0 ? null : `${errors.length} of ${requestIds.length} logs were not accepted`;
  const status = errors.length === 0 ? 200 : none ? 400 : 207;
  const body = Buffer.from(JSON.stringify({ data: { requestIds, errors }, error }));
  return { status, headers: { ...JSON_HEADERS, ...labels(result) }, body };
}
