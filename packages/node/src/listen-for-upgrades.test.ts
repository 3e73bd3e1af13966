import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { listenForUpgrades } from './listen-for-upgrades.js';
import type { HeliconeProxy } from './proxy.js';

let server: Server;
afterEach(() => server.close());

/** A host whose own routes answer `request`; `ours` gets the targets that the proxy was handed. */
async function start(prepare: (server: Server) => void = () => {}): Promise<string[]> {
  const ours: string[] = [];
  const handleUpgrade = ({ url }: IncomingMessage, socket: Duplex): boolean => {
    if (url?.startsWith('/helicone') !== true) return false;
    ours.push(url);
    socket.end('HTTP/1.1 418 Ours\r\n\r\n');
    return true;
  };
  server = createServer((_req, res) => res.writeHead(200, { connection: 'close' }).end());
  prepare(server);
  listenForUpgrades(server, '/helicone', { handleUpgrade } as unknown as HeliconeProxy);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return ours;
}

/** The status line of the answer. */
async function ask(target: string, upgrade: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`);
  let text = '';
  for await (const piece of socket) text += piece;
  return text.slice(0, text.indexOf('\r\n'));
}

test('WebSockets below the prefix go to the proxy', async () => {
  const ours = await start();
  expect(await ask('/helicone/openai/v1/realtime?model=a', 'WebSocket')).toBe('HTTP/1.1 418 Ours');
  expect(ours).toEqual(['/helicone/openai/v1/realtime?model=a']);
});

test('other requests that offer an upgrade stay requests, as without any listener', async () => {
  const ours = await start();
  expect(await ask('/helicone/openai/v1/models', 'h2c')).toBe('HTTP/1.1 200 OK');
  expect(await ask('/own', 'h2c')).toBe('HTTP/1.1 200 OK');
  expect(await ask('/heliconefoo', 'websocket')).toBe('HTTP/1.1 200 OK');
  expect(ours).toEqual([]);
});

test('a listener of the host’s gets what is not for the proxy', async () => {
  const ours = await start((host) => {
    host.on('upgrade', ({ url }: IncomingMessage, socket: Duplex) => {
      if (url === '/own') socket.end('HTTP/1.1 419 Theirs\r\n\r\n');
    });
  });
  expect(await ask('/own', 'h2c')).toBe('HTTP/1.1 419 Theirs');
  expect(await ask('/helicone/x', 'websocket')).toBe('HTTP/1.1 418 Ours');
  expect(ours).toEqual(['/helicone/x']);
});

test('a rule of the host’s about upgrades still holds', async () => {
  await start((host) => {
    host.on('upgrade', (_req: IncomingMessage, socket: Duplex) => socket.end('HTTP/1.1 419 Theirs\r\n\r\n'));
    Object.assign(host, { shouldUpgradeCallback: ({ url }: IncomingMessage) => url === '/own' });
  });
  expect(await ask('/own', 'websocket')).toBe('HTTP/1.1 419 Theirs');
  expect(await ask('/other', 'websocket')).toBe('HTTP/1.1 200 OK');
});

test('where Node cannot be told, they are refused and not left open', async () => {
  await start((host) => Object.assign(host, { shouldUpgradeCallback: undefined }));
  // What Node did before it could be told.
  Object.assign(server, { shouldUpgradeCallback: () => true });
  expect(await ask('/own', 'h2c')).toBe('HTTP/1.1 404 Not Found');
});

test('several proxies on one server each get their own; what is for none of them is not left open', async () => {
  const ours = await start((host) => Object.assign(host, { shouldUpgradeCallback: undefined }));
  const handleUpgrade = ({ url }: IncomingMessage, socket: Duplex): boolean => {
    if (url?.startsWith('/other') !== true) return false;
    socket.end('HTTP/1.1 420 Other\r\n\r\n');
    return true;
  };
  listenForUpgrades(server, '/other', { handleUpgrade } as unknown as HeliconeProxy);
  Object.assign(server, { shouldUpgradeCallback: () => true });
  expect(await ask('/helicone/x', 'websocket')).toBe('HTTP/1.1 418 Ours');
  expect(await ask('/other/x', 'websocket')).toBe('HTTP/1.1 420 Other');
  expect(await ask('/own', 'websocket')).toBe('HTTP/1.1 404 Not Found');
  expect(ours).toEqual(['/helicone/x']);
});

test('several proxies on one server leave other upgrades ordinary requests', async () => {
  await start();
  const handleUpgrade = (): boolean => false;
  listenForUpgrades(server, '/other', { handleUpgrade } as unknown as HeliconeProxy);
  expect(await ask('/own', 'websocket')).toBe('HTTP/1.1 200 OK');
});
