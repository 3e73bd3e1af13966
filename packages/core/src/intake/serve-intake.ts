import type { RecordRow } from '../records/store.js';
import type { IntakeResult } from './intake.js';
import type { IntakeAnswer, IntakeJob, IntakeRows } from './intake-job.js';
import { JointWrites } from './joint-writes.js';
import { type MakeRow, takeDelivery } from './take-delivery.js';

/** What the records worker does about deliveries: the methods that it answers to. */
export interface IntakeMethods {
  /** Answers when every accepted call is in the database. */
  intake(job: IntakeJob): Promise<IntakeAnswer<IntakeResult>>;
  /** The rows of a delivery, for a store that lives on the main thread. */
  intakeRows(job: IntakeJob): Promise<IntakeAnswer<IntakeRows>>;
}

/** `write` writes all rows or throws and writes none; `redact` takes out of rows what must not be kept. */
export function intakeMethods(
  makeRow: MakeRow,
  write: (rows: readonly RecordRow[]) => void,
  redact: (rows: RecordRow[]) => Promise<RecordRow[]>,
): IntakeMethods {
  const writes = new JointWrites(write);
  // One delivery after the other: parsed, one can take twenty times the room of its text.
  let turn: Promise<unknown> = Promise.resolve();
  const take = (job: IntakeJob): Promise<IntakeAnswer<IntakeRows>> => {
    const mine = turn.then(async () => {
      const answer = await takeDelivery(job, makeRow);
      if (!('taken' in answer)) return answer;
      const { rows, result } = answer.taken;
      return { taken: { rows: await redact(rows), result } };
    });
    turn = mine.catch(() => {});
    return mine;
  };
  return {
    intakeRows: take,
    async intake(job) {
      const answer = await take(job);
      if (!('taken' in answer)) return answer;
      const { rows, result } = answer.taken;
      if (rows.length > 0) await writes.push(rows);
      return { taken: result };
    },
  };
}
