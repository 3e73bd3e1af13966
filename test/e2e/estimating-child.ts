// A host that proxies one call whose answer tells no usage, and says what of the tokenizer the thread that serves requests was asked to
// load until then: hooks see `import` and `require` of their own thread alone. Then it loads it itself, which shows that they see it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire, registerHooks } from 'node:module';
import type { AddressInfo } from 'node:net';

const loaded: string[] = [];
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.includes('tiktoken')) loaded.push(specifier);
    return nextResolve(specifier, context);
  },
});
const { heliconeProxy } = await import('@helicone-proxy/node');

const ANSWER = JSON.stringify({
  model: 'gpt-4o-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }],
});
const provider = createServer((req, res) => {
  req.resume().on('end', () => res.setHeader('content-type', 'application/json').end(ANSWER));
}).listen(0, '127.0.0.1');
await once(provider, 'listening');
const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
const helicone = heliconeProxy({ providers: { openai: { baseUrl } }, records: { store: 'sqlite::memory:' } });
const server = createServer(helicone).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone/openai/v1/chat/completions`;
const body = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
const headers = { 'content-type': 'application/json' };
await (await fetch(url, { method: 'POST', headers, body })).text();
await helicone.proxy.flush();
const [record] = await helicone.proxy.records.query({ tenant: 'default', filter: { kind: 'all' } });
await helicone.proxy.close();
const byItself = [...loaded];
createRequire(new URL('../../packages/core/package.json', import.meta.url))('js-tiktoken/ranks/o200k_base');
process.send?.({ record, byItself, withTheCheck: loaded });
for (const each of [server, provider]) {
  each.close();
  each.closeAllConnections();
}
process.disconnect?.();
