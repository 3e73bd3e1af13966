// A host of its own that counts rate limits in a file until it is killed. Arguments: database file, origin of the provider.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heliconeProxy } from '@helicone-proxy/node';

const [, , file = '', provider = ''] = process.argv;

const server = createServer(
  heliconeProxy({ providers: { openai: { baseUrl: provider } }, records: { store: `sqlite:${file}` } }),
);
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone` });
});
