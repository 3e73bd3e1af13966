import type { BodyWatcher } from './watch-response.js';

/** The parts of a Node `Readable` that count here. */
interface NodeBody {
  readonly readableFlowing: boolean | null;
  emit(event: string | symbol, ...args: unknown[]): boolean;
  listenerCount(event: string): number;
  resume(): unknown;
}

/** A watcher sees what is read of the stream; a listener for `data` would make it flow. */
export function watchNodeBody(body: NodeBody, watcher: BodyWatcher): void {
  const emit = body.emit.bind(body);
  body.emit = (event, ...args) => {
    const [given] = args;
    // Told of whatever way it is read.
    if (event === 'data' && given instanceof Uint8Array) watcher.chunk(given);
    else if (event === 'end') watcher.end();
    else if (event === 'error') watcher.fail(given);
    else if (event === 'close') watcher.leave();
    return emit(event, ...args);
  };
  if (!watcher.wantsRest()) return;
  // The SDK reads the body of an error at once, or asks again and never does.
  setImmediate(() => {
    const unread = body.readableFlowing === null && body.listenerCount('readable') === 0;
    if (unread) body.resume();
  });
}
