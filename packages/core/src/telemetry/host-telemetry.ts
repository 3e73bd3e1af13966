import type { Meter, Tracer } from './otel.js';
import type { ResolvedTelemetry } from './telemetry-options.js';

/** The tracer and the meter to use at this moment; null where there is none. */
export interface HostTelemetry {
  tracer(): Tracer | null;
  meter(): Meter | null;
}

/** Where spans and metrics say that they come from. */
const SCOPE = 'helicone-proxy';

/** What the copies of `@opentelemetry/api` in a process share: its providers, once the host has registered some. */
interface Registered {
  trace?: { getTracer(name: string): Tracer };
  metrics?: { getMeter(name: string): Meter };
}

/**
 * Where all copies of `@opentelemetry/api` 1.x keep them. Read directly, and not through a copy of the package: one that is newer
 * than the host's would find nothing, one that a bundler has taken in could not be found, and a host without OpenTelemetry has
 * nothing loaded.
 */
const API = Symbol.for('opentelemetry.js.api.1');

/** What the options name; else what the host has registered, now or later: hosts that make the proxy first are found too. */
export function hostTelemetry(options: Pick<ResolvedTelemetry, 'tracer' | 'meter'>): HostTelemetry {
  let { tracer, meter } = options;
  return {
    tracer() {
      tracer ??= registered()?.trace?.getTracer(SCOPE) ?? null;
      return tracer === false ? null : tracer;
    },
    meter() {
      meter ??= registered()?.metrics?.getMeter(SCOPE) ?? null;
      return meter === false ? null : meter;
    },
  };
}

function registered(): Registered | undefined {
  return (globalThis as { [API]?: Registered })[API];
}
