import type { WireFormat } from '../providers/wire.js';
import type { Outcome, TraceFacts } from '../records/facts.js';

/** One body of a logged call. */
export interface LoggedBody {
  bytes: Buffer;
  /** `content-type`: what the bytes are read as. */
  type: string;
}

/** A call that was made elsewhere, as its log tells of it; Helicone's logs and OpenTelemetry's spans both become this. */
export interface LoggedCall {
  /** What makes this call the same one when it is sent again; null: nothing does. */
  key: string | null;
  /** Headers of ours that the log itself brings, lower-case; those of the delivery win over them. */
  headers: Readonly<Record<string, string>>;
  provider: string;
  path: string;
  /** URL without query and credentials; empty when the log names none. */
  targetUrl: string;
  wire: WireFormat | null;
  /** Unix ms; null: not told. */
  startedAt: number | null;
  /** 0 where the log does not tell. */
  delayMs: number;
  /** ms after the start. */
  firstTokenMs: number | null;
  status: number;
  outcome: Outcome;
  /** What went wrong, where the answer itself does not say it in its provider's way. */
  error: string | null;
  request: LoggedBody | null;
  response: LoggedBody | null;
  /** The answer came in pieces. */
  stream: boolean;
  /** Name of what was called, where it is no model of a provider's: `tool:search`. */
  eventModel: string | null;
  /** What the log says the call cost; null: it is priced like any other. */
  costNanoUsd: number | null;
  trace: TraceFacts | null;
  /** Credentials that the log shows: they are taken out of what is kept of it. */
  secrets?: readonly string[];
}

/** A call of a delivery that cannot be accepted, and the place that is wrong. */
export interface RefusedCall {
  fault: string;
}

/** What a delivery tells of, call by call; null: of something that is no call of a model. */
export interface ReadDelivery {
  list: boolean;
  calls: Iterable<LoggedCall | RefusedCall | null>;
}

/** Why a log cannot be read, for its sender. What is no fault of the log's goes through. */
export function faultOf(error: unknown): string {
  if (error instanceof LogFault) return error.message;
  // Code that walks a value ran out of stack: text inside of a body may hold JSON of any depth.
  if (error instanceof RangeError) return 'body: nested too deep';
  throw error;
}

/** Thrown while one log is read; the message names the place that is wrong. */
export class LogFault extends Error {}
