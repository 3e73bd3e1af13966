import type { DocumentStore, StoredDocument } from '../records/documents.js';
import { DELIVERY } from './webhook.js';

/**
 * Tells the store what became of deliveries: those that are over go, the others wait again. What comes while the store is busy
 * goes to it together, in one step behind.
 */
export class Settlement {
  readonly #documents: Pick<DocumentStore, 'put' | 'delete'>;
  readonly #failed: (error: unknown) => void;
  #waiting: StoredDocument[] = [];
  #over = new Map<string, string[]>();
  #writing: Promise<void> | null = null;

  /** `failed` hears of a store that took nothing: those deliveries come again when their lease ends. */
  constructor(documents: Pick<DocumentStore, 'put' | 'delete'>, failed: (error: unknown) => void) {
    this.#documents = documents;
    this.#failed = failed;
  }

  /** The delivery is over: it arrived, or is given up. */
  remove({ tenant, id }: { tenant: string; id: string }): void {
    const ids = this.#over.get(tenant) ?? [];
    ids.push(id);
    this.#over.set(tenant, ids);
    this.#start();
  }

  /** The delivery waits until its `dueAt`. */
  wait(document: StoredDocument): void {
    this.#waiting.push(document);
    this.#start();
  }

  /** Resolves when all of it is told. */
  async done(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  get #pending(): boolean {
    return this.#waiting.length > 0 || this.#over.size > 0;
  }

  #start(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
      // Something may have come between the last look and here.
      if (this.#pending) this.#start();
    });
  }

  async #write(): Promise<void> {
    // What is settled within the same turn goes together.
    await null;
    while (this.#pending) {
      const waiting = this.#waiting;
      const over = this.#over;
      this.#waiting = [];
      this.#over = new Map();
      try {
        for (const [tenant, ids] of over) await this.#documents.delete({ tenant, kind: DELIVERY, ids });
        if (waiting.length > 0) await this.#documents.put(waiting);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
