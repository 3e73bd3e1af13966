import { Redis } from 'ioredis';
import { createClient } from 'redis';

export type RedisKind = 'ioredis' | 'node-redis';

export const REDIS_KINDS: readonly RedisKind[] = ['ioredis', 'node-redis'];

/** A connected client of the host's own, as it would hand it to the proxy. */
export interface ConnectedRedis {
  readonly client: object;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Connects a client to a Redis. */
export async function connectRedis(kind: RedisKind, url: string): Promise<ConnectedRedis> {
  if (kind === 'ioredis') {
    const client = new Redis(url, { maxRetriesPerRequest: null });
    client.on('error', () => {});
    await client.ping();
    return {
      client,
      flush: async () => void (await client.flushall()),
      close: async () => client.disconnect(),
    };
  }
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  return {
    client,
    flush: async () => void (await client.flushAll()),
    close: async () => client.destroy(),
  };
}
