import { Duplex } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import type { ByteSink } from '../contract.js';
import { ProxyError } from '../errors.js';
import { UpstreamBody } from '../stream/upstream-body.js';
import { ABANDONED } from './failure.js';
import { Session } from './session.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const CLOSE = Buffer.from([0x88, 0]);
const SHUTDOWN = new ProxyError('shutting_down', 'down');

/** A socket whose other end is the test. */
class FakeSocket extends Duplex {
  written = '';
  /** Holds writes back until it is called. */
  taken: (() => void) | null = null;
  holds = false;

  override _read(): void {}
  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.written += bytes.toString('latin1');
    if (this.holds) this.taken = done;
    else done();
  }
}

function start({ attach = true } = {}) {
  const upstream = new FakeSocket({ allowHalfOpen: false });
  const pauses: string[] = [];
  const client = new UpstreamBody(
    { pause: () => pauses.push('pause'), resume: () => pauses.push('resume'), abort: () => pauses.push('abort') },
    () => null,
  );
  const notes: string[] = [];
  const session = new Session(client, upstream, (error) => notes.push(`over ${error?.code ?? 'well'}`));
  session.observe({
    chunk: (bytes) => notes.push(`saw ${bytes.length}`),
    end: (error) => notes.push(`end ${error?.message ?? ''}`),
  });
  const rig = { upstream, client, session, notes, pauses, got: '', full: false, goOn: () => {} };
  const sink: ByteSink = {
    write(bytes) {
      rig.got += Buffer.from(bytes).toString('latin1');
      return !rig.full;
    },
    end: () => notes.push('client ended'),
    fail: (_error, last) => notes.push(`client cut ${last === null ? '' : Buffer.from(last).toString('latin1')}`),
  };
  const begin = (): void => {
    rig.goOn = session.attach(sink);
  };
  if (attach) begin();
  return Object.assign(rig, { begin });
}

