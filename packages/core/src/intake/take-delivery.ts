import { readUnder } from '../policy/policy-reader.js';
import { uuidv7 } from '../policy/uuid.js';
import type { CallFacts } from '../records/facts.js';
import type { RecordRow } from '../records/store.js';
import { factsOfLog, withTold } from './facts-of-log.js';
import { inflateBody } from './inflate-body.js';
import { InvalidIntake } from './intake.js';
import type { IntakeAnswer, IntakeJob, IntakeRows } from './intake-job.js';
import type { LoggedCall, ReadDelivery } from './logged-call.js';
import { readJsonSpans } from './otlp/read-json-spans.js';
import { readProtobufSpans } from './otlp/read-protobuf-spans.js';
import { readSpans } from './otlp/read-spans.js';
import { parseBoundedJson } from './parse-bounded-json.js';
import { readLogs } from './read-logs.js';
import { canBegin } from './read-timing.js';
import { derivedId, timeInId } from './record-id.js';

/** Makes a row of a call's facts and its bodies: what is done with proxied calls. `add` says more before credentials are taken out. */
export type MakeRow = (facts: CallFacts, bytes: Buffer, add: (row: RecordRow) => RecordRow) => RecordRow;

/** How long rows are made before others of the thread get their turn, ms. */
const TURN_MS = 20;
/** Faults that are told one by one; a delivery can have thousands that are the same. */
const MAX_WARNINGS = 20;

/** Makes the rows of a delivery. Rejects only with a fault of ours. */
export async function takeDelivery(job: IntakeJob, makeRow: MakeRow): Promise<IntakeAnswer<IntakeRows>> {
  try {
    return { taken: await rowsOf(job, makeRow) };
  } catch (error) {
    if (error instanceof InvalidIntake) return { invalid: error.message, tooLarge: error.tooLarge };
    throw error;
  }
}

async function rowsOf(job: IntakeJob, makeRow: MakeRow): Promise<IntakeRows> {
  const { list, calls } = readBody(job);
  const rows: RecordRow[] = [];
  const requestIds: (string | null)[] = [];
  const errors: { index: number; message: string }[] = [];
  const warnings = new Set<string>();
  let turn = performance.now();
  for (const call of calls) {
    if (call === null) continue;
    if (performance.now() - turn > TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      turn = performance.now();
    }
    const row = 'fault' in call ? call.fault : rowOf(call, { job, makeRow, warnings });
    if (typeof row === 'string') errors.push({ index: requestIds.length, message: row });
    else rows.push(row);
    requestIds.push(typeof row === 'string' ? null : row.requestId);
  }
  return { rows, result: { list, requestIds, errors, warnings: [...warnings] } };
}

function readBody({ format, bytes, encoding, provider, receivedAt: now }: IntakeJob): ReadDelivery {
  const body = inflateBody(bytes, encoding);
  if (format === 'otlp-protobuf') return readSpans(readProtobufSpans(body), now);
  const json = parseBoundedJson(body);
  if (format === 'otlp-json') return readSpans(readJsonSpans(json), now);
  return readLogs(json, { provider, now, strict: format === 'log-typed' });
}

interface RowContext {
  job: IntakeJob;
  makeRow: MakeRow;
  warnings: Set<string>;
}

/** The row of a call, or why there is none. */
function rowOf(call: LoggedCall, { job, makeRow, warnings }: RowContext): RecordRow | string {
  const { tenant, layers, userId, bodies, secrets, receivedAt } = job;
  const reading = readUnder({ ...call.headers, ...job.headers }, layers, userId);
  if (reading.fault !== null) return reading.fault.message;
  for (const warning of reading.warnings) if (warnings.size < MAX_WARNINGS) warnings.add(warning);
  const startedAt = call.startedAt ?? startInKey(call.key, receivedAt) ?? receivedAt;
  const id = call.key === null ? uuidv7(receivedAt) : derivedId(tenant, call.key, startedAt);
  const requestId = reading.requestId ?? id;
  const owner = { id, requestId, tenant, policy: reading.policy, createdAt: Math.floor(startedAt), bodies, secrets };
  const { facts, bytes } = factsOfLog(call, owner);
  return makeRow(facts, bytes, (row) => withTold(row, call));
}

/** The time that a log's id tells, where it can have begun then: a log that is sent again so is the same record. */
function startInKey(key: string | null, now: number): number | null {
  const time = key === null ? null : timeInId(key);
  return time !== null && canBegin(time, now) ? time : null;
}
