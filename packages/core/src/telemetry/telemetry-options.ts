import { expectKeys, flag } from '../option-values.js';
import type { Meter, Tracer } from './otel.js';

/** OpenTelemetry and Prometheus. */
export interface TelemetryOptions {
  /**
   * A tracer of `@opentelemetry/api`: every recorded call becomes a span. Default: the one of the tracer provider that the host
   * has registered, if it has; `false`: no spans.
   */
  tracer?: Tracer | false;
  /** A meter of `@opentelemetry/api`. Default: the one of the meter provider that the host has registered; `false`: no metrics. */
  meter?: Meter | false;
  /** Whether `/metrics` answers with Prometheus text. Default true. */
  metrics?: boolean;
}

/** The options with their defaults. */
export interface ResolvedTelemetry {
  /** Null: whichever the host registers. */
  readonly tracer: Tracer | false | null;
  /** Null: whichever the host registers. */
  readonly meter: Meter | false | null;
  readonly metrics: boolean;
}

/** Checks `telemetry`. Throws a `TypeError` that names the wrong key. */
export function resolveTelemetry(given: TelemetryOptions = {}): ResolvedTelemetry {
  expectKeys('telemetry', given, ['tracer', 'meter', 'metrics']);
  return Object.freeze({
    tracer: instrument('tracer', given.tracer, 'startActiveSpan'),
    meter: instrument('meter', given.meter, 'createHistogram'),
    metrics: flag('telemetry.metrics', given.metrics, true),
  });
}

function instrument<T extends object>(key: string, given: T | false | undefined, method: keyof T & string) {
  if (given === undefined || given === false) return given ?? null;
  if (typeof given === 'object' && given !== null && typeof given[method] === 'function') return given;
  throw new TypeError(`telemetry.${key}: must be a ${key} of @opentelemetry/api, or false`);
}
