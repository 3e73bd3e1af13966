import { get, type Received } from '@helicone-proxy/testkit';
import { expect } from 'vitest';

/** What REST answered. */
export interface RestAnswer {
  status: number;
  data: unknown;
  error: string | null;
}

export interface RestOptions {
  key?: string;
  headers?: Record<string, string>;
}

/** Speaks HTTP to a mounted proxy as curl would: no SDK, bodies as given. */
export interface RestClient {
  /** Sends a request to a path below `/api`. Checks that the answer is Helicone's envelope. */
  send(method: string, path: string, body?: unknown, options?: RestOptions): Promise<RestAnswer>;
  /** Request ids of the records that a query gives, in its order. */
  ids(query: object, options?: RestOptions): Promise<string[]>;
  /** Makes a call to a provider under a request id of the caller's own; resolves with that id. */
  call(call: { id?: string; path?: string; body: object; headers?: Record<string, string> }): Promise<string>;
}

/** What the providers want to see. */
export const CREDENTIALS = { authorization: 'Bearer sk-test', 'x-api-key': 'sk-ant-test' };

/** `prefix` is where the proxy answers. */
export function restClient(prefix: string): RestClient {
  const client: RestClient = {
    async send(method, path, body, { key, headers = {} } = {}) {
      const sent: Record<string, string> = { ...headers };
      if (key !== undefined) sent.authorization = `Bearer ${key}`;
      if (body !== undefined) sent['content-type'] ??= 'application/json';
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await get(`${prefix}/api${path}`, {
        method,
        headers: sent,
        ...(body === undefined ? {} : { body: text }),
      });
      return envelope(answer);
    },
    async ids(query, options) {
      const { status, data, error } = await client.send('POST', '/v1/request/query', query, options);
      expect([status, error]).toEqual([200, null]);
      return (data as { request_id: string }[]).map(({ request_id }) => request_id);
    },
    async call({ id = crypto.randomUUID(), path = '/openai/v1/chat/completions', body, headers = {} }) {
      const answer = await get(prefix + path, {
        headers: { 'content-type': 'application/json', ...CREDENTIALS, 'helicone-request-id': id, ...headers },
        body: JSON.stringify(body),
      });
      expect([answer.status, answer.header('helicone-id')]).toEqual([200, id]);
      return id;
    },
  };
  return client;
}

function envelope({ status, body, header }: Received): RestAnswer {
  expect(header('content-type')).toMatch(/^application\/json/);
  expect(header('cache-control')).toBe('no-store');
  const answer = JSON.parse(body.toString());
  expect(Object.keys(answer).sort()).toEqual(['data', 'error']);
  if (status === 200) expect(answer.error).toBeNull();
  else expect([answer.data, typeof answer.error]).toEqual([null, 'string']);
  return { status, ...answer };
}
