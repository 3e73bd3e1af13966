// Sessions of raw bytes, where the order of frames and ends matters.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createEngine } from '@helicone-proxy/core';
import type { HeliconeProxy } from '@helicone-proxy/node';
import { afterEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { createHandleUpgrade } from '../../packages/node/src/upgrade.js';
import { until } from '../rig/until.js';
import type { StartWebSocketHost } from '../rig/websocket-host.js';
import { startNodeHost } from '../rig/websocket-host.js';
import { closing, messages, REALTIME, refusal, soon, webSocketRigs } from '../rig/websocket-rig.js';

const HANDSHAKE = `GET /helicone${REALTIME} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n';
/** Close frames with code 1000: a client's, whose mask is zero, and a server's. */
const CLIENT_CLOSE = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);
const SERVER_CLOSE = Buffer.from([0x88, 0x02, 0x03, 0xe8]);
const SAID = Buffer.concat([Buffer.from([0x81, 5]), Buffer.from('after')]);
const GRACE_MS = 150;

/** A host whose proxy gives running sessions less time. */
const startHastyHost: StartWebSocketHost = async ({ basePath, webSockets: _none, ...options }) => {
  const engine = createEngine(options);
  const handleUpgrade = createHandleUpgrade(engine, basePath);
  const server = createServer();
  server.on('upgrade', (req, socket, head) => handleUpgrade(req, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: HeliconeProxy = {
    close: () => engine.close({ graceMs: GRACE_MS }),
    flush: () => engine.recorder.flush(),
    records: engine.recorder.store,
    events: engine.events,
    handleUpgrade,
  } as HeliconeProxy;
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/helicone`,
    proxy,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([proxy.close(), closed]);
    },
  };
};

const rig = webSocketRigs(startNodeHost);
const hastyRig = webSocketRigs(startHastyHost);

const open: Socket[] = [];
// Behind the rigs', so that it runs before them.
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

/** Both ends of a session as TCP sockets. */
async function rawSession(start = rig) {
  let asked: (socket: Socket) => void = () => {};
  const upstream = new Promise<Socket>((resolve) => {
    asked = resolve;
  });
  const made = await start({
    refuse(_request, socket) {
      asked(socket as Socket);
      return true;
    },
  });
  const client = connectTcp({ port: Number(new URL(made.host.url).port), host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => {});
  open.push(client);
  client.write(HANDSHAKE);
  const provider = await soon('the handshake', upstream);
  open.push(provider);
  provider.write(SWITCHED);
  await soon('the 101', once(client, 'data'));
  return { ...made, client, provider };
}

async function bytesUntilEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await soon('the end', once(socket, 'end'));
  return Buffer.concat(chunks);
}

