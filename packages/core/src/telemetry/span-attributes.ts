import type { CallFigures } from './call-figures.js';
import type { EndedCall } from './ended-call.js';
import type { Attributes } from './otel.js';

// Names are those of OpenTelemetry's GenAI conventions (semantic-conventions 1.45, "development": the strings are written out,
// since no release has them as stable); ours begin with `helicone.`. Nothing here comes from a message, and of properties
// only the session's id.

/** The name of a call's span. `model` is null until the worker has read it. */
export function spanName({ operation, method, provider }: SpanSubject, model: string | null): string {
  if (operation === null) return `${method} ${provider}`;
  return model === null ? operation : `${operation} ${model}`;
}

type SpanSubject = Pick<EndedCall, 'operation' | 'method' | 'provider'>;

/** What a call was ended by, in few words that do not vary; null for one that succeeded. */
export function errorType(call: EndedCall, figures: CallFigures | null): string | null {
  const outcome = figures?.outcome ?? call.outcome;
  if (outcome === 'success') return null;
  if (call.error !== null && outcome === call.outcome) return call.error;
  return outcome === 'upstream_error' && call.status !== null && call.status >= 400 ? String(call.status) : outcome;
}

/** Everything that the span of a call says; without `figures`, what the request thread knew. */
export function spanAttributes(call: EndedCall, figures: CallFigures | null): Attributes {
  return known({
    ...subject(call),
    'error.type': errorType(call, figures),
    'http.response.status_code': call.status,
    'helicone.request_id': call.requestId,
    'helicone.tenant': call.tenant,
    'helicone.cache': call.cache,
    'helicone.retries': call.retries === 0 ? null : call.retries,
    'helicone.fallback_index': call.fallbackIndex,
    ...(figures === null ? {} : ofFigures(figures)),
  });
}

/** What is the same for the span of a call and for its metrics. */
export function subject({ operation, provider, origin }: EndedCall): Readonly<Record<string, Known>> {
  return { 'gen_ai.operation.name': operation, 'gen_ai.provider.name': provider, ...server(origin) };
}

/** An attribute's value, or null where it is not known. */
type Known = Attributes[string] | null;

/** Attributes that are known. */
export function known(attributes: Readonly<Record<string, Known>>): Attributes {
  const kept: Attributes = {};
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== null && value !== undefined) kept[name] = value;
  }
  return kept;
}

function server(origin: string | null): Record<string, Known> {
  if (origin === null) return {};
  const { hostname, port, protocol } = new URL(origin);
  return {
    'server.address': hostname,
    'server.port': port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
  };
}

function ofFigures(figures: CallFigures): Record<string, Known> {
  const { finishReason, timeToFirstTokenMs, costNanoUsd } = figures;
  return {
    'gen_ai.request.model': figures.requestModel,
    'gen_ai.conversation.id': figures.sessionId,
    'gen_ai.request.stream': figures.stream,
    'gen_ai.response.model': figures.responseModel,
    'gen_ai.response.finish_reasons': finishReason === null ? null : [finishReason],
    'gen_ai.response.time_to_first_chunk': timeToFirstTokenMs === null ? null : timeToFirstTokenMs / 1000,
    'gen_ai.usage.input_tokens': figures.inputTokens,
    'gen_ai.usage.output_tokens': figures.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': figures.cacheReadTokens,
    'gen_ai.usage.cache_creation.input_tokens': figures.cacheWriteTokens,
    'gen_ai.usage.reasoning.output_tokens': figures.reasoningTokens,
    'helicone.cost_usd': costNanoUsd === null ? null : costNanoUsd / 1e9,
  };
}
