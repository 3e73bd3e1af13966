// Runs one of the compared servers in a process of its own and tells how much CPU it has used.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hosts, proxies } from './variants.ts';

const [name, upstream] = process.argv.slice(2) as [string, string];
const variant = proxies[name] ?? hosts[name];
if (variant === undefined) throw new Error(`unknown variant ${name}`);
const { listener, settle } = await variant.start(upstream);
const server: Server = createServer(listener);
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on('message', async () => {
  // Everything that the requests so far cause counts, so records are written first.
  await settle();
  const all = process.cpuUsage();
  const thread = process.threadCpuUsage();
  process.send?.({ all: all.user + all.system, thread: thread.user + thread.system, rss: process.memoryUsage.rss() });
});
process.once('disconnect', () => process.exit());
