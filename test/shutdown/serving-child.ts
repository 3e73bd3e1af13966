// An application that serves until it is told to end: by SIGTERM, or by a message that names how.
// Arguments: framework, database file, origin of the provider, and `held` for connections whose bytes stay in this process
// until the message `let go`, as they do behind a client that reads slowly.
import type { Socket } from 'node:net';
import { type App, FRAMEWORKS, type Framework, urlOf } from './frameworks.ts';

const [, , framework = '', file = '', origin = '', sending = ''] = process.argv;

// Its records are written by a worker, which ends when the engine has closed; what closing goes on with then has had its turns.
let workers = 0;
process.on('worker', (worker) => {
  workers += 1;
  worker.once('exit', async () => {
    workers -= 1;
    for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    if (workers === 0) process.send?.({ engineClosed: true });
  });
});

const app: App = await FRAMEWORKS[framework as Framework]({
  providers: { openai: { baseUrl: origin }, anthropic: { baseUrl: origin } },
  records: { store: `sqlite:${file}` },
});
app.closeOnSigterm();

const held: (() => void)[] = [];
app.server.on('connection', (socket: Socket) => {
  if (sending !== 'held') return;
  const [write, writev] = [socket._write, socket._writev as NonNullable<Socket['_writev']>];
  socket._write = (...given) => void held.push(() => write.apply(socket, given));
  socket._writev = (...given) => void held.push(() => writev.apply(socket, given));
});

const orders: Record<string, () => unknown> = {
  close: () => app.close(),
  'close twice': () => Promise.all([app.close(), app.close()]),
  'close the proxy first': () => app.proxy.close().then(() => app.close()),
  'close the server alone': () => new Promise((resolve) => app.server.close(resolve)),
  'let go'() {
    for (const send of held) send();
  },
};
process.on('message', async (order: string) => {
  const begunAt = performance.now();
  const done = orders[order]?.();
  process.send?.({ begun: order });
  await done;
  process.send?.({ [order]: performance.now() - begunAt });
});
// Waiting for orders is not what keeps it running.
process.channel?.unref();
process.send?.({ url: urlOf(app) });
