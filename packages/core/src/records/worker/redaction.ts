import { type Redactable, type Redacted, type RedactFn, redactAll } from '../redact.js';
import type { RecordPatch, RecordRow } from '../store.js';
import { loadRedactModule } from './redact-module.js';
import { redactableOf, redactablePatch, redactedPatches, redactedRow } from './redact-rows.js';

/** How the user's own redaction is done: by a module in this worker, by a function on the request thread, or not at all. */
export type WriterRedact = { readonly module: string } | 'host' | null;

/** What went wrong with it. */
export interface RedactFailure {
  /** The module could not be loaded: `message` says why. Else the function failed for some records. */
  message: string | null;
  /** Records of which the figures alone were kept. */
  records: number;
}

export interface RedactionOptions {
  redact: WriterRedact;
  /** Sends records to the function on the request thread; its answer comes by `answered`. */
  ask(turn: number, records: Redactable[]): void;
  failed(failure: RedactFailure): void;
}

/** The user's own redaction, as rows pass it on their way to the store. */
export class Redaction {
  readonly #options: RedactionOptions;
  /** Null: there is no module, or it cannot be used. */
  readonly #fn: RedactFn | null;
  readonly #asked = new Map<number, (redacted: (Redacted | null)[]) => void>();
  #lastTurn = 0;

  constructor(options: RedactionOptions) {
    this.#options = options;
    const { redact } = options;
    this.#fn = redact === null || redact === 'host' ? null : this.#load(redact.module);
  }

  /** The rows as they may be kept. Never rejects: of rows that cannot be redacted the figures alone are left. */
  async rows(rows: RecordRow[]): Promise<RecordRow[]> {
    if (this.#options.redact === null || rows.length === 0) return rows;
    const redacted = await this.#redact(rows.map(redactableOf));
    return rows.map((row, at) => redactedRow(row, redacted[at] ?? null));
  }

  /** What of a patch may be kept. */
  async patches(tenant: string, requestId: string, patch: RecordPatch): Promise<RecordPatch[]> {
    const shown = this.#options.redact === null ? null : redactablePatch(tenant, requestId, patch);
    if (shown === null) return [patch];
    const [redacted = null] = await this.#redact([shown]);
    return redactedPatches(patch, redacted);
  }

  /** The request thread's answer. */
  answered(turn: number, redacted: (Redacted | null)[]): void {
    this.#asked.get(turn)?.(redacted);
    this.#asked.delete(turn);
  }

  async #redact(records: Redactable[]): Promise<(Redacted | null)[]> {
    const redacted = this.#options.redact === 'host' ? await this.#onHost(records) : await this.#here(records);
    const failed = records.length - redacted.filter((each) => each !== null).length;
    if (failed > 0) this.#options.failed({ message: null, records: failed });
    return redacted;
  }

  async #here(records: Redactable[]): Promise<(Redacted | null)[]> {
    return this.#fn === null ? records.map(() => null) : redactAll(this.#fn, records);
  }

  #onHost(records: Redactable[]): Promise<(Redacted | null)[]> {
    return new Promise((resolve) => {
      this.#lastTurn += 1;
      this.#asked.set(this.#lastTurn, resolve);
      this.#options.ask(this.#lastTurn, records);
    });
  }

  #load(module: string): RedactFn | null {
    try {
      return loadRedactModule(module);
    } catch (error) {
      this.#options.failed({ message: error instanceof Error ? error.message : String(error), records: 0 });
      return null;
    }
  }
}
