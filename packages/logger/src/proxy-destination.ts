import type { Destination } from './destination.js';
import type { LogWire } from './wire.js';

/** What is used of a `HeliconeProxy`. */
export interface LogProxy {
  /** Resolves when the record is written. */
  log(wire: LogWire): Promise<{ requestId: string }>;
}

/** What `log` says of a call must come before its record is written: records wait that long for it, ms. */
const HOLD_MS = 1000;

/** Logs go straight into a proxy of this process, one by one. */
export function createProxyDestination(proxy: LogProxy): Destination {
  return {
    maxLogs: 1,
    holdMs: HOLD_MS,
    async deliver(logs) {
      try {
        for (const { json } of logs) await proxy.log(JSON.parse(json) as LogWire);
        return { kind: 'taken', rejected: [] };
      } catch (error) {
        const { name, message } = error as Error;
        if (name === 'InvalidIntake') return { kind: 'refused', message };
        return { kind: 'later', message, askedMs: 0, faulty: true };
      }
    },
    patch: null,
    close: () => {},
  };
}
