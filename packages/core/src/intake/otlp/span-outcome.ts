import type { Outcome } from '../../records/facts.js';
import { outcomeOfStatus } from '../read-status.js';
import type { Span } from './span.js';
import type { SpanAttributes } from './span-attributes.js';

/** How the call of a span ended. */
export interface SpanOutcome {
  status: number;
  outcome: Outcome;
  error: string | null;
}

const ERROR = 2;

/**
 * Reads how a call ended: its HTTP status where an attribute tells one (`error.type` may be one), else 200, and for a failed one
 * 500, as Helicone's loggers write it. What went wrong is the exception's message, else the span's.
 */
export function spanOutcome(span: Span, attributes: SpanAttributes): SpanOutcome {
  const type = attributes.text('error.type');
  const told = attributes.number('http.response.status_code', 'http.status_code') ?? numberIn(type);
  const http = told !== null && outcomeOfStatus(told) !== null ? told : null;
  const failed = span.statusCode === ERROR || type !== null || (http !== null && http >= 400);
  if (!failed) return { status: http ?? 200, outcome: 'success', error: null };
  const error = exceptionOf(span) ?? (span.statusMessage === '' ? type : span.statusMessage);
  if (type === 'timeout') return { status: -1, outcome: 'timeout', error };
  return { status: http !== null && http >= 400 ? http : 500, outcome: 'upstream_error', error };
}

function numberIn(type: string | null): number | null {
  return type !== null && /^\d{3}$/.test(type) ? Number(type) : null;
}

function exceptionOf({ events }: Span): string | null {
  const exception = events.find(({ name }) => name === 'exception')?.attributes;
  const message = exception?.get('exception.message') ?? exception?.get('exception.type');
  return typeof message === 'string' && message !== '' ? message : null;
}
