// A host whose provider answers with JSON that is small on the wire and large when it is parsed.
// Argument: database file.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { heliconeProxy } from '@helicone-proxy/node';
import { get } from '@helicone-proxy/testkit';

const [, , file = ''] = process.argv;

/** 24 MiB of empty arrays: 8 million of them, about 400 MB once parsed, 24 KB compressed. */
const BOMB = gzipSync(`{"model":"gpt-4o-mini","choices":[${'[],'.repeat(8 * 1024 * 1024)}[]]}`);
const PLAIN = gzipSync('{"model":"gpt-4o-mini","choices":[]}');

const provider = createServer((req, res) => {
  const body = req.url?.includes('bomb') ? BOMB : PLAIN;
  req.resume().on('end', () => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body);
  });
});
provider.listen(0, '127.0.0.1');
await once(provider, 'listening');
const helicone = heliconeProxy({
  providers: { openai: { baseUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}` } },
  records: { store: `sqlite:${file}` },
});
const server = createServer(helicone);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone/openai/v1/chat/completions`;

let died = 0;
process.on('worker', (worker) => worker.on('exit', () => died++));
const answers = [];
for (const query of ['plain', 'bomb', 'plain']) {
  answers.push(await get(`${url}?${query}`, { body: '{}' }));
  await helicone.proxy.flush();
}
const records = await helicone.proxy.records.query({ tenant: 'default', filter: { kind: 'all' } });
process.send?.({
  report: {
    statuses: answers.map(({ status }) => status),
    ids: answers.map((answer) => answer.header('helicone-id')),
    died,
    records: records.map(({ request_id }) => request_id),
  },
});
server.close();
provider.close();
await helicone.proxy.close();
process.disconnect?.();
