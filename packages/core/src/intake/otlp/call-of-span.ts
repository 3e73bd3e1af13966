import type { WireFormat } from '../../providers/wire.js';
import { eventModel } from '../event-model.js';
import { LogFault, type LoggedBody, type LoggedCall } from '../logged-call.js';
import { readLoggedUrl } from '../logged-url.js';
import { providerName } from '../provider-name.js';
import { checkStart, microseconds, readFirstToken } from '../read-timing.js';
import type { Span } from './span.js';
import { type SpanAttributes, spanAttributes } from './span-attributes.js';
import { type SpanBodies, spanBodies } from './span-bodies.js';
import { spanHeaders } from './span-headers.js';
import { type SpanKind, spanKind } from './span-kind.js';
import { spanOutcome } from './span-outcome.js';
import { spanSecrets } from './span-secrets.js';

/** Makes of the span of a call what a log of it would be; null when the span is about something else. @throws {LogFault} */
export function callOfSpan(span: Span, now: number): LoggedCall | null {
  const attributes = spanAttributes(span);
  const kind = spanKind(span, attributes);
  if (kind === 'other') return null;
  const { traceId, spanId, parentSpanId } = span;
  if (!isId(traceId, 32)) throw new LogFault('traceId: must be 16 bytes, not all of them 0');
  if (!isId(spanId, 16)) throw new LogFault('spanId: must be 8 bytes, not all of them 0');
  checkStart(span.startTime, now, 'startTimeUnixNano');
  if (span.endTime < span.startTime) throw new LogFault('endTimeUnixNano: is before startTimeUnixNano');
  const { status, outcome, error } = spanOutcome(span, attributes);
  const { request, response } = spanBodies(kind, { span, attributes });
  const firstTokenMs = firstToken(span, attributes);
  return {
    key: `${traceId} ${spanId}`,
    headers: spanHeaders(attributes),
    provider: providerOf(attributes),
    ...placeOf(span, attributes),
    wire: WIRES[kind],
    startedAt: span.startTime,
    delayMs: microseconds(span.endTime - span.startTime),
    firstTokenMs,
    status,
    outcome,
    error,
    request: jsonBody(request),
    response: jsonBody(response),
    stream: isStream(attributes) || firstTokenMs !== null,
    eventModel: eventModel(request ?? {}),
    costNanoUsd: null,
    trace: { traceId, spanId, parentSpanId: isId(parentSpanId, 16) ? parentSpanId : null },
    secrets: spanSecrets(attributes),
  };
}

const WIRES: Record<Exclude<SpanKind, 'other'>, WireFormat | null> = {
  chat: 'openai-chat',
  completion: 'openai-chat',
  embeddings: 'openai-embeddings',
  tool: null,
  search: null,
};

function isId(id: string, length: number): boolean {
  return id.length === length && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id);
}

function providerOf(attributes: SpanAttributes): string {
  const named = attributes.text(
    'gen_ai.provider.name',
    'gen_ai.system',
    'ai.model.provider',
    'db.system',
    'vector_db.vendor',
  );
  return named === null ? 'custom' : providerName(named).slice(0, MAX_PROVIDER_LENGTH);
}

const MAX_PROVIDER_LENGTH = 64;

/** Where the call went, if the span says so; else its name, which tells what it was. */
function placeOf(span: Span, attributes: SpanAttributes): Pick<LoggedCall, 'path' | 'targetUrl'> {
  const { path, targetUrl } = readLoggedUrl(
    attributes.text('url.full', 'http.url') ?? attributes.text('url.path') ?? span.name,
  );
  return { path, targetUrl };
}

/** The conventions count in seconds, Vercel's AI SDK in milliseconds. */
function firstToken(span: Span, attributes: SpanAttributes): number | null {
  const seconds = attributes.number('gen_ai.response.time_to_first_chunk', 'gen_ai.server.time_to_first_token');
  const event = span.events.find(({ name }) => name === 'ai.stream.firstChunk');
  const told = [
    seconds === null ? null : seconds * 1000,
    attributes.number('ai.response.msToFirstChunk'),
    event === undefined ? null : event.time - span.startTime,
  ];
  const ms = told.map(readFirstToken).find((each) => each !== null);
  return ms === undefined ? null : microseconds(ms);
}

function isStream(attributes: SpanAttributes): boolean {
  if (attributes.value('gen_ai.request.stream', 'gen_ai.request.is_stream', 'llm.is_streaming') === true) return true;
  return attributes.text('ai.operationId')?.endsWith('.doStream') === true;
}

function jsonBody(body: SpanBodies['request']): LoggedBody | null {
  return body === null ? null : { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' };
}