describe('how a session ends', () => {
  test('a client that closes its half after its close frame still gets what the provider says', async () => {
    const { client, provider, records } = await rawSession();
    const atProvider = bytesUntilEnd(provider);
    client.end(CLIENT_CLOSE);
    expect(await atProvider).toEqual(CLIENT_CLOSE);
    const atClient = bytesUntilEnd(client);
    provider.write(SAID);
    provider.end(SERVER_CLOSE);
    expect(await atClient).toEqual(Buffer.concat([SAID, SERVER_CLOSE]));
    expect((await records()).map(({ outcome, response_status }) => [outcome, response_status])).toEqual([
      ['success', 101],
    ]);
  });

  test('a provider that closes its half after its close frame still gets the client’s', async () => {
    const { client, provider, records } = await rawSession();
    const atClient = bytesUntilEnd(client);
    provider.end(SERVER_CLOSE);
    expect(await atClient).toEqual(SERVER_CLOSE);
    const atProvider = bytesUntilEnd(provider);
    client.end(CLIENT_CLOSE);
    expect(await atProvider).toEqual(CLIENT_CLOSE);
    expect(await records()).toMatchObject([{ outcome: 'success' }]);
  });

  test.each([
    ['client', (client: Socket) => client],
    ['provider', (_client: Socket, provider: Socket) => provider],
  ])('a reset by the %s behind a close frame spoils nothing', async (side, choose) => {
    const { client, provider, records } = await rawSession();
    const socket = choose(client, provider);
    const other = socket === client ? provider : client;
    const frame = socket === client ? CLIENT_CLOSE : SERVER_CLOSE;
    const first = once(other, 'data');
    const ended = new Promise((resolve) => other.once('end', resolve).once('error', resolve));
    socket.write(frame);
    expect((await soon(`the ${side}’s frame`, first))[0]).toEqual(frame);
    socket.resetAndDestroy();
    await soon('the other side', ended);
    expect(await records()).toMatchObject([{ outcome: 'success', response_status: 101, error: null }]);
  });

  test('a client that is reset ends the provider’s connection in the same turn', async () => {
    const { client, provider, records } = await rawSession();
    const ended = new Promise((resolve) => provider.once('end', resolve).once('error', resolve));
    client.resetAndDestroy();
    await soon('the provider’s connection', ended);
    expect(await records()).toMatchObject([{ outcome: 'client_closed', response_status: -3 }]);
  });

  test('a client that is reset at any moment does no harm', async () => {
    const { host, provider, dial } = await rig({ accepted: (session) => session.send('x'.repeat(100_000)) });
    const port = Number(new URL(host.url).port);
    for (let moment = 0; moment < 24; moment++) {
      const client = connectTcp(port, '127.0.0.1');
      client.on('error', () => {});
      client.write(
        HANDSHAKE.replace(
          '\r\n\r\n',
          '\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
        ),
      );
      if (moment % 3 > 0)
        for (let turn = 0; turn < moment; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (moment % 3 === 1) client.end(Buffer.from([0x81, 0xfe]));
      else client.resetAndDestroy();
    }
    await until(15_000, 'every provider’s connection', () => provider.sockets.every(({ destroyed }) => destroyed));
    const [sent] = await messages(dial(), 1);
    expect(sent?.data.length).toBe(100_000);
  });

  test('silence does not end a session, the limit of the whole does', async () => {
    const { connect, records } = await rig({
      options: (origin) => ({
        providers: { openai: { baseUrl: origin } },
        records: { store: 'sqlite::memory:' },
        timeouts: { idleMs: 20, firstByteMs: 1_000, totalMs: 2_000 },
      }),
    });
    const { client, server } = await connect();
    const both = [closing(client), closing(server)];
    // Four times what may pass between two pieces of an answer.
    await delay(80);
    const got = messages(client, 1);
    server.send('still here');
    await got;
    const away = { code: 1001, reason: 'the session took longer than allowed' };
    expect(await Promise.all(both)).toEqual([away, away]);
    const [record] = await records();
    expect(record).toMatchObject({ outcome: 'timeout', response_status: -1, error: 'upstream_timeout' });
    // Not the limit of the first byte.
    expect(record?.delay_ms).toBeGreaterThan(1_900);
  });
});

describe('a slow reader', () => {
  const PIECE = Buffer.alloc(4 * 1024 * 1024, 'p');
  const PIECES = 24;
  /** Long enough for several pieces where nobody holds them back. */
  const STALL_MS = 400;

  /** Sends one piece behind the other, each when the system has taken the last; how many were until that stopped. */
  async function sentUntilHeldBack(sender: WebSocket): Promise<number> {
    for (let sent = 0; sent < PIECES; sent++) {
      const taken = new Promise<string>((resolve) => sender.send(PIECE, { binary: true }, () => resolve('taken')));
      if ((await Promise.race([taken, delay(STALL_MS, 'held back')])) !== 'taken') return sent;
    }
    return PIECES;
  }

  test.each(['client', 'provider'] as const)('that is the %s holds the sender back', async (reader) => {
    const { connect } = await rig();
    const { client, server } = await connect();
    const [slow, sender] = reader === 'client' ? [client, server] : [server, client];
    slow.pause();
    const sent = await sentUntilHeldBack(sender);
    // What the buffers of the system, twice, and ours hold; the sender still has the rest.
    expect(sent).toBeLessThan(PIECES / 2);
    const got = messages(slow, sent + 1);
    slow.resume();
    expect((await got).every(({ data }) => data.equals(PIECE))).toBe(true);
  });
});

describe('shutdown', () => {
  test('a running session may finish, new ones are 503', async () => {
    const { connect, dial, host } = await rig();
    const { client, server } = await connect();
    const closed = host.proxy.close();
    expect(await refusal(dial())).toMatchObject({ status: 503, headers: { 'x-helicone-error': 'shutting_down' } });
    const got = messages(client, 1);
    server.send('last words');
    expect(String((await got)[0]?.data)).toBe('last words');
    const both = [closing(client), closing(server)];
    client.close(1000);
    await Promise.all(both);
    await soon('close()', closed);
  });

  test('then both sides are sent away with 1001, and the session is on record', async () => {
    const { connect, host } = await hastyRig();
    const { client, server } = await connect();
    const told: object[] = [];
    host.proxy.events.on('record', (record) => told.push(record));
    const both = [closing(client), closing(server)];
    await soon('close()', host.proxy.close());
    const away = { code: 1001, reason: 'this server is shutting down' };
    expect(await Promise.all(both)).toEqual([away, away]);
    expect(told).toMatchObject([{ outcome: 'truncated', status: 101 }]);
  });

  test('no frame of ours goes into the middle of another one', async () => {
    const { client, provider, host } = await rawSession(hastyRig);
    const half = Buffer.concat([Buffer.from([0x81, 20]), Buffer.from('half')]);
    const atClient = bytesUntilEnd(client);
    const atProvider = bytesUntilEnd(provider);
    provider.write(half);
    await soon('close()', host.proxy.close());
    expect(await atClient).toEqual(half);
    const frame = await atProvider;
    expect([frame[0], frame[1]]).toEqual([0x88, 0x80 | 30]);
    expect(Buffer.from(frame.subarray(6).map((byte, i) => byte ^ (frame[2 + (i & 3)] as number))).toString()).toBe(
      '\x03\ufffdthis server is shutting down',
    );
  });

  test('sides that take nothing hold nobody up', async () => {
    const { connect, host } = await hastyRig();
    const { client, server } = await connect();
    client.pause();
    server.pause();
    for (let i = 0; i < 8; i++) {
      server.send(Buffer.alloc(4 * 1024 * 1024));
      client.send(Buffer.alloc(4 * 1024 * 1024));
    }
    await soon('close()', host.proxy.close());
  });

  test('a handshake that is under way is 503', async () => {
    let asked: () => void = () => {};
    const handshake = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { dial, host } = await hastyRig({
      refuse() {
        asked();
        return true;
      },
    });
    const answer = refusal(dial());
    await handshake;
    const closed = host.proxy.close();
    expect(await answer).toMatchObject({ status: 503, headers: { 'x-helicone-error': 'shutting_down' } });
    await soon('close()', closed);
  });
});
