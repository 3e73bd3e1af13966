// A proxy whose store hangs for ever, in a process of its own so that its memory can be measured from inside.
// Arguments: origin of the provider, and bytes that may wait.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heliconeProxy } from '@helicone-proxy/node';
import { createHeldStore } from './held-store.ts';

const [, , provider = '', maxQueueBytes = ''] = process.argv;

const helicone = heliconeProxy({
  providers: { openai: { baseUrl: provider } },
  records: { store: createHeldStore('hangs'), maxQueueBytes: Number(maxQueueBytes) },
});
const dropped = { bodies: 0, rows: 0 };
helicone.proxy.events.on('drop', ({ bodies, rows }: typeof dropped) => {
  dropped.bodies += bodies;
  dropped.rows += rows;
});
const server = createServer(helicone);
server.listen(0, '127.0.0.1');
await once(server, 'listening');

process.on('message', (id) => {
  globalThis.gc?.();
  const { rss, arrayBuffers, heapUsed } = process.memoryUsage();
  process.send?.({ [`memory ${id}`]: { rss, arrayBuffers, heapUsed, dropped } });
});
process.send?.({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone/openai/v1/chat/completions`,
});
