import type { ResolvedOptions } from '../options.js';
import type { PolicyReader } from '../policy/policy-reader.js';
import type { Recorder } from '../records/recorder.js';
import { createIntake } from './create-intake.js';
import type { Intake } from './intake.js';

/** The intake of an engine, with the bounds of its records. */
export function startIntake(
  { records }: ResolvedOptions,
  { policies, recorder }: { policies: PolicyReader; recorder: Recorder },
): Intake {
  return createIntake({
    policies,
    send: recorder.intake,
    bodies: records.bodies,
    maxBytes: records.maxQueueBytes,
  });
}
