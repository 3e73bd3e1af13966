import type { Batch } from '../handover-queue.js';
import type { FacadeContext } from '../store-facade.js';
import { WorkerDied, type WorkerLink } from './link.js';

/**
 * Asks a worker about a batch. One that ends the worker is tried once more, in a new one and without the bodies, which went
 * down with the first: the facts are still here.
 */
export async function askTwice<T>(
  worker: WorkerLink,
  question: { method: string; batch: Batch },
  context: FacadeContext,
): Promise<T> {
  const { method, batch } = question;
  try {
    return await worker.ask<T>(method, batch, [batch.bytes]);
  } catch (error) {
    if (!(error instanceof WorkerDied)) throw error;
    const answer = await worker.ask<T>(method, { ...batch, bytes: new ArrayBuffer(0) });
    context.lost({ bodies: batch.facts.length, rows: 0 });
    return answer;
  }
}
