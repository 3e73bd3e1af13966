// Runs in a process of its own: what importing and using the packages does to the process around them.
// Arguments: how the host uses fetch before, the package's name, and its entry.
// Not node:http: importing that makes Node load its own fetch, and a dispatcher with it.
import { type AddressInfo, createServer } from 'node:net';

const [, , before = '', name = '', entry = ''] = process.argv;

const SYMBOLS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((each) => Symbol.for(each));
// Looking at the others already makes Node load its own fetch, and with it a dispatcher.
const WEB =
  before === 'none'
    ? ['fetch']
    : ['fetch', 'Headers', 'Response', 'Request', 'FormData', 'WebSocket', 'EventSource', 'AbortSignal'];
const host = globalThis as unknown as Record<symbol, unknown>;

function web(): unknown[] {
  return WEB.flatMap((name) => {
    const { get, value } = Object.getOwnPropertyDescriptor(globalThis, name) ?? {};
    return [get, value];
  });
}

function dispatchers(): unknown[] {
  return SYMBOLS.map((symbol) => host[symbol]);
}

function listeners(): Record<string, number> {
  // What this script needs to talk to its parent is its own.
  const names = process
    .eventNames()
    .filter((each) => !['message', 'disconnect', 'internalMessage'].includes(String(each)));
  return Object.fromEntries(names.map((each) => [String(each), process.listenerCount(each)]));
}

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"ok":true}';
const origin = createServer((socket) => socket.once('data', () => socket.end(ANSWER)).on('error', () => {}));
await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
const upstream = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;

let dispatched = 0;
if (before === 'fetch') await (await fetch(upstream)).text();
if (before === 'dispatcher') {
  const { Agent, setGlobalDispatcher } = await import('undici');
  const agent = new Agent();
  const dispatch = agent.dispatch.bind(agent);
  agent.dispatch = (...given) => {
    dispatched++;
    return dispatch(...given);
  };
  setGlobalDispatcher(agent);
}

const start = { dispatchers: dispatchers(), web: web(), listeners: listeners() };
const imported = (await import(entry)) as Record<string, unknown>;
const afterImport = { dispatchers: dispatchers(), web: web(), listeners: listeners() };

/** What fetch did of its own: with the host's dispatcher in place it must count. */
async function fetchWorks(): Promise<boolean> {
  const text = await (await fetch(upstream)).text();
  return text === '{"ok":true}';
}

async function useProxy(): Promise<number[]> {
  if (typeof imported.heliconeProxy !== 'function') return [];
  const helicone = imported.heliconeProxy({
    providers: { openai: { baseUrl: upstream } },
    records: { store: 'sqlite::memory:' },
  });
  const { proxy } = helicone;
  const { createServer: createHttpServer } = await import('node:http');
  const server = createHttpServer(name.endsWith('/node') ? helicone : await inExpress(helicone));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/helicone`;
  const call = await fetch(`${url}/openai/v1/models`, { method: 'POST', body: '{}' });
  await call.text();
  await proxy.flush();
  const query = await fetch(`${url}/api/v1/request/query`, { method: 'POST' });
  const { data } = (await query.json()) as { data: unknown[] };
  await proxy.close();
  server.close();
  server.closeAllConnections();
  return [call.status, query.status, data.length];
}

async function inExpress(middleware: unknown): Promise<import('node:http').RequestListener> {
  const { default: express } = await import('express');
  return express().use(middleware as import('express').RequestHandler) as import('node:http').RequestListener;
}

const same = (one: unknown[], other: unknown[]): boolean[] => one.map((each, index) => each === other[index]);
const fetchWorked = await fetchWorks();
const dispatchedByFetch = dispatched;
const use = await useProxy();
process.send?.({
  report: {
    dispatcherKept: same(start.dispatchers.slice(0, before === 'dispatcher' ? 2 : 1), afterImport.dispatchers),
    dispatcherBefore: start.dispatchers[0] !== undefined,
    listenersAfterImport: afterImport.listeners,
    listenersBefore: start.listeners,
    listenersAfterUse: listeners(),
    webKept: same(start.web, afterImport.web),
    fetchWorked,
    dispatchedByFetch,
    dispatcherAfterUse: same(start.dispatchers, dispatchers()),
    use,
  },
});
origin.close();
process.disconnect?.();
