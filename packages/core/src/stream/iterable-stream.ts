import type { ByteStream } from '../contract.js';
import { PulledBody } from './pulled-body.js';

/**
 * Pieces that are read one at a time, as a stream: the next one is asked for when the one before has been taken, so a slow client
 * holds back what makes them. A client that leaves ends the iteration; an error of the iteration breaks the stream. `release` is told
 * of pieces that have left.
 */
export function iterableStream(
  pieces: AsyncIterable<Uint8Array> | AsyncIterator<Uint8Array>,
  { release }: Pick<ByteStream, 'release'> = {},
): ByteStream {
  const iterator = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces;
  let arrived: Uint8Array | null = null;
  let asking = false;
  let done = false;
  const body = new PulledBody({
    take() {
      const bytes = arrived;
      arrived = null;
      if (bytes === null) ask();
      return bytes;
    },
    get done() {
      return done;
    },
    closed() {
      // Read to its end there is nothing to give up.
      if (!done) iterator.return?.().catch(() => {});
    },
  });

  function ask(): void {
    if (asking || done) return;
    asking = true;
    iterator.next().then(
      (result) => {
        asking = false;
        if (result.done === true) done = true;
        else arrived = result.value;
        body.pump();
      },
      (error: unknown) => {
        done = true;
        body.fail(error instanceof Error ? error : new Error(String(error)), null);
      },
    );
  }

  return release === undefined ? body : Object.assign(body, { release });
}
