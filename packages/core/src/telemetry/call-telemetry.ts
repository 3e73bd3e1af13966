import type { Call } from '../call.js';
import type { EngineResponse } from '../contract.js';
import type { Logger } from '../options.js';
import type { CallFacts, TraceFacts } from '../records/facts.js';
import type { CallFigures } from './call-figures.js';
import { type EndedCall, endedCall } from './ended-call.js';
import { hostTelemetry } from './host-telemetry.js';
import { meterInstruments, type RecordCall } from './meter-instruments.js';
import { operationOf, providerName } from './operation.js';
import { CLIENT, ERROR, type Span, type Tracer } from './otel.js';
import { errorType, known, spanAttributes, spanName } from './span-attributes.js';
import type { ResolvedTelemetry } from './telemetry-options.js';
import { WaitingCalls } from './waiting-calls.js';

/** The span of a call. */
export interface CallSpan {
  readonly span: Span;
  readonly ids: TraceFacts;
}

/** Spans and metrics for OpenTelemetry. Nothing here throws: a tracer or a meter that does must not end a call. */
export interface CallTelemetry {
  /** Runs the rest of a call in a span of its own, below the one that is active in the host. Without a tracer, just runs it. */
  trace(call: Call, next: () => Promise<EngineResponse>): Promise<EngineResponse>;
  /** A call ended. Sets `facts.observed` when its figures are to be told. */
  ended(call: Call, facts: CallFacts): void;
  /** Figures of calls whose facts said that they are observed. */
  figures(figures: readonly CallFigures[]): void;
  /** Ends the spans that still wait. */
  close(): void;
}

/** A call that ended, on its way to its span's end and into the instruments. */
interface Observed {
  call: EndedCall;
  span: Span | null;
  record: RecordCall | null;
}

export function createCallTelemetry(options: ResolvedTelemetry, logger: Logger | null): CallTelemetry {
  const host = hostTelemetry(options);
  const failed = (cause: unknown): void => logger?.warn({ err: cause }, 'telemetry of a call failed');
  const finish = (observed: Observed, figures: CallFigures | null): void => {
    try {
      if (observed.span !== null) endSpan(observed.span, observed.call, figures);
      observed.record?.(observed.call, figures);
    } catch (cause) {
      failed(cause);
    }
  };
  const waiting = new WaitingCalls<Observed>((observed) => finish(observed, null));
  let instruments: RecordCall | null = null;
  return {
    trace(call, next) {
      const tracer = host.tracer();
      return tracer === null ? next() : inSpan(tracer, call, { next, failed });
    },
    ended(call, facts) {
      const meter = host.meter();
      if (meter === null && call.span === null) return;
      try {
        if (meter !== null) instruments ??= meterInstruments(meter);
        const span = recordingSpan(call);
        if (instruments === null && span === null) return;
        waiting.hold(facts.id, { call: endedCall(call, facts), span, record: instruments });
        facts.observed = true;
      } catch (cause) {
        failed(cause);
      }
    },
    figures(all) {
      for (const figures of all) {
        const observed = waiting.take(figures.id);
        if (observed !== undefined) finish(observed, figures);
      }
    },
    close: () => waiting.close(),
  };
}

interface Running {
  next: () => Promise<EngineResponse>;
  failed(cause: unknown): void;
}

/** What the host's instrumentations do for the call upstream comes below the call's span. */
function inSpan(tracer: Tracer, call: Call, { next, failed }: Running): Promise<EngineResponse> {
  const { route, request, createdAt } = call;
  const path = route?.rest ?? request.path;
  const subject = {
    operation: operationOf(path),
    method: request.method,
    provider: providerName(route?.provider?.name ?? 'gateway'),
  };
  const attributes = known({
    'gen_ai.operation.name': subject.operation,
    'gen_ai.provider.name': subject.provider,
  });
  let running: Promise<EngineResponse> | null = null;
  try {
    return tracer.startActiveSpan(
      spanName(subject, null),
      { kind: CLIENT, startTime: createdAt, attributes },
      (span) => {
        call.span = callSpan(span);
        running = promised(next);
        return running;
      },
    );
  } catch (error) {
    failed(error);
    return running ?? next();
  }
}

/** A stage that throws rejects: what is thrown besides is the tracer's. */
async function promised(next: Running['next']): Promise<EngineResponse> {
  return next();
}

/** Where SDKs keep what a span is below: the API has no word for it. 2.x and later, and 1.x. */
interface SdkSpan {
  parentSpanContext?: { spanId: string };
  parentSpanId?: string;
}

function callSpan(span: Span): CallSpan {
  const { traceId, spanId } = span.spanContext();
  const { parentSpanContext, parentSpanId } = span as SdkSpan;
  return { span, ids: { traceId, spanId, parentSpanId: parentSpanContext?.spanId ?? parentSpanId ?? null } };
}

/** The call's span, if it says anything; one that the sampler left out is ended here. */
function recordingSpan({ span: traced }: Call): Span | null {
  if (traced === null) return null;
  if (traced.span.isRecording()) return traced.span;
  traced.span.end();
  return null;
}

function endSpan(span: Span, call: EndedCall, figures: CallFigures | null): void {
  span.setAttributes(spanAttributes(call, figures));
  span.updateName(spanName(call, figures?.requestModel ?? null));
  if (errorType(call, figures) !== null) span.setStatus({ code: ERROR });
  span.end(call.endedAt);
}
