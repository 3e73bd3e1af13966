// A process with the proxy in it that makes calls, whose webhook's receiver is down, and waits to be killed.
// Arguments: database file, destination, key, number of calls.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heliconeProxy } from '@helicone-proxy/node';
import { get } from '@helicone-proxy/testkit';

const [, , file = '', destination = '', hmacKey = '', count = '1'] = process.argv;

const provider = createServer((req, res) => {
  req.resume().on('end', () => res.setHeader('content-type', 'application/json').end('{"model":"m","choices":[]}'));
}).listen(0, '127.0.0.1');
await once(provider, 'listening');

const helicone = heliconeProxy({
  providers: { openai: { baseUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}` } },
  records: { store: `sqlite:${file}` },
  webhooks: [{ destination, hmacKey }],
  logger: {
    debug() {},
    info() {},
    warn: (details, message) => process.send?.({ warned: { details, message } }),
    error: (details, message) => process.send?.({ failed: { details, message } }),
  },
});
const server = createServer(helicone).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone/openai/v1/chat/completions`;
const answers = await Promise.all(Array.from({ length: Number(count) }, () => get(url, { body: '{"model":"m"}' })));
await helicone.proxy.flush();
process.send?.({ ids: answers.map((answer) => answer.header('helicone-id')) });
