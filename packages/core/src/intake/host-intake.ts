import type { RecordStore } from '../records/store.js';
import type { IntakeResult } from './intake.js';
import type { IntakeAnswer, IntakeJob, IntakeRows } from './intake-job.js';

/** How long a store of the host's may take for one delivery, ms: its sender waits. */
const APPEND_MS = 10_000;

/** Hands deliveries to a worker that makes rows of them, and those to a store on this thread. */
export function hostIntake(
  store: Pick<RecordStore, 'append'>,
  ask: (job: IntakeJob) => Promise<IntakeAnswer<IntakeRows>>,
): (job: IntakeJob) => Promise<IntakeAnswer<IntakeResult>> {
  return async (job) => {
    const answer = await ask(job);
    if (!('taken' in answer)) return answer;
    const { rows, result } = answer.taken;
    if (rows.length > 0) await inTime(store.append(rows));
    return { taken: result };
  };
}

async function inTime(written: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the store took longer than ${APPEND_MS} ms`)), APPEND_MS);
  });
  try {
    await Promise.race([written, late]);
  } finally {
    clearTimeout(timer);
  }
}
