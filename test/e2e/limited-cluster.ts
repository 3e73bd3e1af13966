// A Node cluster: the primary counts, four workers serve one port. Sends calls of one user to that port, all at once.
// Arguments: origin of the provider, policy, number of calls.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { heliconeProxy, setupPrimary } from '@helicone-proxy/node';
import { get } from '@helicone-proxy/testkit';

const [, , provider = '', policy = '', count = '1'] = process.argv;
const WORKERS = 4;

if (cluster.isPrimary) {
  setupPrimary();
  const workers = Array.from({ length: WORKERS }, () => cluster.fork());
  const ports = await Promise.all(
    workers.map(async (worker) => {
      const [, address] = (await once(cluster, 'listening')) as [unknown, { port: number }];
      return worker.isDead() ? 0 : address.port;
    }),
  );
  const url = `http://127.0.0.1:${ports[0]}/helicone/openai/v1/chat/completions`;
  const headers = {
    'content-type': 'application/json',
    'helicone-user-id': 'ada',
    'helicone-ratelimit-policy': policy,
  };
  const calls = Array.from({ length: Number(count) }, () => get(url, { headers, body: '{"model":"gpt-4o-mini"}' }));
  const answers = await Promise.all(calls);
  process.send?.({
    statuses: answers.map(({ status }) => status),
    pids: answers.map(({ header }) => header('x-pid')),
  });
  for (const worker of workers) worker.kill();
  process.disconnect?.();
} else {
  const helicone = heliconeProxy({
    providers: { openai: { baseUrl: provider } },
    records: { store: 'sqlite::memory:' },
    // Counting exactly is what is tested, not how long a busy machine may take for it.
    rateLimit: { store: 'cluster', timeoutMs: 10_000 },
  });
  createServer((req, res) => {
    res.setHeader('x-pid', process.pid);
    // A connection a call, so that the cluster spreads them.
    res.setHeader('connection', 'close');
    helicone(req, res);
  }).listen(0, '127.0.0.1');
}
