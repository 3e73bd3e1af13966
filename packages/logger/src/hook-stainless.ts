import type { SdkName } from './endpoints.js';
import { isRecord } from './is-record.js';
import { attempt, type CallObserver, observeFetch } from './observe-fetch.js';
import { ownerOf, patchMethod } from './patch-method.js';
import type { ResponseLike } from './watch-response.js';

/** Sends one HTTP request; in the SDKs of OpenAI and Anthropic of all versions that we know. */
const FETCH = 'fetchWithTimeout';

/** Make the SDK's promises: in newer versions those of transformed answers, too. */
const PROMISES = ['responsePromise', 'request'];

/** What the SDKs hand to the function that parses an answer. */
interface ParseProps {
  response?: unknown;
}

/**
 * Observes the calls of an SDK that Stainless generated: of one client, or of every client of a class (subclasses such as
 * `AzureOpenAI` share its methods). Returns what ends it.
 *
 * @throws TypeError when the SDK is built in another way.
 */
export function hookStainless(sdk: SdkName, holder: object, observer: CallObserver): () => void {
  const fetching = ownerOf(holder, FETCH);
  if (fetching === null) throw new TypeError(`the ${sdk} SDK has no ${FETCH}: its calls cannot be recorded`);
  // Of a client only its own calls; of a class those of all clients, wherever in the chain the method is.
  const isClass = Object.hasOwn(holder, 'constructor');
  const undoFetch = patchMethod(isClass ? fetching : holder, FETCH, (original, self, args) => {
    const [url, init, , controller] = args as [unknown, unknown, unknown, { signal?: AbortSignal } | undefined];
    const callerSignal = (init as { signal?: AbortSignal } | undefined)?.signal;
    const send = () => original.apply(self, args) as Promise<ResponseLike>;
    return observeFetch(observer, { sdk, url, init, callerSignal, signal: controller?.signal }, send);
  });
  const [promising] = PROMISES.filter((name) => ownerOf(holder, name) !== null);
  if (promising === undefined) return undoFetch;
  const owner = isClass ? (ownerOf(holder, promising) as object) : holder;
  const undoRequest = patchMethod(owner, promising, (original, self, args) => {
    const promise = original.apply(self, args);
    attempt(observer, () => followParsing(promise, observer));
    return promise;
  });
  return () => {
    undoRequest();
    undoFetch();
  };
}

/** An SDK's promise parses the answer when somebody waits for it: what comes of that belongs to the answer's call. */
function followParsing(promise: unknown, observer: CallObserver): void {
  const holder = promise as { parseResponse?: (...given: unknown[]) => unknown };
  const parse = holder.parseResponse;
  if (typeof parse !== 'function') return;
  holder.parseResponse = async function (this: unknown, ...given) {
    const parsed = await parse.apply(this, given);
    attempt(observer, () => {
      // The client comes first in newer versions.
      const props = given.at(-1) as ParseProps;
      const call = isRecord(props) ? observer.callOf(props.response) : undefined;
      if (call !== undefined) observer.belongs(parsed, call);
    });
    return parsed;
  };
}
