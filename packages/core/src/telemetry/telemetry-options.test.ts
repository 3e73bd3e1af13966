import { expect, test } from 'vitest';
import { resolveTelemetry, type TelemetryOptions } from './telemetry-options.js';

test('defaults', () => {
  expect(resolveTelemetry()).toEqual({ tracer: null, meter: null, metrics: true });
  expect(resolveTelemetry({ tracer: false, meter: false, metrics: false })).toEqual({
    tracer: false,
    meter: false,
    metrics: false,
  });
});

test.each<[unknown, string]>([
  [{ tracer: true }, 'telemetry.tracer: must be a tracer of @opentelemetry/api, or false'],
  [{ tracer: null }, 'telemetry.tracer'],
  [{ tracer: {} }, 'telemetry.tracer'],
  [{ meter: { createCounter() {} } }, 'telemetry.meter: must be a meter of @opentelemetry/api, or false'],
  [{ metrics: 1 }, 'telemetry.metrics: must be true or false'],
  [{ spans: true }, 'telemetry: unknown key "spans"'],
])('%j is refused by name', (given, message) => {
  expect(() => resolveTelemetry(given as TelemetryOptions)).toThrow(message);
});
