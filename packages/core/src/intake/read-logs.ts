import { InvalidIntake } from './intake.js';
import { faultOf, type LoggedCall, type ReadDelivery, type RefusedCall } from './logged-call.js';
import { type LogContext, readLog } from './read-log.js';

/** Logs in one delivery. */
const MAX_LOGS = 1000;

/** Reads one log, or a list of them. @throws {InvalidIntake} */
export function readLogs(body: unknown, context: LogContext): ReadDelivery {
  if (!Array.isArray(body)) return { list: false, calls: [readOne(body, context)] };
  if (body.length > MAX_LOGS) {
    throw new InvalidIntake(`body: more than ${MAX_LOGS} logs in one delivery`, { tooLarge: true });
  }
  return { list: true, calls: readEach(body, context) };
}

/** One at a time, so that others of the thread get their turn in between. */
function* readEach(logs: readonly unknown[], context: LogContext): Generator<LoggedCall | RefusedCall> {
  for (const log of logs) yield readOne(log, context);
}

function readOne(log: unknown, context: LogContext): LoggedCall | RefusedCall {
  try {
    return readLog(log, context);
  } catch (error) {
    return { fault: faultOf(error) };
  }
}
