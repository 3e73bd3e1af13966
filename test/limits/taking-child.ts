// One of several processes on one Redis. Arguments: its address, the kind of client, the key, how often it takes.
import { once } from 'node:events';
import { createRedisStore } from '../../packages/core/dist/limits/redis-store.js';
import { type RedisCommands, redisCommands } from '../../packages/core/dist/redis/redis-client.js';
import { connectRedis, type RedisKind } from '../rig/redis-clients.ts';

const [, , url = '', kind = 'ioredis', key = '', times = '1'] = process.argv;

const connected = await connectRedis(kind as RedisKind, url);
const store = createRedisStore(redisCommands(connected.client) as RedisCommands);
process.send?.({ ready: true });
await once(process, 'message');
const taken = await Promise.all(Array.from({ length: Number(times) }, () => store.take(key, 1, 60_000)));
process.send?.({ points: taken.map(({ points }) => points) });
await connected.close();
process.disconnect();
