import type { CallFacts } from './facts.js';

/**
 * Facts cross to the worker as a list of values in this order: without the keys it is half the text, and takes half the time
 * to write on the request thread.
 */
const ORDER = [
  'id',
  'requestId',
  'tenant',
  'createdAt',
  'method',
  'path',
  'provider',
  'wire',
  'targetUrl',
  'userId',
  'properties',
  'promptId',
  'modelOverride',
  'status',
  'outcome',
  'error',
  'delayMs',
  'firstByteMs',
  'arrivals',
  'attempts',
  'cacheEnabled',
  'cacheReferenceId',
  'leftEarly',
  'settles',
  'session',
  'trace',
  'observed',
  'webhooks',
  'secrets',
  'asked',
  'omitRequest',
  'omitResponse',
  'answerHeaders',
  'request',
  'response',
] as const satisfies readonly (keyof CallFacts)[];

/** Does not compile when a fact is missing from the order. */
type Complete = Exclude<keyof CallFacts, (typeof ORDER)[number]> extends never ? string : never;

/** The facts of one call as JSON text. */
export function encodeFacts(facts: CallFacts): Complete {
  return JSON.stringify(ORDER.map((name) => facts[name]));
}

/** The facts that `encodeFacts` wrote. */
export function decodeFacts(text: string): CallFacts {
  const values = JSON.parse(text) as unknown[];
  const facts: Record<string, unknown> = {};
  for (let i = 0; i < ORDER.length; i++) facts[ORDER[i] as string] = values[i];
  return facts as unknown as CallFacts;
}
