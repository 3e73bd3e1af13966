import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallRecord } from '@helicone-proxy/core';
import { type HeliconeProxy, type HeliconeProxyOptions, heliconeProxy } from '@helicone-proxy/node';
import {
  type CallOptions,
  get,
  type Received,
  type Script,
  type ScriptedProvider,
  type SeenRequest,
  startScriptedProvider,
} from '@helicone-proxy/testkit';

/** Path of a chat call below the prefix. */
export const CHAT_PATH = '/openai/v1/chat/completions';
/** Body of a chat call. */
export const CHAT_BODY = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
/** Answer to it. */
export const CHAT_ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
});

/** A `node:http` server with the proxy in it, and a provider behind it that notes all that it gets. */
export interface ProxyRig {
  /** Origin of the server. */
  readonly origin: string;
  /** Where the proxy answers. */
  readonly url: string;
  readonly proxy: HeliconeProxy;
  readonly provider: ScriptedProvider;
  /** Sends a request to a path below the prefix and reads the answer. */
  get(path: string, options?: CallOptions): Promise<Received>;
  /** A chat call to OpenAI, or to another path. */
  chat(headers?: CallOptions['headers'], path?: string): Promise<Received>;
  /** Sends JSON over REST; `path` is below `/api`. */
  rest(path: string, options?: RestOptions): Promise<RestAnswer>;
  /** The newest request that the provider got, once its body is there. */
  seen(): Promise<SeenRequest>;
  /** All records of a tenant, oldest first, with bodies, once those of the calls that ended are written. */
  records(tenant?: string): Promise<CallRecord[]>;
  close(): Promise<void>;
}

export interface RestOptions {
  method?: string;
  headers?: Record<string, string>;
  json?: unknown;
}

export interface RestAnswer {
  status: number;
  data: unknown;
  error: string | null;
}

export interface RigSetup {
  /** What the provider does; by default it answers every request with `CHAT_ANSWER`. */
  script?: Script;
  /** Address that the server listens at. Default 127.0.0.1. */
  listenAt?: string;
}

/** Starts all of it; OpenAI and the other providers named here are the one provider, unless the options say otherwise. */
export async function startProxyRig(
  options: HeliconeProxyOptions | ((provider: ScriptedProvider) => HeliconeProxyOptions) = {},
  { script = answerChat, listenAt = '127.0.0.1' }: RigSetup = {},
): Promise<ProxyRig> {
  const provider = await startScriptedProvider(script);
  const given = typeof options === 'function' ? options(provider) : options;
  const handler = heliconeProxy({
    providers: { openai: { baseUrl: provider.origin }, anthropic: { baseUrl: provider.origin } },
    records: { store: 'sqlite::memory:' },
    ...given,
  });
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, listenAt, resolve));
  const { port } = server.address() as AddressInfo;
  const host = listenAt.includes(':') ? `[${listenAt}]` : listenAt.replace('0.0.0.0', '127.0.0.1');
  const origin = `http://${host}:${port}`;
  const url = `${origin}/helicone`;
  return {
    origin,
    url,
    proxy: handler.proxy,
    provider,
    ...clientOf(url),
    seen: () => newest(provider),
    records: (tenant = 'default') => allRecords(handler.proxy, tenant),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, handler.proxy.close(), provider.close()]);
    },
  };
}

/** Answers with `CHAT_ANSWER`. */
export const answerChat: Script = (exchange) =>
  exchange.respond({ headers: [['content-type', 'application/json']], framing: 'length' }, [CHAT_ANSWER]);

function clientOf(url: string): Pick<ProxyRig, 'get' | 'chat' | 'rest'> {
  return {
    get: (path, given) => get(url + path, given),
    chat: (headers = {}, path = CHAT_PATH) =>
      get(url + path, { headers: { 'content-type': 'application/json', ...headers }, body: CHAT_BODY }),
    rest: (path, given) => sendRest(`${url}/api${path}`, given),
  };
}

async function sendRest(url: string, { method = 'POST', headers = {}, json }: RestOptions = {}): Promise<RestAnswer> {
  const sent = json === undefined ? {} : { body: JSON.stringify(json) };
  const { status, body } = await get(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...sent,
  });
  return { status, ...JSON.parse(body.toString()) };
}

async function newest({ requests }: ScriptedProvider): Promise<SeenRequest> {
  const request = requests.at(-1);
  if (request === undefined) throw new Error('the provider got no request');
  await request.ended;
  return request;
}

async function allRecords(proxy: HeliconeProxy, tenant: string): Promise<CallRecord[]> {
  await proxy.flush();
  const sort = { by: 'request_created_at', direction: 'asc' } as const;
  const records: CallRecord[] = [];
  for (;;) {
    const page = { tenant, filter: { kind: 'all' } as const, sort, bodies: true, limit: 1000, offset: records.length };
    const found = await proxy.records.query(page);
    records.push(...found);
    if (found.length < 1000) return records;
  }
}
