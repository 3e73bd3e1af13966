import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { cut } from './cut.js';

/**
 * When answers that have not left are given up, counted from the closing, ms: the 10 s that the engine gives its calls, and as
 * long as the last event of a broken stream may take.
 */
const GIVEN_UP_AFTER_MS = 11_000;

/** An answer that is under way. */
export interface OpenAnswer {
  readonly res: ServerResponse;
  /** Where in the list it stands. */
  index: number;
}

/**
 * The answers from a request's coming until its response has closed. The engine is done with a call when its last byte is handed
 * to Node; a server that is closed then would cut what has not reached the client.
 */
export class OpenAnswers {
  // Not a Set, for the reason that the engine's list of running calls has.
  readonly #open: OpenAnswer[] = [];
  /** Connections whose answer ended while closing, and could not say any more that it would be the last. Null when closed. */
  #kept: Map<Socket, IncomingMessage> | null = new Map();
  #closed: Promise<void> | null = null;
  #allLeft: (() => void) | null = null;

  /** Whether no more calls are taken, so that an answer had better be the last on its connection. */
  get closing(): boolean {
    return this.#closed !== null;
  }

  enter(answer: OpenAnswer): void {
    answer.index = this.#open.length;
    this.#open.push(answer);
  }

  leave(answer: OpenAnswer): void {
    const last = this.#open.pop() as OpenAnswer;
    if (last !== answer) {
      last.index = answer.index;
      this.#open[answer.index] = last;
    }
    if (!this.closing) return;
    this.#keep(answer.res.req);
    if (this.#open.length === 0) this.#allLeft?.();
  }

  /** Resolves when `closeEngine` has and all answers have left. Calling it again returns the same promise. */
  close(closeEngine: () => Promise<void>): Promise<void> {
    this.#closed ??= this.#close(closeEngine);
    return this.#closed;
  }

  async #close(closeEngine: () => Promise<void>): Promise<void> {
    const giveUp = setTimeout(() => {
      for (const { res } of [...this.#open]) cut(res);
    }, GIVEN_UP_AFTER_MS);
    try {
      await closeEngine();
      if (this.#open.length > 0) {
        await new Promise<void>((resolve) => {
          this.#allLeft = resolve;
        });
      }
    } finally {
      clearTimeout(giveUp);
      this.#endKept();
    }
  }

  /** Until all have left, a client that comes again over its connection had better find a refusal than no connection. */
  #keep(req: IncomingMessage): void {
    if (req.httpVersionMajor === 1 && !req.socket.writableEnded) this.#kept?.set(req.socket, req);
  }

  /** Left open they would hold the host's server for as long as its keep-alive lasts. */
  #endKept(): void {
    for (const [socket, req] of this.#kept ?? []) if (isIdle(socket, req)) socket.destroySoon();
    this.#kept = null;
  }
}

/** Whether the connection can be closed behind the answer without the client losing anything. */
export function mayBeLast({ httpVersionMajor, complete }: IncomingMessage): boolean {
  // A client that is still sending would find its connection reset, and the answer with it.
  return httpVersionMajor === 1 && complete;
}

function isIdle(socket: Socket & { _httpMessage?: unknown }, req: IncomingMessage): boolean {
  // Node looks there, too, when it closes idle connections; a request that a test injects has no socket to close.
  return mayBeLast(req) && !socket._httpMessage && socket.destroySoon !== undefined;
}
