import { parseObject } from './answer-body.js';
import type { Delivery, Destination } from './destination.js';
import { createHttpClient, type HttpAnswer } from './http-client.js';
import { isRecord } from './is-record.js';
import { askedWaitMs } from './retry-wait.js';

export interface HttpTarget {
  /** Address of the API, without a slash at its end. */
  baseUrl: string;
  apiKey: string | null;
  /** Headers of every request. */
  headers: Record<string, string>;
}

/** Logs that go into one request. */
const MAX_LOGS = 100;
/** Calls are often named right behind their answer: those that nothing was said of wait that long, ms. */
const HOLD_MS = 250;

/** Logs go over HTTP: `POST {baseUrl}/v1/log`, many at once. */
export function createHttpDestination({ baseUrl, apiKey, headers }: HttpTarget): Destination {
  const client = createHttpClient({
    ...headers,
    ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
  });
  const exchange = async (method: string, url: string, body: string): Promise<Delivery> => {
    try {
      return deliveryOf(await client.send(method, new URL(url), body));
    } catch (error) {
      return { kind: 'later', message: (error as Error).message, askedMs: 0, faulty: false };
    }
  };
  return {
    maxLogs: MAX_LOGS,
    holdMs: HOLD_MS,
    deliver(logs) {
      const [first] = logs;
      if (first !== undefined && first.route !== null) return exchange('POST', first.route, first.json);
      return exchange('POST', `${baseUrl}/v1/log`, `[${logs.map(({ json }) => json).join(',')}]`);
    },
    patch: ({ path, body }) => exchange('PUT', baseUrl + path, JSON.stringify(body)),
    close: () => client.close(),
  };
}

function deliveryOf({ status, retryAfter, body }: HttpAnswer): Delivery {
  const answer = parseObject(body);
  if (status >= 200 && status < 300) return { kind: 'taken', rejected: rejectedIn(answer) };
  const message = `the log server answered ${status}${reasonIn(answer)}`;
  if (status === 413) return { kind: 'too-large', message };
  const now = status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
  if (!now) return { kind: 'refused', message };
  const faulty = status >= 500 && ![502, 503, 504].includes(status);
  return { kind: 'later', message, askedMs: askedWaitMs(retryAfter, Date.now()), faulty };
}

function rejectedIn(answer: Record<string, unknown> | null): { index: number; message: string }[] {
  const { errors } = isRecord(answer?.data) ? answer.data : {};
  if (!Array.isArray(errors)) return [];
  return errors
    .filter(isRecord)
    .map(({ index, message }) => ({ index: Number(index), message: String(message) }))
    .filter(({ index }) => Number.isInteger(index));
}

function reasonIn(answer: Record<string, unknown> | null): string {
  const [first] = rejectedIn(answer);
  const reason = typeof answer?.error === 'string' ? answer.error : first?.message;
  return reason === undefined ? '' : `: ${reason.slice(0, 500)}`;
}