describe('Session', () => {
  test('takes nothing from the client before somebody takes its body, and loses nothing of either side', async () => {
    const rig = start({ attach: false });
    rig.client.push(Buffer.from('up'));
    rig.upstream.push('down');
    await turn();
    expect([rig.upstream.written, rig.got]).toEqual(['', '']);
    rig.begin();
    await turn();
    expect([rig.upstream.written, rig.got]).toEqual(['up', 'down']);
    expect(rig.notes).toEqual(['saw 4']);
  });

  test('the upstream’s connection is closed in the turn in which the client is gone', () => {
    const rig = start();
    rig.client.fail(new Error('reset'));
    expect(rig.upstream.destroyed).toBe(true);
    expect(rig.notes).toEqual(['over client_closed', 'client cut ', 'end the client closed the connection']);
  });

  test('whoever writes to the client can tell that it is gone', () => {
    const rig = start();
    rig.session.cancel(new Error('closed'));
    rig.session.cancel(new Error('again'));
    expect(rig.upstream.destroyed).toBe(true);
    expect(rig.notes.filter((note) => note.startsWith('over'))).toEqual(['over client_closed']);
  });

  test('a client that ends without a close frame is gone; with one it waits for the upstream', async () => {
    const gone = start();
    gone.client.push(Buffer.from([0x81, 0x80, 0, 0, 0, 0]));
    gone.client.finish();
    await turn();
    expect(gone.notes[0]).toBe('over client_closed');
    expect([gone.upstream.writableEnded, gone.upstream.destroyed]).toEqual([true, true]);
    const closing = start();
    closing.client.push(CLOSE);
    closing.client.finish();
    await turn();
    expect(closing.notes).toEqual([]);
    expect([closing.upstream.writableEnded, closing.upstream.destroyed]).toEqual([true, false]);
    closing.upstream.push(CLOSE);
    closing.upstream.push(null);
    await turn();
    expect(closing.notes).toEqual(['saw 2', 'over well', 'client ended', 'end ']);
    closing.upstream.destroy();
  });

  test('either side that is full holds the other one back', async () => {
    const rig = start();
    rig.upstream.holds = true;
    rig.full = true;
    rig.client.push(Buffer.alloc(100_000));
    await turn();
    rig.client.push(Buffer.alloc(100_000));
    await turn();
    expect(rig.pauses).toEqual(['pause']);
    rig.upstream.holds = false;
    rig.upstream.taken?.();
    await turn();
    await turn();
    expect(rig.pauses).toEqual(['pause', 'resume']);
    expect(rig.upstream.written).toHaveLength(200_000);
    rig.upstream.push(Buffer.alloc(100_000));
    await turn();
    rig.upstream.push(Buffer.alloc(100_000));
    await turn();
    expect([rig.got.length, rig.upstream.isPaused()]).toEqual([100_000, true]);
    rig.full = false;
    rig.goOn();
    await turn();
    expect([rig.got.length, rig.upstream.isPaused()]).toEqual([200_000, false]);
    rig.upstream.destroy();
  });

  test('a shutdown sends both away, but not a side that has its close frame', async () => {
    const rig = start();
    rig.client.push(CLOSE);
    await turn();
    rig.session.stop(SHUTDOWN);
    expect(rig.notes.slice(0, 2)).toEqual([
      'over shutting_down',
      `client cut \x88\x1e\x03\xe9this server is shutting down`,
    ]);
    await turn();
    expect(rig.upstream.written).toBe(CLOSE.toString('latin1'));
    rig.upstream.destroy();
  });

  test('a shutdown ends one that only a slow client keeps', async () => {
    const rig = start();
    rig.full = true;
    rig.upstream.push(Buffer.from([0x81, 1, 120]));
    await turn();
    rig.upstream.push(Buffer.concat([CLOSE]));
    rig.upstream.push(null);
    await turn();
    const before = rig.notes.length;
    rig.session.stop(SHUTDOWN);
    expect(rig.notes.slice(before)).toEqual(['client cut ', 'end down']);
    rig.upstream.destroy();
  });

  test('a client that does not take the last of it is cut', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const rig = start();
      rig.full = true;
      rig.upstream.push(Buffer.from([0x81, 1, 120]));
      await turn();
      rig.upstream.push(CLOSE);
      rig.upstream.push(null);
      await turn();
      vi.advanceTimersByTime(9_999);
      expect(rig.notes.slice(2)).toEqual(['over well']);
      vi.advanceTimersByTime(1);
      expect(rig.notes.slice(3)).toEqual(['client cut ', 'end the client closed the connection']);
      expect(rig.upstream.destroyed).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a client that has taken everything is waited for no longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const rig = start();
      rig.upstream.push(CLOSE);
      rig.upstream.push(null);
      await turn();
      rig.upstream.destroy();
      await turn();
      expect(rig.notes).toEqual(['saw 2', 'over well', 'client ended', 'end ']);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ['the upstream', true],
    ['the client itself', false],
  ])(
    'a client that is gone before it took everything ends it at once, though %s had told the end',
    async (_who, told) => {
      const rig = start();
      rig.full = true;
      rig.upstream.push(Buffer.from([0x81, 1, 120]));
      await turn();
      rig.upstream.push(Buffer.from([0x81, 1, 121]));
      if (told) {
        rig.upstream.push(CLOSE);
        rig.upstream.push(null);
      } else rig.client.push(CLOSE);
      await turn();
      rig.session.cancel(new Error('the client closed the connection'));
      await turn();
      expect(rig.notes.slice(-3)).toEqual(['over well', 'client cut ', 'end the client closed the connection']);
    },
  );

  test('one that nobody wants closes its connection and nothing else', async () => {
    const rig = start({ attach: false });
    rig.session.cancel(ABANDONED);
    await turn();
    expect(rig.upstream.destroyed).toBe(true);
    expect(rig.upstream.written).toBe('');
  });

  test('what the client says behind the end goes nowhere', async () => {
    const rig = start();
    rig.upstream.destroy(new Error('reset'));
    await turn();
    rig.client.push(Buffer.from('late'));
    await turn();
    expect(rig.upstream.written).toBe('');
    expect(rig.notes[0]).toBe('over upstream_reset');
  });
});
