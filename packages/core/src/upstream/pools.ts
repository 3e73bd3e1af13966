import type { LookupFunction } from 'node:net';
import { type Dispatcher, Pool } from './undici.js';

/** One keep-alive pool per origin. */
export interface Pools {
  /** Pool of an origin that the options or our table name. */
  trusted(origin: string): Dispatcher;
  /** Pool of an origin that a caller chose: each connection's address is checked. */
  guarded(origin: string): Dispatcher;
  /** Ends all connections; calls that still run are cut. */
  destroy(): Promise<void>;
}

/** Callers choose these origins, so there is a cap; the one longest unused goes first. */
const MAX_GUARDED_POOLS = 256;

/** Longer than undici's 4 s, which would mean a TLS handshake for nearly every call of a quiet host. */
const KEEP_ALIVE_MS = 30_000;

export function createPools(options: { connectMs: number; lookup: LookupFunction }): Pools {
  const trusted = new Map<string, Pool>();
  const guarded = new Map<string, Pool>();
  const closing = new Set<Promise<void>>();
  const open = (origin: string, lookup?: LookupFunction): Pool =>
    new Pool(origin, {
      allowH2: false,
      // Deadlines are our own: undici's tick only about once a second.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connect: {
        // Behind our own deadline, so that an abandoned connection attempt ends too.
        timeout: Number.isFinite(options.connectMs) ? options.connectMs + 1000 : 0,
        ...(lookup === undefined ? {} : { lookup }),
      },
    });
  return {
    trusted(origin) {
      const pool = trusted.get(origin) ?? open(origin);
      trusted.set(origin, pool);
      return pool;
    },
    guarded(origin) {
      const pool = guarded.get(origin) ?? open(origin, options.lookup);
      // Set anew: a Map keeps insertion order, so the first is the one longest unused.
      guarded.delete(origin);
      guarded.set(origin, pool);
      if (guarded.size > MAX_GUARDED_POOLS) {
        const [oldest, unused] = guarded.entries().next().value as [string, Pool];
        guarded.delete(oldest);
        const closed = unused.close().finally(() => closing.delete(closed));
        closing.add(closed);
      }
      return pool;
    },
    async destroy() {
      const all = [...trusted.values(), ...guarded.values()];
      await Promise.all([...all.map((pool) => pool.destroy()), ...closing]);
    },
  };
}
