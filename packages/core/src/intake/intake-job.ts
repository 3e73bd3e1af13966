import type { Headers } from '../contract.js';
import type { MergedLayers } from '../policy/policy-layers.js';
import type { RecordRow } from '../records/store.js';
import type { IntakeFormat, IntakeResult } from './intake.js';

/** A delivery on its way to the records worker: plain data, with the body's buffer beside it, which changes hands. */
export interface IntakeJob {
  format: IntakeFormat;
  bytes: Uint8Array<ArrayBuffer>;
  encoding: string;
  provider: string | null;
  /** `helicone-*` headers of the request. */
  headers: Headers;
  tenant: string;
  /** User of the caller's key; wins over what headers say. */
  userId: string | null;
  /** Policy that the caller stands under; null: none. */
  layers: MergedLayers | null;
  /** Whether bodies are kept. */
  bodies: boolean;
  /** Credentials that the request came with. */
  secrets: readonly string[];
  /** Unix ms. */
  receivedAt: number;
}

/** What the worker made of a delivery. */
export interface IntakeRows {
  rows: RecordRow[];
  result: IntakeResult;
}

/** What the worker answers: the result, or why nothing of the delivery can be read. */
export type IntakeAnswer<Result> = { taken: Result } | { invalid: string; tooLarge: boolean };
