/** A log on its way. */
export interface OutgoingLog {
  /** JSON of a `LogWire`. */
  json: string;
  /** Where it goes by itself; null: with others, to where logs go. */
  route: string | null;
}

/** A change of a record that has been sent already. */
export interface OutgoingPatch {
  path: string;
  body: Record<string, unknown>;
}

/** What became of a delivery. */
export type Delivery =
  /** Those that `rejected` names were not accepted, all others were. */
  | { kind: 'taken'; rejected: { index: number; message: string }[] }
  /** Nothing was accepted, and nothing will be. */
  | { kind: 'refused'; message: string }
  /** Too much at once. */
  | { kind: 'too-large'; message: string }
  /** Not now. `faulty`: it may be these very logs that the server stumbles over. */
  | { kind: 'later'; message: string; askedMs: number; faulty: boolean };

/** Where logs go. Its methods never reject. */
export interface Destination {
  /** How many logs one delivery takes. */
  readonly maxLogs: number;
  /** How long a log that nothing was said of waits for `log` to name it, ms. */
  readonly holdMs: number;
  deliver(logs: readonly OutgoingLog[]): Promise<Delivery>;
  /** Null where sent records cannot be changed. */
  readonly patch: ((patch: OutgoingPatch) => Promise<Delivery>) | null;
  /** Breaks off what is under way. */
  close(): void;
}
