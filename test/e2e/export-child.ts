// A proxy over a database that is there already, in a process of its own so that its memory can be measured from inside.
// Argument: path of the database.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heliconeProxy } from '@helicone-proxy/node';
import { get } from '@helicone-proxy/testkit';

const [, , file = ''] = process.argv;

const helicone = heliconeProxy({ records: { store: `sqlite:${file}` } });
const server = createServer(helicone);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone/api/v1/request/export`;
// All that idle means: both workers run, and everything is loaded.
await get(url, { body: '{"limit":1,"includeBodies":true}' });
globalThis.gc?.();
const idle = process.memoryUsage.rss();
let peak = idle;
let samples = 0;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
  samples++;
}, 5);
process.on('message', (id) => process.send?.({ [`memory ${id}`]: { idle, peak, samples } }));
process.send?.({ url });
