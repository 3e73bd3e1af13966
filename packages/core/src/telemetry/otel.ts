// The parts of OpenTelemetry's API that are used here, written out, so that core compiles without the package.

/** Values of attributes: no null, no objects. */
export type Attributes = Record<string, string | number | boolean | string[]>;

/** A span, as `@opentelemetry/api` has it. */
export interface Span {
  spanContext(): { traceId: string; spanId: string };
  /** False for a span that the sampler left out. */
  isRecording(): boolean;
  setAttributes(attributes: Attributes): unknown;
  setStatus(status: { code: number }): unknown;
  updateName(name: string): unknown;
  /** `endTime` is Unix ms. */
  end(endTime?: number): void;
}

/** What a span is started with. */
export interface SpanStart {
  kind: number;
  /** Unix ms. */
  startTime: number;
  attributes: Attributes;
}

/** Makes spans: a `Tracer` of `@opentelemetry/api`. */
export interface Tracer {
  /** Starts a span below the one that is active, and runs `run` with the new one as the active span. */
  startActiveSpan<T>(name: string, start: SpanStart, run: (span: Span) => T): T;
}

/** What an instrument is made with. */
export interface InstrumentOptions {
  description: string;
  unit: string;
  advice?: { explicitBucketBoundaries: number[] };
}

/** Makes instruments: a `Meter` of `@opentelemetry/api`. */
export interface Meter {
  createHistogram(name: string, options: InstrumentOptions): { record(value: number, attributes: Attributes): void };
  createCounter(name: string, options: InstrumentOptions): { add(value: number, attributes: Attributes): void };
}

/** `SpanKind.CLIENT` */
export const CLIENT = 2;
/** `SpanStatusCode.ERROR` */
export const ERROR = 2;
