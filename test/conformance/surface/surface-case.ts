import type { CallRecord } from '@helicone-proxy/core';
import type { SurfaceAnswer } from './answer.js';

/** A call by an SDK, and what the provider says to it. */
export interface SurfaceCase<Client> {
  name: string;
  /** An answer for each request that the call makes, in order. */
  answers: readonly SurfaceAnswer[];
  /** Makes the call; what it resolves with is compared, so it holds data only. */
  run(client: Client): Promise<unknown>;
  /** Something of what the call must give, where equal results alone would prove little. */
  gives?: unknown;
  /** The call rejects with an error of this class. */
  fails?: abstract new (
    ...args: never[]
  ) => Error;
  /** What each record says besides what every record must say. */
  record?: Partial<CallRecord>;
}

/** Where a client of an SDK is pointed at. */
export interface ClientTarget {
  /** Address of the provider, without the `/v1` that some SDKs want in it. */
  url: string;
  headers: Record<string, string>;
  fetch: typeof fetch;
}

/** An SDK under test. */
export interface Sdk<Client> {
  /** Route of the provider that it speaks to. */
  provider: 'openai' | 'anthropic' | 'google' | 'azure';
  client(target: ClientTarget): Client;
}
