import { type EngineRequest, freeBytes, type Headers, iterableStream } from '@helicone-proxy/core';
import { PlainAnswer } from './route.js';

/** What is collected before it is handed on. */
const PIECE_BYTES = 64 * 1024;

/**
 * An answer of status 200 made of pieces, each read when the client has taken the one before. One that fits into a single piece is
 * given whole. Rejects with what goes wrong before the first piece; what breaks later breaks the answer, so that it does not look
 * whole. A client that leaves ends the reading. Pieces are freed when they have left: each must be a fresh one.
 */
export async function streamedAnswer(
  { signal }: Pick<EngineRequest, 'signal'>,
  given: Headers,
  pieces: AsyncIterable<Uint8Array>,
): Promise<PlainAnswer> {
  // Who writes the answer changes them.
  const headers = { ...given };
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return new PlainAnswer({ status: 200, headers, body: new Uint8Array() });
  const second = await iterator.next();
  if (second.done === true) return new PlainAnswer({ status: 200, headers, body: first.value });
  const body = iterableStream(begunWith([first.value, second.value], iterator), { release: freeBytes });
  const leave = { handleEvent: () => body.cancel(new Error('the client left')) };
  signal.addEventListener('abort', leave);
  body.observe({ end: () => signal.removeEventListener('abort', leave) });
  if (signal.aborted) leave.handleEvent();
  return new PlainAnswer({ status: 200, headers, body });
}

/** Pieces that were read already, and then the rest. */
function begunWith(begun: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncIterator<Uint8Array> {
  return {
    async next() {
      const value = begun.shift();
      return value === undefined ? rest.next() : { done: false, value };
    },
    async return() {
      await rest.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** JSON text in pieces as `data` of Helicone's envelope, in larger pieces. */
export async function* enveloped(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let held: Uint8Array[] = [Buffer.from('{"data":')];
  let bytes = 0;
  for await (const piece of pieces) {
    if (bytes >= PIECE_BYTES) {
      yield Buffer.concat(held);
      held = [];
      bytes = 0;
    }
    held.push(piece);
    bytes += piece.length;
  }
  yield Buffer.concat([...held, Buffer.from(',"error":null}')]);
}
