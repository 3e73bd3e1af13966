// A host without OpenTelemetry: makes one call and tells which modules the process has loaded.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { registerHooks } from 'node:module';
import type { AddressInfo } from 'node:net';

const loaded = new Set<string>();
registerHooks({
  load(url, context, nextLoad) {
    loaded.add(url);
    return nextLoad(url, context);
  },
});
const { heliconeProxy } = await import('@helicone-proxy/node');

const provider = createServer((req, res) => {
  req.resume().on('end', () => res.setHeader('content-type', 'application/json').end('{"model":"m"}'));
}).listen(0, '127.0.0.1');
await once(provider, 'listening');
const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
const helicone = heliconeProxy({ providers: { openai: { baseUrl } }, records: { store: 'sqlite::memory:' } });
const server = createServer(helicone).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone`;
await (await fetch(`${url}/openai/v1/chat/completions`, { method: 'POST', body: '{"model":"m"}' })).text();
await (await fetch(`${url}/metrics`)).text();
await helicone.proxy.close();
process.send?.({ loaded: [...loaded] });
for (const each of [server, provider]) {
  each.close();
  each.closeAllConnections();
}
process.disconnect?.();
