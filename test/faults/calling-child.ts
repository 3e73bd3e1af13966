// A host of its own: a provider, the proxy and its callers in one process.
// Arguments: database file, number of calls, and how it ends: close (with close()), end (without), end-keep-alive (without,
// and with idle connections), wait (with close(), when told to).
import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heliconeProxy } from '@helicone-proxy/node';
import { get } from '@helicone-proxy/testkit';

const [, , file = '', count = '1', ending = 'close'] = process.argv;

const ANSWER = JSON.stringify({ model: 'gpt-4o-mini', usage: { prompt_tokens: 3, completion_tokens: 2 }, choices: [] });
const provider = createServer((req, res) => {
  req.resume().on('end', () => res.setHeader('content-type', 'application/json').end(ANSWER));
});
provider.listen(0, '127.0.0.1');
await once(provider, 'listening');

const helicone = heliconeProxy({
  providers: { openai: { baseUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}` } },
  records: { store: `sqlite:${file}` },
});
for (const event of ['drop', 'store']) {
  helicone.proxy.events.on(event, (what) => process.send?.({ trouble: { event, what } }));
}
const server = createServer(helicone);
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone/openai/v1/chat/completions`;
const answers = await Promise.all(
  Array.from({ length: Number(count) }, () => get(url, { agent, body: '{"model":"m"}' })),
);
process.send?.({ ids: answers.map((answer) => answer.header('helicone-id')) });

if (ending === 'wait') await once(process, 'message');
server.close();
provider.close();
if (ending !== 'end-keep-alive') agent.destroy();
else setTimeout(() => agent.destroy(), 100);
if (ending === 'close' || ending === 'wait') await helicone.proxy.close();
process.disconnect?.();
