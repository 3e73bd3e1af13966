import { asObject } from '../providers/wires/json-read.js';
import { LogFault } from './logged-call.js';

/** When a logged call was made and how long it took. */
export interface Timing {
  /** Unix ms; null: not told. */
  startedAt: number | null;
  delayMs: number;
  firstTokenMs: number | null;
}

/** 2000-01-01: anything before is a wrong unit, not a call of a model. */
const EARLIEST = 946_684_800_000;
/** How far clocks may differ, ms. */
const AHEAD_MS = 24 * 3_600_000;

/**
 * Reads a log's `timing`: `{ seconds, milliseconds }` that add up, or ISO 8601. How long a call took whose log does not say is
 * not made up: it counts as 0. @throws {LogFault}
 */
export function readTiming(given: unknown, { now, iso }: { now: number; iso: boolean }): Timing {
  if (given === undefined || given === null) {
    if (iso) throw new LogFault('timing: needed');
    return { startedAt: null, delayMs: 0, firstTokenMs: null };
  }
  const timing = asObject(given);
  if (timing === null) throw new LogFault('timing: must be an object');
  const end = readTime(timing.endTime, { where: 'timing.endTime', iso });
  const start = readTime(timing.startTime, { where: 'timing.startTime', iso }) ?? end;
  if (start !== null) checkStart(start, now);
  const delayMs = start === null || end === null ? 0 : microseconds(end - start);
  if (delayMs < 0) throw new LogFault('timing.endTime: is before startTime');
  return { startedAt: start, delayMs, firstTokenMs: readFirstToken(timing.timeToFirstToken) };
}

/** Whether a call can have begun then. */
export function canBegin(start: number, now: number): boolean {
  return start >= EARLIEST && start <= now + AHEAD_MS;
}

/** @throws {LogFault} when no call can have begun then. */
export function checkStart(start: number, now: number, where = 'timing.startTime'): void {
  if (start < EARLIEST) throw new LogFault(`${where}: is before the year 2000; times count from 1970`);
  if (start > now + AHEAD_MS) throw new LogFault(`${where}: is more than a day ahead`);
}

/** To the microsecond. */
export function microseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function readTime(given: unknown, { where, iso }: { where: string; iso: boolean }): number | null {
  if (!iso && (given === undefined || given === null)) return null;
  if (typeof given === 'string') {
    const ms = Date.parse(given);
    if (Number.isNaN(ms)) throw new LogFault(`${where}: is not a time in ISO 8601`);
    return ms;
  }
  const parts = iso ? null : asObject(given);
  if (parts === null)
    throw new LogFault(`${where}: must be ${iso ? 'a time in ISO 8601' : '{ seconds, milliseconds }'}`);
  return (
    readNumber(parts.seconds, `${where}.seconds`) * 1000 + readNumber(parts.milliseconds ?? 0, `${where}.milliseconds`)
  );
}

function readNumber(given: unknown, where: string): number {
  if (typeof given !== 'number' || !Number.isFinite(given)) throw new LogFault(`${where}: must be a number`);
  return given;
}

/** Only a number is one; loggers send null, or nothing, where no token came. Nobody answers in no time: 0 is what rounding left. */
export function readFirstToken(given: unknown): number | null {
  return typeof given === 'number' && given > 0 && Number.isFinite(given) ? given : null;
}
