import type { LookupFunction } from 'node:net';
import { Connection } from './connection.js';
import { buildConnector, type Client, type Dispatcher, Pool } from './undici.js';

/** One keep-alive pool per origin. */
export interface Pools {
  /** Pool of an origin that the options or our table name. */
  trusted(origin: string): OriginPool;
  /** Pool of an origin that a caller chose: each connection's address is checked. */
  guarded(origin: string): OriginPool;
  /** Ends all connections; calls that still run are cut. */
  destroy(): Promise<void>;
}

/** Callers choose these origins, so there is a cap; the one longest unused goes first. */
const MAX_GUARDED_POOLS = 256;

/** Longer than undici's 4 s, which would mean a TLS handshake for nearly every call of a quiet host. */
const KEEP_ALIVE_MS = 30_000;

export function createPools(options: { connectMs: number; lookup: LookupFunction }): Pools {
  const trusted = new Map<string, OriginPool>();
  const guarded = new Map<string, OriginPool>();
  const closing = new Set<OriginPool>();
  // Behind our own deadline, so that an abandoned connection attempt ends too.
  const timeout = Number.isFinite(options.connectMs) ? options.connectMs + 1000 : 0;
  return {
    trusted(origin) {
      const pool = trusted.get(origin) ?? new OriginPool(origin, { timeout });
      trusted.set(origin, pool);
      return pool;
    },
    guarded(origin) {
      const pool = guarded.get(origin) ?? new OriginPool(origin, { timeout, lookup: options.lookup });
      // Set anew: a Map keeps insertion order, so the first is the one longest unused.
      guarded.delete(origin);
      guarded.set(origin, pool);
      if (guarded.size > MAX_GUARDED_POOLS) {
        const [oldest, unused] = guarded.entries().next().value as [string, OriginPool];
        guarded.delete(oldest);
        closing.add(unused);
        void unused.close().finally(() => closing.delete(unused));
      }
      return pool;
    },
    async destroy() {
      const all = [...trusted.values(), ...guarded.values(), ...closing];
      await Promise.all(all.map((pool) => pool.cut()));
    },
  };
}

/** Keep-alive connections to one origin. */
export class OriginPool extends Pool {
  readonly #origin: string;
  readonly #options: Client.Options;
  readonly #single = new Set<Connection>();

  constructor(origin: string, connect: { timeout: number; lookup?: LookupFunction }) {
    const options: Client.Options = {
      allowH2: false,
      // Deadlines are our own: undici's tick only about once a second.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connect: buildConnector({ allowH2: false, ...connect }),
    };
    super(origin, { ...options, factory: (url, given) => new Connection(url, given) } as Pool.Options);
    this.#origin = origin;
    this.#options = options;
  }

  /** Sends one request over a connection that has never served and serves no other. */
  fresh(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const connection = new Connection(this.#origin, this.#options);
    this.#single.add(connection);
    connection.dispatch(request, handler);
    // Once the request is over.
    connection.close(() => this.#single.delete(connection));
  }

  /** Ends all connections at once. */
  async cut(): Promise<void> {
    await Promise.all([this.destroy(), ...[...this.#single].map((connection) => connection.destroy())]);
  }
}
