// A host of its own that sends calls of one user to itself, all at once, when told to.
// Arguments: origin of the provider, Redis URL, kind of Redis client, headers as JSON, number of calls.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heliconeProxy } from '@helicone-proxy/node';
import { get } from '@helicone-proxy/testkit';
import { connectRedis, type RedisKind } from '../rig/redis-clients.ts';

const [, , provider = '', redisUrl = '', kind = 'ioredis', headers = '{}', count = '1'] = process.argv;

const redis = await connectRedis(kind as RedisKind, redisUrl);
const helicone = heliconeProxy({
  providers: { openai: { baseUrl: provider } },
  records: { store: 'sqlite::memory:' },
  rateLimit: { store: redis.client, timeoutMs: 10_000 },
  cache: { store: redis.client },
});
const server = createServer(helicone);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone/openai/v1/chat/completions`;
process.send?.({ ready: true });
await once(process, 'message');
const calls = Array.from({ length: Number(count) }, () =>
  get(url, {
    headers: { 'content-type': 'application/json', ...JSON.parse(headers) },
    body: '{"model":"gpt-4o-mini","messages":[]}',
  }),
);
const answers = await Promise.all(calls);
process.send?.({
  answers: answers.map(({ status, body, header }) => ({
    status,
    body: body.toString(),
    cache: header('helicone-cache') ?? null,
  })),
});
server.close();
server.closeAllConnections();
await helicone.proxy.close();
await redis.close();
process.disconnect?.();
