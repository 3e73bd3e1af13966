// The cache stage in front of upstreams that stream what a test tells them to, and clients with a pace of their own; no sockets.
import { MemoryStore } from '../../packages/core/src/cache/memory-store.js';
import { type Call, createCall } from '../../packages/core/src/call.js';
import type { ByteStream, EngineResponse } from '../../packages/core/src/contract.js';
import { ProxyError } from '../../packages/core/src/errors.js';
import type { Caller } from '../../packages/core/src/identity.js';
import type { CachePolicy, Policy } from '../../packages/core/src/policy/policy.js';
import type { Target } from '../../packages/core/src/policy/target.js';
import type { WireFormat } from '../../packages/core/src/providers/wire.js';
import { createCache } from '../../packages/core/src/stages/cache.js';
import { UpstreamBody } from '../../packages/core/src/stream/upstream-body.js';
import { createByteBudget } from '../../packages/core/src/upstream/byte-budget.js';

const CACHE = { read: true, save: true, maxAgeMs: null, lifetimeMs: 60_000, buckets: 1, seed: null, ignoreKeys: [] };

/** Everything that is due has happened. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** What ends a call whose client leaves. */
export const closed = (): ProxyError => new ProxyError('client_closed', 'gone');
const last = (error: Error): Buffer => Buffer.from(`[${error.message}]`);

/** A call that asks for a stream and for the cache. */
export function newCall(policy: Partial<CachePolicy> = {}, wire: WireFormat | null = 'openai-chat'): Call {
  const { signal } = new AbortController();
  const request = { method: 'POST', path: '/', query: '', headers: {}, body: null, signal };
  const call = createCall(request, createByteBudget(0));
  call.body = Buffer.from('{"stream":true}');
  call.caller = { tenant: 'default', authenticated: false, isOurs: null } as unknown as Caller;
  call.target = {
    provider: 'openai',
    headers: {},
    origin: 'https://o',
    path: '/v1/chat/completions',
    wire,
    apiKey: null,
  } as unknown as Target;
  call.policy = { cache: { ...CACHE, ...policy } } as Policy;
  return call;
}

/** An upstream that streams what it is told to, and notes what it is asked for. */
export class Upstream {
  readonly log: string[] = [];
  readonly call: Call;
  readonly body = new UpstreamBody(
    {
      pause: () => this.log.push('pause'),
      resume: () => this.log.push('resume'),
      abort: (reason) => this.log.push(`abort ${reason.message}`),
    },
    last,
  );
  readonly answer: Promise<EngineResponse>;
  #resolve!: (response: EngineResponse) => void;
  #reject!: (error: Error) => void;

  constructor(call: Call) {
    this.call = call;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      call.life.hold({
        cancel: (reason) => {
          this.body.cancel(reason);
          reject(reason);
        },
      });
    });
  }

  async head(more: Partial<EngineResponse> = {}): Promise<void> {
    this.#resolve({ status: 200, headers: { 'content-type': 'text/event-stream' }, body: this.body, ...more });
    await turn();
  }

  /** No answer at all. */
  fail(error: Error): void {
    this.#reject(error);
  }

  async send(...pieces: (string | Buffer)[]): Promise<void> {
    for (const piece of pieces) {
      this.body.push(Buffer.from(piece));
      await turn();
    }
  }

  async end(): Promise<void> {
    this.body.finish();
    await turn();
  }
}

/** A client: what it got, what its record saw, and its pace. */
export class Client {
  readonly call: Call;
  readonly life: Call['life'];
  readonly answer: Promise<EngineResponse>;
  response: EngineResponse | null = null;
  error: Error | null = null;
  full = false;
  attached = false;
  text = '';
  writes = 0;
  seen = '';
  ending: string | null = null;
  seenEnding: string | null = null;
  goOn: () => void = () => {};

  constructor(call: Call, run: () => Promise<EngineResponse>, { slow = false, attach = true } = {}) {
    this.call = call;
    this.life = call.life;
    this.full = slow;
    this.answer = run();
    this.answer.then(
      (response) => {
        this.response = response;
        if (attach) this.attach();
      },
      (error: Error) => {
        this.error = error;
      },
    );
  }

  get hit(): string | undefined {
    return this.call.labels?.['helicone-cache'];
  }

  get body(): ByteStream {
    return (this.response as EngineResponse).body as ByteStream;
  }

  attach(): void {
    this.attached = true;
    const { body } = this;
    body.observe({
      chunk: (bytes) => {
        this.seen += Buffer.from(bytes).toString();
      },
      end: (error) => {
        this.seenEnding = `${this.seenEnding ?? ''}${error?.message ?? 'end'}`;
      },
    });
    this.goOn = body.attach({
      write: (bytes) => {
        this.text += Buffer.from(bytes).toString();
        this.writes += 1;
        return !this.full;
      },
      end: () => {
        this.ending = 'end';
      },
      fail: (error, lastEvent) => {
        this.ending = `${error.message} ${lastEvent === null ? 'silently' : Buffer.from(lastEvent)}`;
      },
    });
  }
}

/** The stage with a store of its own, its clients and what it asks upstream. */
export function startSharing({ maxEntryBytes = 1e6, idleMs = 1000 } = {}) {
  const stage = createCache(new MemoryStore(1e7), { maxEntryBytes, idleMs, random: () => 0 });
  const upstreams: Upstream[] = [];
  const join = (call = newCall(), options: { slow?: boolean; attach?: boolean } = {}): Client =>
    new Client(
      call,
      () =>
        stage(call, () => {
          const upstream = new Upstream(call);
          upstreams.push(upstream);
          return upstream.answer;
        }),
      options,
    );
  const clients = (count: number): Client[] => Array.from({ length: count }, () => join());
  return { join, clients, upstreams, upstream: (index = 0) => upstreams[index] as Upstream };
}

/** One more client, when its answer is decided. */
export async function joined(rig: ReturnType<typeof startSharing>): Promise<Client> {
  const client = rig.join();
  await turn();
  await turn();
  return client;
}
