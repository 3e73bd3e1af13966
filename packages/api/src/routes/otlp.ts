// OTLP over HTTP: spans of model calls become records.
import type { IntakeFormat, IntakeResult } from '@helicone-proxy/core';
import { ApiError } from '../api-error.js';
import { accept, labels } from '../intake/deliver.js';
import { exportAnswer, type OtlpEncoding, statusAnswer } from '../intake/otlp-answers.js';
import { PlainAnswer, type Route, type RouteContext, route } from '../route.js';

/** Helicone's two paths, whichever encoding each had there, and the one that OTLP exporters add to a base URL. */
const PATTERNS = ['/v1/traces', '/v1/trace/log', '/v1/trace/log-python'];

const FORMATS: Record<OtlpEncoding, IntakeFormat> = { json: 'otlp-json', protobuf: 'otlp-protobuf' };

export const otlpRoutes: readonly Route[] = PATTERNS.map((pattern) =>
  route({
    method: 'POST',
    pattern,
    access: 'write',
    tag: 'Log intake',
    summary: 'Takes OpenTelemetry traces (OTLP, JSON or protobuf); spans of model calls become records.',
    takes: 'application/json, application/x-protobuf',
    answers: 'application/json, application/x-protobuf',
    handle: takeTraces,
  }),
);

async function takeTraces(context: RouteContext): Promise<PlainAnswer> {
  const encoding = encodingOf(context);
  let result: IntakeResult;
  try {
    result = await accept(context, { provider: null, format: FORMATS[encoding] });
  } catch (error) {
    // Exporters expect refusals as a status in their own encoding.
    if (!(error instanceof ApiError)) throw error;
    return new PlainAnswer(statusAnswer(encoding, error));
  }
  const { errors } = result;
  const [first] = errors;
  const refused = first === undefined ? null : { spans: errors.length, message: first.message };
  return new PlainAnswer(exportAnswer(encoding, refused, labels(result)));
}

/** What `Content-Type` says; without one, what Helicone takes at that path. @throws {ApiError} 415 for anything else. */
function encodingOf({ request }: RouteContext): OtlpEncoding {
  const type = String(request.headers['content-type'] ?? '')
    .split(';', 1)[0]
    ?.trim()
    .toLowerCase();
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  if (type === 'application/json') return 'json';
  if (type === '') return request.path.includes('log-python') ? 'protobuf' : 'json';
  throw new ApiError(415, 'content-type: must be application/json or application/x-protobuf');
}
