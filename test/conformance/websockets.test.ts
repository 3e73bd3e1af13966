// What a relay of WebSockets must do: bytes, back-pressure, endings.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { StartWebSocketHost } from '../rig/websocket-host.js';
import { closing, messages, REALTIME, refusal, soon, webSocketRigs } from '../rig/websocket-rig.js';
import { type Host, type HostSetup, NEWEST_HOSTS } from './hosts.js';

const CODES = [
  [1000, 'done'],
  [1001, ''],
  [3000, 'théâtre'],
  [4999, 'x'.repeat(123)],
] as const;

/** The conformance suite's host as the rig of WebSockets wants it. */
function relaying(host: Host, setup: HostSetup = {}): StartWebSocketHost {
  return async (options) => {
    const running = await host.start(options, { ...setup, webSockets: true });
    return { ...running, url: running.url.replace('http', 'ws') };
  };
}

describe.each(NEWEST_HOSTS)('$name: WebSockets', (host) => {
  const rig = webSocketRigs(relaying(host));
  const mountedRig = webSocketRigs(relaying(host, { mount: ['/outer', '/llm'] }));

  test('messages go both ways as they are, in order', async () => {
    const { connect } = await rig();
    const { client, server } = await connect();
    const sent = ['{"type":"a"}', Buffer.from([0, 1, 254, 255]), '', 'é😀', Buffer.alloc(70_000, 7), 'y'.repeat(126)];
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      const got = messages(to, sent.length);
      for (const each of sent) from.send(each);
      expect((await got).map(({ data, binary }) => (binary ? data : String(data)))).toEqual(sent);
    }
  });

  test('mounted at a path it relays below that, and nowhere else', async () => {
    const { connect, dial, host, provider } = await mountedRig();
    expect(new URL(host.url).pathname).toBe('/outer/llm');
    const { client, server } = await connect();
    const got = messages(client, 1);
    server.send('hi');
    expect(String((await got)[0]?.data)).toBe('hi');
    const outside = dial({ path: `/../../helicone${REALTIME}` });
    const [error] = (await soon('the end', once(outside, 'error'))) as [Error];
    expect(error.message).toMatch(/socket hang up|404/);
    expect(provider.requests.map(({ url }) => url)).toEqual(['/v1/realtime?model=gpt-realtime']);
  });

  test('the handshake goes on with its key, protocol and version, and without extensions or headers of ours', async () => {
    const { connect, provider } = await rig();
    const { client } = await connect({
      protocols: ['realtime', 'other'],
      headers: { authorization: 'Bearer sk-theirs', 'helicone-user-id': 'u', origin: 'https://app', cookie: 'a=b' },
      options: { perMessageDeflate: true },
    });
    expect(client.protocol).toBe('realtime');
    expect(client.extensions).toBe('');
    const [request] = provider.requests;
    expect(request?.url).toBe('/v1/realtime?model=gpt-realtime');
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer sk-theirs',
      'sec-websocket-protocol': 'realtime,other',
      'sec-websocket-version': '13',
      upgrade: 'websocket',
    });
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual(
      ['authorization', 'connection', 'host', 'sec-websocket-key', 'sec-websocket-protocol'].concat(
        'sec-websocket-version',
        'upgrade',
      ),
    );
  });

  test('a browser’s WebSocket, which can show its key as a subprotocol alone', async () => {
    const { host, provider } = await rig({
      options: (origin) => ({
        auth: { keys: { 'sk-ours': {} } },
        providers: { openai: { baseUrl: origin, apiKey: 'sk-held' } },
        records: { store: 'sqlite::memory:' },
      }),
    });
    const browser = new globalThis.WebSocket(host.url + REALTIME, ['realtime', 'openai-insecure-api-key.sk-ours']);
    const server = await soon('the session', provider.session());
    expect(provider.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer sk-held',
      'sec-websocket-protocol': 'realtime',
    });
    const got = new Promise<unknown>((resolve) => browser.addEventListener('message', ({ data }) => resolve(data)));
    server.send('hi');
    expect(await soon('the message', got)).toBe('hi');
    expect([browser.protocol, browser.extensions]).toEqual(['realtime', '']);
    const closed = closing(server);
    browser.close(3001, 'left the page');
    expect(await closed).toEqual({ code: 3001, reason: 'left the page' });
  });

  test('the 101 carries what every answer of ours does, and nothing for caches', async () => {
    const { dial } = await rig();
    const client = dial({ headers: { 'helicone-request-id': 'no uuid' } });
    const [{ headers }] = (await soon('the 101', once(client, 'upgrade'))) as [IncomingMessage];
    expect(headers).toMatchObject({ connection: 'Upgrade', upgrade: 'websocket', 'helicone-status': 'success' });
    expect(headers['helicone-id']).toBeTypeOf('string');
    expect(headers['helicone-warning']).toContain('helicone-request-id');
    expect(headers).not.toHaveProperty('cache-control');
    expect(headers).not.toHaveProperty('x-accel-buffering');
  });

  test('a message of 20 MB and one in fragments arrive whole', async () => {
    const { connect } = await rig();
    const { client, server } = await connect();
    const large = Buffer.alloc(20 * 1024 * 1024, 'abcdefg');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      const got = messages(to, 2);
      from.send(large);
      from.send('one', { fin: false });
      from.send('', { fin: false });
      from.send(' two', { fin: true });
      const [first, second] = await got;
      expect(first?.data.equals(large)).toBe(true);
      expect(String(second?.data)).toBe('one two');
    }
  });

  test('pings and pongs pass', async () => {
    const { connect } = await rig();
    const { client, server } = await connect();
    const pinged = once(server, 'ping');
    const ponged = once(client, 'pong');
    client.ping('are you there');
    expect(String((await soon('the ping', pinged))[0])).toBe('are you there');
    expect(String((await soon('the pong', ponged))[0])).toBe('are you there');
  });

  test.each(CODES)('a client closes with %i', async (code, reason) => {
    const { connect } = await rig();
    const { client, server } = await connect();
    const both = [closing(server), closing(client)];
    client.close(code, reason);
    expect(await Promise.all(both)).toEqual([
      { code, reason },
      { code, reason },
    ]);
  });

  test.each(CODES)('a provider closes with %i', async (code, reason) => {
    const { connect, records } = await rig();
    const { client, server } = await connect();
    const both = [closing(server), closing(client)];
    server.close(code, reason);
    expect(await Promise.all(both)).toEqual([
      { code, reason },
      { code, reason },
    ]);
    expect((await records()).map((each) => [each.outcome, each.response_status])).toEqual([['success', 101]]);
  });

  test('a client that is cut cuts the provider, which has all that was sent', async () => {
    const { connect, records } = await rig();
    const { client, server } = await connect();
    const last = messages(server, 1);
    const closed = closing(server);
    client.send('last words', () => client.terminate());
    expect(String((await last)[0]?.data)).toBe('last words');
    expect(await closed).toEqual({ code: 1006, reason: '' });
    expect((await records()).map((each) => [each.outcome, each.response_status])).toEqual([['client_closed', -3]]);
  });

  test('a provider that is cut cuts the client, which has all that was sent', async () => {
    const { connect, records } = await rig();
    const { client, server } = await connect();
    const last = messages(client, 1);
    const closed = closing(client);
    server.send('last words', () => server.terminate());
    expect(String((await last)[0]?.data)).toBe('last words');
    expect(await closed).toEqual({ code: 1006, reason: '' });
    expect((await records()).map((each) => [each.outcome, each.error])).toEqual([['truncated', 'upstream_reset']]);
  });

  test('what the provider sends right behind its 101 is not lost', async () => {
    const { dial } = await rig({ accepted: (session) => session.send('hello') });
    expect(String((await messages(dial(), 1))[0]?.data)).toBe('hello');
  });

  test('a path outside is the host’s, an unknown route below is 404', async () => {
    const { dial, host } = await rig();
    expect(await refusal(dial({ path: '/nobody/v1/realtime' }))).toMatchObject({
      status: 404,
      headers: { 'x-helicone-error': 'unknown_route', connection: 'close' },
    });
    const outside = dial({ path: '/../else' });
    const [error] = (await soon('the end', once(outside, 'error'))) as [Error];
    expect(error.message).toMatch(/socket hang up|404/);
    expect(host.url).toContain('/helicone');
  });
});
