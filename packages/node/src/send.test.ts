import { EventEmitter } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ByteSink, ByteStream, Headers } from '@helicone-proxy/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type HostReply, send, type WholeAnswer } from './send.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type HostHeaders = Record<string, string | string[]>;

/** A response without a socket: notes what is done to it. */
class FakeResponse extends EventEmitter {
  readonly log: string[] = [];
  readonly hostHeaders: HostHeaders;
  headers: OutgoingHttpHeaders = {};
  destroyed = false;
  headersSent = false;
  writableNeedDrain = false;
  /** What `write` returns. */
  room = true;
  /** Callbacks of writes, for the test to call. */
  readonly flushed: (() => void)[] = [];

  constructor(hostHeaders: HostHeaders = {}) {
    super();
    this.hostHeaders = hostHeaders;
  }

  getHeaders(): HostHeaders {
    return { ...this.hostHeaders };
  }

  removeHeader(name: string): void {
    delete this.hostHeaders[name];
  }

  writeHead(status: number, headers: OutgoingHttpHeaders): void {
    this.log.push(`head ${status}`);
    this.headers = Object.assign({}, this.hostHeaders, headers);
  }

  write(bytes: Uint8Array, flushed?: () => void): boolean {
    this.log.push(`write ${Buffer.from(bytes)}`);
    if (flushed !== undefined) this.flushed.push(flushed);
    return this.room;
  }

  end(bytes?: Uint8Array): void {
    this.log.push(bytes === undefined ? 'end' : `end ${Buffer.from(bytes)}`);
  }

  flushHeaders(): void {
    this.log.push('flushHeaders');
  }

  destroy(): void {
    this.log.push('destroy');
    this.destroyed = true;
  }
}

/** A stream whose sink the test drives. */
class FakeStream {
  sink: ByteSink | null = null;
  resumed = 0;
  cancelled: Error | null = null;
  readonly #begins: (sink: ByteSink) => void;

  constructor(begins: (sink: ByteSink) => void = () => {}) {
    this.#begins = begins;
  }

  attach(sink: ByteSink): () => void {
    this.sink = sink;
    this.#begins(sink);
    return () => {
      this.resumed += 1;
    };
  }

  cancel(reason: Error): void {
    this.cancelled = reason;
  }
}

const bytes = (value: string): Buffer => Buffer.from(value);

interface Sent {
  res?: FakeResponse;
  headers?: Headers;
  body?: Buffer | FakeStream | null;
}

function sent({ res = new FakeResponse(), headers = {}, body = null }: Sent): FakeResponse {
  send(res as unknown as ServerResponse, {
    status: 200,
    headers,
    body: body as unknown as ByteStream | Uint8Array | null,
  });
  return res;
}

/** A stream that is being written. */
function streaming(res = new FakeResponse()): { res: FakeResponse; stream: FakeStream; sink: ByteSink } {
  const stream = new FakeStream();
  sent({ res, body: stream });
  return { res, stream, sink: stream.sink as ByteSink };
}

describe('whole answers', () => {
  test('are one write', () => {
    expect(sent({ body: bytes('{}') }).log).toEqual(['head 200', 'end {}']);
    expect(sent({ body: null }).log).toEqual(['head 200', 'end']);
  });
});

describe('streams', () => {
  test('the head goes out at once when there is no byte yet', () => {
    const { res, sink } = streaming();
    expect(res.log).toEqual(['head 200', 'flushHeaders']);
    expect(sink.write(bytes('a'))).toBe(true);
    sink.end();
    expect(res.log.slice(2)).toEqual(['write a', 'end']);
  });

  test('first bytes that are here already share a packet with the head', () => {
    const log = (begins: (sink: ByteSink) => void): string[] => sent({ body: new FakeStream(begins) }).log;
    expect(log((sink) => sink.write(bytes('a')))).toEqual(['head 200', 'write a']);
    expect(log((sink) => sink.end())).toEqual(['head 200', 'end']);
  });

  test('a client that is full is told to the stream, which goes on at drain', () => {
    const { res, stream, sink } = streaming();
    res.room = false;
    expect(sink.write(bytes('a'))).toBe(false);
    expect(stream.resumed).toBe(0);
    res.emit('drain');
    expect(stream.resumed).toBe(1);
  });

  test('compression is told to let each write go', () => {
    let flushes = 0;
    const res = Object.assign(new FakeResponse(), {
      flush: () => {
        flushes += 1;
      },
    });
    const { sink } = streaming(res);
    sink.write(bytes('a'));
    sink.write(bytes('b'));
    expect(flushes).toBe(2);
  });
});

