// The cache stage in front of an upstream that answers when a test tells it to; no sockets.
import type { CacheStore } from '../../packages/core/src/cache/cache-store.js';
import { MemoryStore } from '../../packages/core/src/cache/memory-store.js';
import { type Call, createCall } from '../../packages/core/src/call.js';
import type { EngineResponse, Headers } from '../../packages/core/src/contract.js';
import { ProxyError } from '../../packages/core/src/errors.js';
import type { Caller } from '../../packages/core/src/identity.js';
import type { CachePolicy, Policy } from '../../packages/core/src/policy/policy.js';
import type { Target } from '../../packages/core/src/policy/target.js';
import { createCache } from '../../packages/core/src/stages/cache.js';
import { createByteBudget } from '../../packages/core/src/upstream/byte-budget.js';

/** What ends a call whose client leaves. */
export const closed = (): ProxyError => new ProxyError('client_closed', 'gone');
/** Everything that is due has happened. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const OPTIONS = { maxEntryBytes: 1000, idleMs: 300, random: () => 0.99 };
export const ANSWER = '{"choices":[]}';

/** What makes up a call. */
export interface Asked {
  body?: string | null | AsyncIterable<Uint8Array>;
  headers?: Headers;
  query?: string;
  path?: string;
  policy?: Partial<CachePolicy> | null;
  caller?: Partial<Caller>;
  apiKey?: string;
}

/** A call of its own, with the cache on unless `policy` says otherwise. */
export function newCall({
  body = '{"model":"m"}',
  headers = {},
  query = '',
  path = '/v1/chat/completions',
  ...more
}: Asked = {}) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const { signal } = new AbortController();
  const request = { method: 'POST', path: `/openai${path}`, query, headers, body: null, signal };
  const call = createCall(request, createByteBudget(1e6));
  call.requestId = `request-${++requests}`;
  call.body = bytes;
  call.caller = { tenant: 'default', authenticated: true, isOurs: null, ...more.caller } as Caller;
  call.target = {
    provider: 'openai',
    origin: 'https://api.openai.com',
    path,
    wire: path.endsWith('/completions') ? 'openai-chat' : null,
    credential: 'authorization',
    apiKey: more.apiKey ?? null,
    headers: {},
    trusted: true,
  } satisfies Target;
  const cache = { read: true, save: true, maxAgeMs: null, lifetimeMs: 60_000, buckets: 1, seed: null, ignoreKeys: [] };
  call.policy = { cache: more.policy === null ? null : { ...cache, ...more.policy } } as Policy;
  return call;
}

let requests = 0;

/** A JSON answer. */
export function json(text = ANSWER, more: Partial<EngineResponse> = {}): EngineResponse {
  const headers = { 'content-type': 'application/json', 'set-cookie': 'a=b', 'x-request-id': 'r' };
  return { status: 200, headers, body: Buffer.from(text), ...more };
}

/** A stage with its upstream, which answers when told to; each ask gets the next answer. */
export function startCached(store: CacheStore = new MemoryStore(1e6), options: Partial<typeof OPTIONS> = {}) {
  const stage = createCache(store, { ...OPTIONS, ...options });
  const waiting: { call: Call; answer(response: EngineResponse): void; fail(error: Error): void }[] = [];
  const rig = {
    /** Calls that went upstream. */
    upstream: [] as Call[],
    /** Waiting for an answer, in order. */
    waiting,
    ask(asked: Asked | Call = {}): Promise<EngineResponse> {
      const call = 'requestCapture' in asked ? asked : newCall(asked);
      return stage(call, () => {
        rig.upstream.push(call);
        return new Promise((answer, fail) => {
          waiting.push({ call, answer, fail });
          call.life.hold({ cancel: fail });
        });
      });
    },
    /** Asks and has the upstream answer, if it is asked. */
    async get(asked: Asked | Call = {}, response = json()) {
      const call = 'requestCapture' in asked ? asked : newCall(asked);
      const answered = rig.ask(call);
      await turn();
      waiting.shift()?.answer(response);
      const got = await answered;
      await turn();
      const { 'helicone-cache': hit, 'helicone-cache-bucket-idx': bucket } = call.labels ?? {};
      return { call, hit, bucket, headers: got.headers, status: got.status, text: String(got.body) };
    },
  };
  return rig;
}

/** A store behind promises, whose lease another process may hold. */
export function sharedStore() {
  const memory = new MemoryStore(1e6);
  const log: string[] = [];
  const state = { holder: 'free' as 'free' | 'theirs' | 'none' };
  const store: CacheStore = {
    async get(key) {
      await turn();
      return memory.get(key);
    },
    async set(key, entry, lifetimeMs) {
      await turn();
      memory.set(key, entry, lifetimeMs);
      log.push('set');
    },
    delete() {},
    async close() {},
    lease: {
      async acquire() {
        log.push('acquire');
        if (state.holder !== 'free') return { state: state.holder };
        state.holder = 'theirs';
        return {
          state: 'mine',
          async release(stored) {
            log.push(`release ${stored}`);
            state.holder = 'free';
          },
        };
      },
      look: async () => state.holder,
    },
  };
  return { store, log, state, memory };
}
