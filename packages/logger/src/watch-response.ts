import { watchNodeBody } from './watch-node-body.js';
import { watchWebBody } from './watch-web-body.js';

/** Hears of a body while somebody else reads it. None of it may throw. */
export interface BodyWatcher {
  chunk(bytes: Uint8Array): void;
  /** All of it, read as text. */
  text(whole: string): void;
  end(): void;
  /** Reading it failed. */
  fail(error: unknown): void;
  /** Its reader wants no more. */
  leave(): void;
  /** It was parsed into this. */
  parsed(value: unknown): void;
  /** Whether the rest of a body that its reader does not want is wanted here. */
  wantsRest(): boolean;
}

/** The parts of a `Response` that count here: those of Node's own, and of node-fetch, whose body is a Node stream. */
export interface ResponseLike {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: unknown;
  text(): Promise<string>;
}

/**
 * Lets a watcher see a response's body as its owner reads it: in the same turn, at the owner's pace, no byte earlier. The
 * response stays the same object; only its readers are replaced, by properties of its own.
 */
export function watchResponse(response: ResponseLike, watcher: BodyWatcher): void {
  const native = response.body;
  if (native === null || native === undefined) watcher.end();
  else if (isNodeStream(native)) {
    watchNodeBody(native, watcher);
    // A response that nobody has any more counts as left: whoever has its body has it, too.
    Object.defineProperty(native, Symbol('response'), { value: response });
  } else {
    watchReaders(response, watcher);
    let watched: ReadableStream | undefined;
    const nativeBody = bodyGetter(response);
    define(response, 'body', {
      get() {
        watched ??= watchWebBody(nativeBody, watcher);
        return watched;
      },
    });
  }
}

function watchReaders(response: ResponseLike, watcher: BodyWatcher): void {
  const readers = response as unknown as Record<string, () => Promise<unknown>>;
  // Who asks for a body twice is refused, which says nothing of the call.
  const used = (): boolean => (response as { bodyUsed?: unknown }).bodyUsed === true;
  const text = response.text.bind(response);
  const watchedText = async (): Promise<string> =>
    used() ? text() : watchWhole(text(), watcher, (value) => watcher.text(value));
  define(response, 'text', { value: watchedText, writable: true });
  // The same as the native one, which would decode the bytes a second time for us.
  const json = async (): Promise<unknown> => {
    const value: unknown = JSON.parse(await watchedText());
    watcher.parsed(value);
    return value;
  };
  define(response, 'json', { value: json, writable: true });
  for (const name of ['arrayBuffer', 'bytes']) {
    const native = readers[name]?.bind(response);
    if (native === undefined) continue;
    const value = async (): Promise<unknown> =>
      used() ? native() : watchWhole(native(), watcher, (given) => watcher.chunk(new Uint8Array(given as ArrayBuffer)));
    define(response, name, { value, writable: true });
  }
  for (const name of ['blob', 'formData']) {
    // Read through the watched body; the headers tell of the type.
    const value = async (): Promise<unknown> => {
      const { headers, body } = response as unknown as Response;
      return new Response(body, { headers })[name as 'blob' | 'formData']();
    };
    define(response, name, { value, writable: true });
  }
}

async function watchWhole<T>(read: Promise<T>, watcher: BodyWatcher, tell: (value: T) => void): Promise<T> {
  try {
    const value = await read;
    tell(value);
    watcher.end();
    return value;
  } catch (error) {
    watcher.fail(error);
    throw error;
  }
}

/** Asks anew each time: `clone()` gives the response another body. */
function bodyGetter(response: ResponseLike): () => ReadableStream {
  let holder: object | null = response;
  while (holder !== null) {
    const found = Object.getOwnPropertyDescriptor(holder, 'body');
    const { get } = found ?? {};
    if (get !== undefined) return () => get.call(response) as ReadableStream;
    if (found !== undefined) return () => found.value as ReadableStream;
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  const { body } = response;
  return () => body as ReadableStream;
}

function isNodeStream(body: unknown): body is Parameters<typeof watchNodeBody>[0] {
  const { push, pipe } = body as { push?: unknown; pipe?: unknown };
  return typeof push === 'function' && typeof pipe === 'function';
}

function define(response: ResponseLike, name: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(response, name, { configurable: true, enumerable: false, ...descriptor });
}
