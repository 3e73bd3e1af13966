import type { ByteStream } from '../contract.js';

/** Reads a stream that can be attached to piece by piece, each as it was written. Gives the stream up when it is left early. */
export async function* iterateBody(body: ByteStream): AsyncGenerator<Uint8Array, void, void> {
  const arrived: Uint8Array[] = [];
  let ended = false;
  let failure: Error | null = null;
  let wake = (): void => {};
  const resume = body.attach({
    write(bytes) {
      arrived.push(bytes);
      wake();
      return false;
    },
    end() {
      ended = true;
      wake();
    },
    fail(error) {
      failure = error;
      wake();
    },
  });
  try {
    for (;;) {
      const bytes = arrived.shift();
      if (bytes !== undefined) {
        yield bytes;
        resume();
      } else if (failure !== null) throw failure;
      else if (ended) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    body.cancel(new Error('the stream was not read to its end'));
  }
}
