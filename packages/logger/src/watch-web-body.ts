import type { BodyWatcher } from './watch-response.js';

/** A body that a watcher sees as it is read: nothing is asked of the one behind it before somebody reads. */
export function watchWebBody(bodyOf: () => ReadableStream, watcher: BodyWatcher): ReadableStream {
  let reader: ReadableStreamDefaultReader | null = null;
  const source = {
    async pull(controller: ReadableStreamDefaultController | ReadableByteStreamController): Promise<void> {
      reader ??= bodyOf().getReader();
      const { done, value } = await readOrTell(reader, watcher);
      if (!done) {
        // Before it is handed on, which takes its memory away from us.
        if (value instanceof Uint8Array) watcher.chunk(value);
        (controller as ReadableStreamDefaultController).enqueue(value);
        return;
      }
      watcher.end();
      controller.close();
      // A reader that brought a buffer of its own waits for it.
      if ('byobRequest' in controller) controller.byobRequest?.respond(0);
    },
    cancel(reason: unknown): Promise<void> {
      // The SDKs throw the body of an error away before they ask again: it is short, and says what was wrong.
      if (reader === null && watcher.wantsRest()) {
        void readRest(bodyOf().getReader(), watcher);
        return Promise.resolve();
      }
      watcher.leave();
      return reader === null ? bodyOf().cancel(reason) : reader.cancel(reason);
    },
  };
  if (isByteStream(bodyOf())) return new ReadableStream({ ...source, type: 'bytes' }, { highWaterMark: 0 });
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** How much of an unwanted rest is read, and how long it may take. */
const REST_BYTES = 64 * 1024;
const REST_MS = 1000;

async function readRest(reader: ReadableStreamDefaultReader, watcher: BodyWatcher): Promise<void> {
  const give = (): void => {
    watcher.leave();
    reader.cancel().catch(() => {});
  };
  const clock = setTimeout(give, REST_MS).unref();
  try {
    for (let bytes = 0; bytes < REST_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return watcher.end();
      if (!(value instanceof Uint8Array)) break;
      watcher.chunk(value);
      bytes += value.length;
    }
    give();
  } catch {
    watcher.leave();
  } finally {
    clearTimeout(clock);
  }
}

async function readOrTell(
  reader: ReadableStreamDefaultReader,
  watcher: BodyWatcher,
): Promise<{ done: boolean; value?: unknown }> {
  try {
    return await reader.read();
  } catch (error) {
    watcher.fail(error);
    throw error;
  }
}

/** Only a stream of bytes gives its chunks away for good, and only its readers may bring their own buffers. */
function isByteStream(body: ReadableStream): boolean {
  try {
    body.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
