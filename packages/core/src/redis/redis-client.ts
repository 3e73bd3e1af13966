/**
 * A Redis client of the host's own: ioredis 5 or 6, or node-redis 4, 5 or 6, connected or connecting (node-redis: `connect()`
 * was called). It needs an `error` listener of the host's, as always; it is never closed, and nothing is set on it.
 */
export type RedisClient = object;

/** The few commands that are used of Redis, the same for both clients. Each rejects when Redis fails or refuses. */
export interface RedisCommands {
  readonly kind: 'ioredis' | 'node-redis';
  get(key: string): Promise<Buffer | null>;
  /** `px`: lifetime, whole ms above 0. `nx`: only if there is no such key; resolves with false if there is. */
  set(key: string, value: Buffer | string, options: { px: number; nx?: boolean }): Promise<boolean>;
  del(key: string): Promise<void>;
  /** Runs a Lua script. Integers come back as numbers; texts as the client is set to give them. */
  eval(script: string, keys: string[], args: string[]): Promise<unknown>;
}

/** What is called of ioredis. */
interface IoRedis {
  getBuffer(key: string): Promise<Buffer | null>;
  set(key: string, value: Buffer | string, ...options: (string | number)[]): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, numberOfKeys: number, ...keysAndArgs: string[]): Promise<unknown>;
}

/** What is called of node-redis. */
interface NodeRedis {
  set(key: string, value: Buffer | string, options: { PX: number; NX?: true }): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** From 5 on, reply types are chosen on a light copy of the client, which shares its connection. */
interface NodeRedis5 extends NodeRedis {
  get(key: string): Promise<unknown>;
  withTypeMapping(mapping: Record<number, unknown>): NodeRedis5;
}

/** In 4 they are chosen for each command. */
interface NodeRedis4 extends NodeRedis {
  get(options: object, key: string): Promise<unknown>;
  commandOptions(options: { returnBuffers: true }): object;
}

/** node-redis's `RESP_TYPES.BLOB_STRING`: the `$` that such a reply begins with in the protocol. */
const BLOB_STRING = 36;

/** The client's commands, told apart by its methods; null when it is no Redis client. Nothing is sent. */
export function redisCommands(client: unknown): RedisCommands | null {
  if (typeof client !== 'object' || client === null) return null;
  if (!hasMethods(client, 'get', 'set', 'del', 'eval')) return null;
  if (hasMethods(client, 'getBuffer', 'defineCommand')) return ioredisCommands(client as IoRedis);
  if (hasMethods(client, 'withTypeMapping')) return nodeRedis5Commands(client as NodeRedis5);
  if (hasMethods(client, 'commandOptions', 'sendCommand')) return nodeRedis4Commands(client as NodeRedis4);
  return null;
}

function hasMethods(client: object, ...names: string[]): boolean {
  return names.every((name) => typeof (client as Record<string, unknown>)[name] === 'function');
}

function ioredisCommands(client: IoRedis): RedisCommands {
  return {
    kind: 'ioredis',
    get: (key) => client.getBuffer(key),
    async set(key, value, { px, nx = false }) {
      const answer = await (nx ? client.set(key, value, 'PX', px, 'NX') : client.set(key, value, 'PX', px));
      return answer !== null;
    },
    async del(key) {
      await client.del(key);
    },
    eval: (script, keys, args) => client.eval(script, keys.length, ...keys, ...args),
  };
}

function nodeRedis5Commands(client: NodeRedis5): RedisCommands {
  // What the host chose for its own replies does not hold for ours.
  const plain = client.withTypeMapping({});
  const binary = client.withTypeMapping({ [BLOB_STRING]: Buffer });
  return nodeRedisCommands(plain, async (key) => (await binary.get(key)) as Buffer | null);
}

function nodeRedis4Commands(client: NodeRedis4): RedisCommands {
  const binary = client.commandOptions({ returnBuffers: true });
  return nodeRedisCommands(client, async (key) => (await client.get(binary, key)) as Buffer | null);
}

function nodeRedisCommands(client: NodeRedis, get: RedisCommands['get']): RedisCommands {
  return {
    kind: 'node-redis',
    get,
    async set(key, value, { px, nx = false }) {
      return (await client.set(key, value, nx ? { PX: px, NX: true } : { PX: px })) !== null;
    },
    async del(key) {
      await client.del(key);
    },
    eval: (script, keys, args) => client.eval(script, { keys, arguments: args }),
  };
}
