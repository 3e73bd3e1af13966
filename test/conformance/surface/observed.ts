import type { ScriptedProvider, SeenRequest } from '@helicone-proxy/testkit';
import { expect } from 'vitest';
import { within } from '../../rig/until.js';
import { answerInTurn } from './answer.js';
import type { Sdk, SurfaceCase } from './surface-case.js';

/** Head of an answer as the SDK's own fetch got it. */
export interface ReceivedHead {
  status: number;
  headers: ReadonlyMap<string, string>;
}

/** What a call looked like from its two ends. */
export interface Observed {
  result: unknown;
  heads: readonly ReceivedHead[];
  requests: readonly SeenRequest[];
}

/** One call, and where it goes. */
export interface CallToObserve<Client> {
  sdk: Sdk<Client>;
  each: SurfaceCase<Client>;
  provider: ScriptedProvider;
  /** Address that the client is pointed at. */
  url: string;
  headers: Record<string, string>;
}

/** Time for one call with all its requests, ms. */
const CALL_MS = 15_000;

/** Makes the call. Fails when the provider did not get as many requests as it has answers for. */
export async function observe<Client>({ sdk, each, provider, url, headers }: CallToObserve<Client>): Promise<Observed> {
  const before = provider.requests.length;
  const heads: ReceivedHead[] = [];
  provider.script = answerInTurn(each.answers);
  const client = sdk.client({
    url,
    headers,
    async fetch(input, init) {
      const response = await fetch(input, init);
      // Before an upload the SDKs ask for `data:,`, to learn whether this fetch can do forms.
      if (!response.url.startsWith('data:')) {
        heads.push({ status: response.status, headers: new Map(response.headers) });
      }
      return response;
    },
  });
  const result = await within(CALL_MS, each.name, resultOf(client, each));
  const requests = provider.requests.slice(before);
  expect(requests.length, `requests that came to the provider: ${requests.map(({ target }) => target)}`).toBe(
    each.answers.length,
  );
  return { result, heads, requests };
}

async function resultOf<Client>(client: Client, { run, fails, gives }: SurfaceCase<Client>): Promise<unknown> {
  if (fails === undefined) {
    const result = await run(client);
    expect(result).toBeTruthy();
    if (gives != null) expect(result).toMatchObject(gives as object);
    return result;
  }
  const error = await run(client).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(fails);
  const failure = shownOf(error as Error);
  if (gives != null) expect(failure).toMatchObject(gives as object);
  return failure;
}

/** What an SDK's error shows: its class, its message and its own fields, less those that hold objects of the runtime. */
function shownOf(error: Error): Record<string, unknown> {
  const shown: Record<string, unknown> = { class: error.constructor.name, message: error.message };
  for (const [name, value] of Object.entries(error)) if (!NOT_SHOWN.has(name)) shown[name] = value;
  return shown;
}

/** Headers are compared as the SDK's fetch got them; addresses differ by nature. */
const NOT_SHOWN = new Set(['headers', 'responseHeaders', 'url', 'cause', 'errors', 'lastError', 'requestHeaders']);
