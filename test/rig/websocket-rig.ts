import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { CallRecord } from '@helicone-proxy/core';
import type { HeliconeProxyOptions } from '@helicone-proxy/node';
import { afterEach } from 'vitest';
import { type ClientOptions, type RawData, WebSocket } from 'ws';
import { within } from './until.js';
import type { StartWebSocketHost, WebSocketHost } from './websocket-host.js';
import { type ProviderScript, startWebSocketProvider, type WebSocketProvider } from './websocket-provider.js';

/** Longest wait for anything that happens on loopback, ms. */
const SOON_MS = 10_000;
/** Path of the Realtime API below the prefix. */
export const REALTIME = '/openai/v1/realtime?model=gpt-realtime';

/** A proxy in a host, and a provider behind it. */
export interface WebSocketRig {
  readonly host: WebSocketHost;
  readonly provider: WebSocketProvider;
  /** Begins a handshake; nothing is waited for. */
  dial(given?: Dialled): WebSocket;
  /** Both ends of a session. */
  connect(given?: Dialled): Promise<{ client: WebSocket; server: WebSocket }>;
  /** The records of a tenant, oldest first, once those of the calls that ended are written. */
  records(tenant?: string): Promise<CallRecord[]>;
}

export interface Dialled {
  path?: string;
  headers?: Record<string, string>;
  protocols?: string[];
  options?: ClientOptions;
}

/** What a test does not say. */
export interface RigOptions extends ProviderScript {
  options?: HeliconeProxyOptions | ((origin: string) => HeliconeProxyOptions);
}

/** Starts what the tests of a file need; behind each test all of it is closed. Call it at the top of a file. */
export function webSocketRigs(startHost: StartWebSocketHost): (options?: RigOptions) => Promise<WebSocketRig> {
  const closing: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  return async ({ options, ...script } = {}) => {
    const provider = await startWebSocketProvider(script);
    closing.push(() => provider.close());
    const given = typeof options === 'function' ? options(provider.origin) : options;
    const host = await startHost({
      providers: { openai: { baseUrl: provider.origin } },
      records: { store: 'sqlite::memory:' },
      ...given,
    });
    closing.push(() => host.close());
    const dial = ({ path = REALTIME, headers = {}, protocols = [], options: more }: Dialled = {}): WebSocket => {
      const client = new WebSocket(host.url + path, protocols, { headers, ...more });
      client.on('error', () => {});
      closing.push(() => client.terminate());
      return client;
    };
    return {
      host,
      provider,
      dial,
      async connect(dialled) {
        const client = dial(dialled);
        const server = provider.session();
        await soon('the handshake', once(client, 'open'));
        return { client, server: await soon('the provider’s session', server) };
      },
      async records(tenant = 'default') {
        await host.proxy.flush();
        const sort = { by: 'request_created_at', direction: 'asc' } as const;
        return host.proxy.records.query({
          tenant,
          filter: { kind: 'all' },
          sort,
          bodies: true,
          limit: 1000,
          offset: 0,
        });
      },
    };
  };
}

/** The promise's value, or an error that names what did not happen in time. */
export function soon<T>(what: string, promise: Promise<T>): Promise<T> {
  return within(SOON_MS, what, promise);
}

/** The next messages. */
export async function messages(socket: WebSocket, count: number): Promise<{ data: Buffer; binary: boolean }[]> {
  const got: { data: Buffer; binary: boolean }[] = [];
  const all = new Promise<void>((resolve) => {
    const listen = (data: RawData, binary: boolean): void => {
      got.push({ data: data as Buffer, binary });
      if (got.length < count) return;
      socket.off('message', listen);
      resolve();
    };
    socket.on('message', listen);
  });
  await soon(`${count} messages`, all);
  return got;
}

/** How a socket closes. */
export async function closing(socket: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await soon('the close', once(socket, 'close'))) as [number, Buffer];
  return { code, reason: String(reason) };
}

/** The HTTP answer that a handshake got in place of a WebSocket. */
export async function refusal(
  socket: WebSocket,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
  const [, response] = (await soon('the answer', once(socket, 'unexpected-response'))) as [unknown, IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode as number, headers: response.headers, body };
}
