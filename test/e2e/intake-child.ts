// A host whose process is killed: it takes logs, and nothing else.
// Argument: database file.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heliconeProxy } from '@helicone-proxy/node';

const [, , file = ''] = process.argv;
const server = createServer(heliconeProxy({ records: { store: `sqlite:${file}` } }));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ port: (server.address() as AddressInfo).port });