describe('a stream that breaks never looks whole', () => {
  test('without a last event it is destroyed at once', () => {
    const { res, sink } = streaming();
    sink.fail(new Error('cut'), null);
    expect(res.log.slice(2)).toEqual(['destroy']);
  });

  test('with one it is destroyed when that has left', () => {
    const { res, sink } = streaming();
    sink.fail(new Error('cut'), bytes('last'));
    expect(res.log.slice(2)).toEqual(['write last']);
    res.flushed[0]?.();
    expect(res.log.slice(2)).toEqual(['write last', 'destroy']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('... or after a second', () => {
    const { res, sink } = streaming();
    sink.fail(new Error('cut'), bytes('last'));
    vi.advanceTimersByTime(999);
    expect(res.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(res.destroyed).toBe(true);
  });

  test('to a client that is full or gone nothing more is said', () => {
    for (const state of [{ writableNeedDrain: true }, { destroyed: true }]) {
      const { res, sink } = streaming();
      Object.assign(res, state);
      sink.fail(new Error('cut'), bytes('last'));
      expect(res.log.slice(2)).toEqual(['destroy']);
    }
  });
});

describe('a response that is no longer ours', () => {
  test.each([{ destroyed: true }, { headersSent: true }])(
    '%j: nothing is written, and a stream is given up',
    (state) => {
      const stream = new FakeStream();
      expect(sent({ res: Object.assign(new FakeResponse(), state), body: stream }).log).toEqual([]);
      expect(stream.cancelled).toBeInstanceOf(Error);
      expect(sent({ res: Object.assign(new FakeResponse(), state), body: bytes('{}') }).log).toEqual([]);
    },
  );
});

describe('headers that the host has set', () => {
  function merged(host: HostHeaders, answer: Headers): OutgoingHttpHeaders {
    return sent({ res: new FakeResponse(host), headers: answer, body: bytes('{}') }).headers;
  }

  test('go before what the provider says of itself', () => {
    expect(
      merged(
        { 'access-control-allow-origin': 'https://a', 'x-request-id': 'host' },
        { 'x-request-id': 'theirs', server: 'x' },
      ),
    ).toEqual({ 'access-control-allow-origin': 'https://a', 'x-request-id': 'host', server: 'x' });
  });

  test('do not go before what describes the answer', () => {
    const answer = {
      'content-type': 'a/b',
      'content-length': '2',
      'content-encoding': 'br',
      'cache-control': 'no-store',
    };
    const host = {
      'content-type': 'text/html',
      'content-length': '9',
      'content-encoding': 'gzip',
      'cache-control': 'public',
    };
    expect(merged(host, { ...answer })).toEqual(answer);
  });

  test('vary is of both', () => {
    expect(merged({ vary: 'Origin' }, { vary: 'Accept-Encoding' }).vary).toBe('Origin, Accept-Encoding');
    expect(merged({ vary: ['Origin', 'Cookie'] }, {}).vary).toBe('Origin, Cookie');
  });
});

describe('a framework with a reply of its own', () => {
  interface Replied {
    log: string[];
    answers: WholeAnswer[];
    res: FakeResponse;
  }

  function replied(
    answer: { status?: number; headers?: Headers; body: Buffer | FakeStream | null },
    res = new FakeResponse(),
  ): Replied {
    const answers: WholeAnswer[] = [];
    const host: HostReply = {
      hostHeaders: () => ({ 'x-request-id': 'host', vary: 'Origin', 'content-type': 'text/html', 'x-count': 1 }),
      reply: (whole) => void answers.push(whole),
      takeOver: () => void res.log.push('take over'),
      sent: () => void res.log.push('sent'),
    };
    const body = answer.body as unknown as ByteStream | Uint8Array | null;
    send(res as unknown as ServerResponse, { status: 200, headers: {}, ...answer, body }, host);
    return { log: res.log, answers, res };
  }

  test('gets whole answers with the headers that it has not set itself', () => {
    const headers = { 'content-type': 'a/b', 'x-request-id': 'theirs', vary: 'Accept', 'set-cookie': ['a', 'b'] };
    const { log, answers } = replied({ status: 201, headers, body: bytes('{}') });
    expect(log).toEqual([]);
    expect(answers).toEqual([
      {
        status: 201,
        headers: {
          'content-type': 'a/b',
          vary: 'Origin, Accept',
          'set-cookie': ['a', 'b'],
        },
        body: bytes('{}'),
      },
    ]);
    expect(answers[0]?.body).toBeInstanceOf(Buffer);
  });

  test.each([
    { what: 'streams', body: new FakeStream(), writes: ['head 200', 'flushHeaders'] },
    { what: 'answers without a body', body: null, writes: ['head 200', 'end'] },
    {
      what: 'statuses that frameworks take the body from',
      status: 205,
      body: bytes('x'),
      writes: ['head 205', 'end x'],
    },
    {
      what: 'answers without a content type, to which they add one',
      headers: {},
      body: bytes('x'),
      writes: ['head 200', 'end x'],
    },
  ])(
    'lets go of $what, and hears when they are sent',
    ({ status = 200, headers = { 'content-type': 'a/b' }, body, writes }) => {
      const { log, answers, res } = replied({ status, headers, body });
      expect(answers).toEqual([]);
      expect(log).toEqual([writes[0], 'take over', ...writes.slice(1)]);
      res.emit('close');
      expect(log.at(-1)).toBe('sent');
      expect(res.headers).toMatchObject({ 'x-request-id': 'host', vary: 'Origin', 'x-count': 1 });
    },
  );

  test('keeps the answer when a header of the host cannot be sent, and the stream is given up', () => {
    const stream = new FakeStream();
    const res = new FakeResponse();
    res.writeHead = () => {
      throw new TypeError('Invalid character');
    };
    expect(() => replied({ body: stream }, res)).toThrow('Invalid character');
    expect(res.log).toEqual([]);
    expect(stream.cancelled).toBeInstanceOf(TypeError);
  });

  test('hears at once when nobody is left to read', () => {
    const { log } = replied({ body: new FakeStream() }, Object.assign(new FakeResponse(), { destroyed: true }));
    expect(log).toEqual(['take over', 'sent']);
  });
});
