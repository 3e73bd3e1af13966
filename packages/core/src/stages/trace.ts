import type { Stage } from '../contract.js';
import type { CallTelemetry } from '../telemetry/call-telemetry.js';

/** Opens the span of a call that is going to be recorded, where the host has OpenTelemetry. The record ends it. */
export function createTrace(telemetry: Pick<CallTelemetry, 'trace'>): Stage {
  return function trace(call, next) {
    return telemetry.trace(call, next);
  };
}
