import { type CallOptions, get, type Received } from '@helicone-proxy/testkit';

import type { Route } from '../../packages/api/src/route.js';
import { createRouter } from '../../packages/api/src/router.js';
import { ROUTES } from '../../packages/api/src/routes.js';

/** A call of REST. */
export interface RestCall {
  method: Route['method'];
  /** Below `/api`, with its query. */
  path: string;
  json?: unknown;
  headers?: Record<string, string>;
}

/** An answer, and how it was declared. */
export interface CheckedAnswer {
  route: Route;
  status: number;
  /** All of it, as it came. */
  text: string;
  /** What stands in the envelope; undefined in an answer without one. */
  data: unknown;
  error: string | null;
}

/** Name of an operation, for lists and messages. */
export function nameOf({ method, pattern }: Pick<Route, 'method' | 'pattern'>): string {
  return `${method} ${pattern}`;
}

const router = createRouter(ROUTES);

/**
 * Calls REST as a client would, and holds each answer against its route: status, media type, envelope, and every key of `data`. What
 * is not as declared is thrown. `url` is where the proxy answers.
 */
export function checkedRest(url: string) {
  const succeeded = new Set<string>();
  return {
    /** Operations that were called with success so far. */
    succeeded: succeeded as ReadonlySet<string>,
    async send({ method, path, json, headers = {} }: RestCall): Promise<CheckedAnswer> {
      const { route } = router(method, path.split('?', 1)[0] ?? '');
      const sent: CallOptions = { method, headers: { ...headers } };
      if (json !== undefined) {
        sent.headers = { 'content-type': 'application/json', ...headers };
        sent.body = JSON.stringify(json);
      }
      const answer = check(route, await get(`${url}/api${path}`, sent));
      if (answer.status === (route.status ?? 200)) succeeded.add(nameOf(route));
      return answer;
    },
  };
}

export type CheckedRest = ReturnType<typeof checkedRest>;

function check(route: Route, { status, body, complete, header }: Received): CheckedAnswer {
  const text = body.toString();
  const wrong = (problem: string): Error => new Error(`${nameOf(route)} ${status}: ${problem}: ${text.slice(0, 500)}`);
  if (!complete) throw wrong('the answer broke off');
  const type = header('content-type')?.split(';', 1)[0] ?? '';
  const success = status === (route.status ?? 200);
  if (success && route.plain !== undefined) {
    if (type !== 'application/json') throw wrong(`${type} is not application/json`);
    const checked = route.plain.safeParse(JSON.parse(text));
    if (checked.error !== undefined) throw wrong(told(checked.error));
    return { route, status, text, data: undefined, error: null };
  }
  if (success && route.data === undefined) {
    if (!isOneOf(type, route.answers ?? '')) throw wrong(`${type} is not ${route.answers}`);
    return { route, status, text, data: undefined, error: null };
  }
  if (type !== 'application/json') throw wrong(`${type} is not application/json`);
  const envelope = JSON.parse(text) as { data: unknown; error: string | null };
  if (Object.keys(envelope).sort().join() !== 'data,error') throw wrong('is no envelope');
  const { data, error } = envelope;
  if (success) {
    if (error !== null) throw wrong('an error in an answer of success');
    const checked = route.data?.safeParse(data);
    if (checked?.error !== undefined) throw wrong(told(checked.error));
  } else if (status < 400 || data !== null || typeof error !== 'string') throw wrong('is no refusal');
  return { route, status, text, data, error };
}

function told({ issues }: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

function isOneOf(type: string, types: string): boolean {
  return types.split(', ').some((one) => one === type || (one.endsWith('/*') && type.startsWith(one.slice(0, -1))));
}
