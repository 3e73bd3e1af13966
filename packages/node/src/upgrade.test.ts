import type { IncomingMessage } from 'node:http';
import { Duplex, PassThrough } from 'node:stream';
import {
  type ByteSink,
  type ByteStream,
  createEngine,
  type EngineRequest,
  ProxyError,
  renderError,
} from '@helicone-proxy/core';
import { describe, expect, test } from 'vitest';
import { createHandleUpgrade } from './upgrade.js';
import { UpgradeSocket } from './upgrade-socket.js';

/** What an engine would be asked for this URL; null when the upgrade is not ours. */
async function askedFor(url: string, { basePath, mountPath }: { basePath?: string; mountPath?: string } = {}) {
  const engine = createEngine({ records: { store: 'sqlite::memory:' } });
  let asked: EngineRequest | null = null;
  const handle = createHandleUpgrade(
    {
      ...engine,
      handle(request) {
        asked = request;
        return Promise.resolve(renderError(new ProxyError('unknown_route', 'none'), 'r'));
      },
    },
    basePath,
  );
  const socket = new PassThrough();
  const req = { method: 'GET', url, headers: { upgrade: 'WebSocket' }, socket: { remoteAddress: '::1' } };
  const listeners = socket.listenerCount('error');
  const ours = handle(req as unknown as IncomingMessage, socket, Buffer.alloc(0), { mountPath });
  expect(ours || socket.listenerCount('error') === listeners).toBe(true);
  socket.destroy();
  await engine.close();
  return ours ? (asked as EngineRequest | null) : null;
}

/** A socket whose other end is the test. */
class FakeSocket extends Duplex {
  written = '';

  override _read(): void {}
  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.written += bytes.toString('latin1');
    done();
  }
}

describe('the client’s socket', () => {
  const streamed = (cancelled: string[]): ByteStream => ({
    observe() {},
    attach: () => () => {},
    cancel: (reason) => cancelled.push(reason.message),
    async *[Symbol.asyncIterator]() {},
  });

  test('its closing gives up what is written to it, once it has been answered', async () => {
    const cancelled: string[] = [];
    const socket = new FakeSocket();
    const client = new UpgradeSocket(socket, Buffer.alloc(0));
    client.answer({ status: 101, headers: { 'set-cookie': ['a=1', 'b=2'] }, body: streamed(cancelled) });
    expect(socket.written).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n\r\n',
    );
    socket.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    expect(cancelled).toEqual(['the client closed the connection']);
    expect(client.signal.aborted).toBe(false);
  });

  test.each(['destroyed before it came here', 'destroyed before its answer'])('%s: it is gone', async (when) => {
    const cancelled: string[] = [];
    const socket = new FakeSocket();
    if (when.endsWith('here')) socket.destroy();
    const client = new UpgradeSocket(socket, Buffer.alloc(0));
    if (when.endsWith('answer')) socket.destroy(new Error('reset'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(client.signal.aborted).toBe(true);
    client.answer({ status: 101, headers: {}, body: streamed(cancelled) });
    expect([cancelled, socket.written]).toEqual([['nobody is left to read the answer'], '']);
  });

  test('an answer that breaks on a socket that cannot be reset, as behind TLS, closes it and throws nothing', () => {
    const socket = Object.assign(new FakeSocket(), {
      resetAndDestroy(): void {
        throw new TypeError('This handle type cannot be sent');
      },
    });
    let sink: ByteSink | null = null;
    const attach = (given: ByteSink): (() => void) => {
      sink = given;
      return () => {};
    };
    const body = { ...streamed([]), attach };
    new UpgradeSocket(socket, Buffer.alloc(0)).answer({ status: 403, headers: {}, body });
    (sink as unknown as ByteSink).fail(new Error('broken'), null);
    expect(socket.destroyed).toBe(true);
  });

  test('no value can begin a header of its own', () => {
    const socket = new FakeSocket();
    const body = Buffer.from('{}');
    new UpgradeSocket(socket, Buffer.alloc(0)).answer({
      status: 599,
      headers: { a: 'b\r\nc: d', e: 'f', g: 'h\u010a' },
      body,
    });
    expect(socket.written).toBe('HTTP/1.1 599 \r\nConnection: close\r\ne: f\r\nContent-Length: 2\r\n\r\n{}');
    socket.destroy();
  });
});

describe('what is below the prefix', () => {
  test.each([
    ['/helicone/openai/v1/realtime?model=a', {}, '/openai/v1/realtime', 'model=a'],
    ['/helicone?a', {}, '/', 'a'],
    ['/llm/openai/x', { mountPath: '/llm' }, '/openai/x', ''],
    ['/llm/openai/x', { mountPath: '/llm/' }, '/openai/x', ''],
    ['/llm/ai/openai/x', { mountPath: '/llm', basePath: '/ai' }, '/openai/x', ''],
    ['/openai/x', { basePath: '/' }, '/openai/x', ''],
    ['/helicone/openai/x', { mountPath: '/' }, '/openai/x', ''],
  ])('%s with %o', async (url, options, path, query) => {
    expect(await askedFor(url, options)).toMatchObject({ path, query, upgrade: 'websocket', remoteAddress: '::1' });
  });

  test.each([
    ['/', {}],
    ['/heliconed/openai', {}],
    ['/openai/x', {}],
    ['/helicone/openai/x', { mountPath: '/llm' }],
    ['*', {}],
  ])('%s with %o is not', async (url, options) => {
    expect(await askedFor(url, options)).toBeNull();
  });
});
