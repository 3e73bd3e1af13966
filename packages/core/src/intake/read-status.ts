import type { Outcome } from '../records/facts.js';
import { LogFault } from './logged-call.js';

/** What Helicone's loggers write where no HTTP status says what happened. */
const OUTCOMES: ReadonlyMap<number, Outcome> = new Map([
  [-1, 'timeout'],
  [-3, 'client_closed'],
  [-4, 'blocked'],
]);

/** Checks the status of a logged call. @throws {LogFault} when it is neither an HTTP status nor one of Helicone's. */
export function readStatus(given: unknown): { status: number; outcome: Outcome } {
  const where = 'providerResponse.status';
  if (typeof given !== 'number') throw new LogFault(`${where}: must be a number`);
  const outcome = OUTCOMES.get(given) ?? outcomeOfStatus(given);
  if (outcome === null)
    throw new LogFault(`${where}: must be an HTTP status, -1 (timeout), -3 (cancelled) or -4 (blocked)`);
  return { status: given, outcome };
}

/** Null when it is no HTTP status. */
export function outcomeOfStatus(status: number): Outcome | null {
  if (!Number.isInteger(status) || status < 100 || status > 599) return null;
  return status < 400 ? 'success' : 'upstream_error';
}
