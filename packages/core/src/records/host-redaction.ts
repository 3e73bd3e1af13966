import type { ProxyEvents } from '../events.js';
import type { Logger } from '../options.js';
import { type Redactable, type Redacted, redactAll } from './redact.js';
import type { ResolvedRedact } from './redact-option.js';
import type { RedactFailure, WriterRedact } from './worker/redaction.js';

/** The request thread's part of the user's own redaction. */
export interface HostRedaction {
  /** What the records worker is to do. */
  readonly forWorker: WriterRedact;
  /** Applies the host's function to records of the worker's. Never rejects. */
  redact(records: Redactable[]): Promise<(Redacted | null)[]>;
  /** Tells of what went wrong. */
  failed(failure: RedactFailure): void;
}

export interface HostRedactionOptions {
  redact: ResolvedRedact | null;
  tell: ProxyEvents['tell'];
  logger: Logger | null;
  /** Ms. */
  now(): number;
}

/** Failures are told this often at most, ms. */
const TOLD_EVERY_MS = 60_000;

export function createHostRedaction({ redact, tell, logger, now }: HostRedactionOptions): HostRedaction {
  const fn = redact !== null && 'fn' in redact ? redact.fn : null;
  let untold = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    forWorker: redact === null ? null : 'module' in redact ? { module: redact.module } : 'host',
    redact: async (records) => (fn === null ? records.map(() => null) : redactAll(fn, records)),
    failed({ message, records }) {
      if (message !== null) {
        const consequence = 'until it can be, records keep figures alone: no bodies, properties, user ids or errors';
        logger?.error({ err: message }, `records.redact: the module cannot be loaded; ${consequence}`);
        return;
      }
      tell('drop', { bodies: records, rows: 0 });
      untold += records;
      if (now() - toldAt < TOLD_EVERY_MS) return;
      // Nothing of what was thrown: it may well say what it failed at.
      logger?.error({ records: untold }, 'records.redact failed; of these records the figures alone are kept');
      untold = 0;
      toldAt = now();
    },
  };
}
