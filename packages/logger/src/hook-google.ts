import { attempt, type CallObserver, observeFetch } from './observe-fetch.js';
import { ownerOf, patchMethod } from './patch-method.js';
import type { ResponseLike } from './watch-response.js';

const CALL = 'apiCall';

type Fetch = (url: unknown, init: unknown) => Promise<ResponseLike>;

/**
 * Observes the calls of `@google/genai`: of one client, or of every client that a class makes from now on. Returns what ends it.
 *
 * @throws TypeError when the SDK is built in another way.
 */
export function hookGoogle(holder: object, observer: CallObserver): () => void {
  const { apiClient } = holder as { apiClient?: unknown };
  if (typeof apiClient === 'object' && apiClient !== null) return hookApiClient(apiClient, observer);
  return hookClass(holder, observer);
}

/**
 * The class that sends requests is not exported. Each client makes one and keeps it as `apiClient`: the first that is made shows
 * its prototype, which all share.
 */
function hookClass(prototype: object, observer: CallObserver): () => void {
  // Another logger may wait for the same.
  const before = Object.getOwnPropertyDescriptor(prototype, 'apiClient');
  let active = true;
  let undo = (): void => {};
  function set(this: object, apiClient: object): void {
    const value = { value: apiClient, configurable: true, enumerable: true, writable: true };
    Object.defineProperty(this, 'apiClient', value);
    stopWaiting();
    before?.set?.call(this, apiClient);
    if (active) undo = attempt(observer, () => hookApiClient(ownerOf(apiClient, CALL) ?? apiClient, observer)) ?? undo;
  }
  const stopWaiting = (): void => {
    if (Object.getOwnPropertyDescriptor(prototype, 'apiClient')?.set !== set) return;
    delete (prototype as { apiClient?: unknown }).apiClient;
    if (before !== undefined && active) Object.defineProperty(prototype, 'apiClient', before);
  };
  Object.defineProperty(prototype, 'apiClient', { configurable: true, set });
  return () => {
    stopWaiting();
    active = false;
    undo();
  };
}

function hookApiClient(apiClient: object, observer: CallObserver): () => void {
  const owner = ownerOf(apiClient, CALL);
  if (owner === null) throw new TypeError(`the google SDK has no ${CALL}: its calls cannot be recorded`);
  return patchMethod(apiClient, CALL, (original, self, args) => {
    const [url, init] = args;
    // Newer versions ask again inside, by the `fetch` that they are given: there each request is seen.
    if (original.length < 6) {
      const send = () => original.apply(self, args) as Promise<ResponseLike>;
      return observeFetch(observer, { sdk: 'google', url, init, ...signalsOf(init) }, send);
    }
    const given = (args[5] as Fetch | undefined) ?? (globalThis.fetch as unknown as Fetch);
    const callerSignal = args[4] as AbortSignal | undefined;
    const observed: Fetch = (to, how) =>
      observeFetch(observer, { sdk: 'google', url: to, init: how, ...signalsOf(how), callerSignal }, () =>
        given(to, how),
      );
    return original.apply(self, [...args.slice(0, 5), observed]);
  });
}

function signalsOf(init: unknown): { signal: AbortSignal | undefined } {
  return { signal: (init as { signal?: AbortSignal } | undefined)?.signal };
}
