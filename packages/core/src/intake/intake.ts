import type { Headers } from '../contract.js';
import type { Caller } from '../identity.js';

/** What an intake body is: Helicone's log JSON (one, or a list of them), its strict variant, or OTLP traces. */
export type IntakeFormat = 'log' | 'log-typed' | 'otlp-json' | 'otlp-protobuf';

/** Calls that were made elsewhere, as somebody's logger tells of them. */
export interface IntakeDelivery {
  format: IntakeFormat;
  /** The body as it came; it changes hands. */
  bytes: Uint8Array<ArrayBuffer>;
  /** `content-encoding` of the body. */
  encoding: string;
  /** Provider that the path names; null: none. */
  provider: string | null;
  /** Request headers, lower-case; those of ours among them describe every call of the delivery. */
  headers: Headers;
  caller: Pick<Caller, 'tenant' | 'userId' | 'policy'>;
}

/** What became of a delivery. */
export interface IntakeResult {
  /** The body was a list. */
  list: boolean;
  /** Request id of each call that is in the store now, in the order in which they came; null where it was not accepted. */
  requestIds: (string | null)[];
  /** Why calls were not accepted; `message` names the place that is wrong. */
  errors: { index: number; message: string }[];
  /** What `Helicone-Warning` says. */
  warnings: string[];
}

/** The body could not be read as what it is said to be: nothing of it was accepted. */
export class InvalidIntake extends Error {
  override readonly name = 'InvalidIntake';
  /** It is more than one delivery may be. */
  readonly tooLarge: boolean;

  constructor(message: string, { tooLarge = false } = {}) {
    super(message);
    this.tooLarge = tooLarge;
  }
}

/** Takes calls that were made elsewhere. */
export interface Intake {
  /**
   * Resolves when every accepted call is in the store. Rejects with `InvalidIntake` (400, or 413 when it is `tooLarge`), with
   * `ProxyError` (`overloaded`, `shutting_down`), or with the store's own error when it takes nothing now.
   */
  accept(delivery: IntakeDelivery): Promise<IntakeResult>;
  /** Resolves when every delivery that came before is in the store, or was refused. */
  flush(): Promise<void>;
  /** Takes nothing from now on; resolves as `flush` does. */
  close(): Promise<void>;
}
