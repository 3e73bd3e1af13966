import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ByteStream, EngineResponse, Headers } from '../contract.js';
import type { Attempt } from '../records/facts.js';
import { Exchange, type ExchangeRequest } from './exchange.js';
import type { OriginPool } from './pools.js';
import type { Dispatcher } from './undici.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const JSON_TYPE = { 'content-type': 'application/json' };
const SSE = { 'content-type': 'text/event-stream' };
const MIB = 1024 * 1024;

/** An upstream without a socket: what undici was asked and told, and its callbacks to play. */
class FakeUpstream {
  dispatched: Dispatcher.DispatchOptions | null = null;
  aborted: Error | null = null;
  readonly log: string[] = [];
  readonly exchange: Exchange;
  readonly attempt: Attempt = { provider: 'p', target: 'https://p.example', status: null, startedAt: 0, durationMs: 0 };
  readonly controller = {
    pause: () => this.log.push('pause'),
    resume: () => this.log.push('resume'),
    abort: (reason: Error) => {
      this.aborted = reason;
    },
  } as unknown as Dispatcher.DispatchController;

  constructor(request: Partial<ExchangeRequest> = {}) {
    const pool = {
      dispatch: (options: Dispatcher.DispatchOptions) => {
        this.dispatched = options;
        return true;
      },
    } as unknown as OriginPool;
    this.exchange = new Exchange({
      pool,
      method: 'POST',
      path: '/v1/chat/completions',
      headers: ['accept', '*/*'],
      body: null,
      client: null,
      timeouts: { connectMs: 100, firstByteMs: 1000, idleMs: 500, totalMs: Number.POSITIVE_INFINITY },
      totalAt: Number.POSITIVE_INFINITY,
      attempt: this.attempt,
      wire: 'openai-chat',
      ...request,
    });
    this.exchange.start();
  }

  connect(): this {
    this.exchange.onRequestStart(this.controller);
    return this;
  }

  head(status: number, headers: Headers): this {
    this.exchange.onResponseStart(this.controller, status, headers);
    return this;
  }

  data(bytes: string | Buffer): this {
    this.exchange.onResponseData(this.controller, Buffer.from(bytes));
    return this;
  }

  end(): Promise<EngineResponse> {
    this.exchange.onResponseEnd();
    return this.exchange.answer;
  }

  error(code: string): void {
    this.exchange.onResponseError(this.controller, Object.assign(new Error('10.0.0.5'), { code }));
  }
}

function answering(status: number, headers: Headers, request: Partial<ExchangeRequest> = {}): FakeUpstream {
  return new FakeUpstream(request).connect().head(status, headers);
}

/** What a client gets of a stream; `full` lets it take one chunk and no more. */
function taken(body: EngineResponse['body'], full = false): { log: string[]; goOn: () => void } {
  const log: string[] = [];
  const goOn = (body as ByteStream).attach({
    write(bytes) {
      log.push(`write ${bytes.length > 100 ? bytes.length : Buffer.from(bytes)}`);
      return !full;
    },
    end: () => log.push('end'),
    fail: (error, last) =>
      log.push(`fail ${(error as Error & { code: string }).code} ${last === null ? '' : Buffer.from(last)}`),
  });
  return { log, goOn };
}

/** Whether the answer is there. */
async function answered({ exchange }: FakeUpstream): Promise<boolean> {
  let there = false;
  void exchange.answer.then(() => {
    there = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return there;
}

test('undici is asked for what the request says', () => {
  const body = Buffer.from('{}');
  expect(new FakeUpstream({ method: 'PUT', path: '/a?b', headers: ['x', 'y'], body }).dispatched).toEqual({
    method: 'PUT',
    path: '/a?b',
    headers: ['x', 'y'],
    body,
    upgrade: null,
  });
});

describe('whole answers', () => {
  test('a JSON document is handed on when it is whole', async () => {
    const upstream = answering(200, { ...JSON_TYPE, connection: 'close', 'x-id': '1' }).data('{"a":');
    expect(await answered(upstream)).toBe(false);
    vi.advanceTimersByTime(50);
    const { status, headers, body } = await upstream.data('1}').end();
    expect(status).toBe(200);
    expect(headers).toEqual({ ...JSON_TYPE, 'x-id': '1', 'content-length': '7' });
    expect(Buffer.from(body as Uint8Array).toString()).toBe('{"a":1}');
    expect(upstream.attempt).toMatchObject({ status: 200, durationMs: 50 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(['application/json; charset=utf-8', 'application/problem+json', 'Application/JSON'])('%s', async (type) => {
    const { body } = await answering(400, { 'content-type': type }).data('{}').end();
    expect(body).toBeInstanceOf(Uint8Array);
  });

  test('an empty one stays a body', async () => {
    const { headers, body } = await answering(200, JSON_TYPE).end();
    expect(body).toHaveLength(0);
    expect(headers['content-length']).toBe('0');
  });

  test('one of declared length is waited for, however long it takes', async () => {
    const upstream = answering(200, { ...JSON_TYPE, 'content-length': '2' });
    vi.advanceTimersByTime(450);
    expect(await answered(upstream)).toBe(false);
    expect((await upstream.data('{}').end()).body).toBeInstanceOf(Uint8Array);
  });

  test.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('%s %i has no body and keeps its headers', async (method, status) => {
    const headers = { ...SSE, 'content-length': '5', etag: 'x' };
    expect(await answering(status, headers, { method }).end()).toEqual({ status, headers, body: null });
  });

  test('answers before the real one are passed over', async () => {
    const upstream = new FakeUpstream().connect().head(100, {}).head(103, { link: 'x' });
    expect(upstream.attempt.status).toBeNull();
    expect(await upstream.head(200, JSON_TYPE).data('{}').end()).toMatchObject({ status: 200 });
  });
});

describe('streams', () => {
  test.each(['text/event-stream', 'application/x-ndjson', 'application/jsonl', undefined])('%s', async (type) => {
    const upstream = answering(200, { 'content-type': type });
    expect(await answered(upstream)).toBe(true);
    const { log } = taken((await upstream.data('a').exchange.answer).body);
    await upstream.data('b').end();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(['write a', 'write b', 'end']);
  });

  test('a JSON document that takes longer than 100 ms becomes one', async () => {
    const upstream = answering(200, JSON_TYPE).data('\n');
    await vi.advanceTimersByTimeAsync(99);
    expect(await answered(upstream)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await answered(upstream)).toBe(true);
    const { headers, body } = await upstream.exchange.answer;
    const { log } = taken(body);
    await upstream.data('{}').end();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(['write \n', 'write {}', 'end']);
    expect(headers).toEqual(JSON_TYPE);
  });

  test('a JSON document over 1 MiB becomes one, at once when it says so', async () => {
    const upstream = answering(200, JSON_TYPE).data(Buffer.alloc(MIB));
    expect(await answered(upstream)).toBe(false);
    upstream.data('x');
    const { log } = taken((await upstream.exchange.answer).body);
    expect(log).toEqual([`write ${MIB + 1}`]);
    expect(vi.getTimerCount(), 'only the deadline is left').toBe(1);

    expect(await answered(answering(200, { ...JSON_TYPE, 'content-length': String(MIB + 1) }))).toBe(true);
    expect(await answered(answering(200, { ...JSON_TYPE, 'content-length': String(MIB) }))).toBe(false);
  });

  test('a client that does not take them holds the upstream back', async () => {
    const upstream = answering(200, SSE);
    const { goOn } = taken((await upstream.exchange.answer).body, true);
    upstream.data('first');
    await vi.advanceTimersByTimeAsync(0);
    upstream.data(Buffer.alloc(64 * 1024));
    expect(upstream.log).toEqual(['pause']);
    goOn();
    goOn();
    expect(upstream.log).toEqual(['pause', 'resume']);
  });
});

describe('time limits', () => {
  test.each([
    ['connect', 100, () => new FakeUpstream()],
    ['first byte', 1000, () => new FakeUpstream().connect()],
    ['idle', 500, () => answering(200, { ...JSON_TYPE, 'content-length': '2' })],
    ['total', 50, () => answering(200, JSON_TYPE, { totalAt: performance.now() + 50 })],
  ])('%s', async (_phase, ms, begin) => {
    const upstream = begin();
    const failure = expect(upstream.exchange.answer).rejects.toMatchObject({ code: 'upstream_timeout' });
    vi.advanceTimersByTime(ms - 1);
    expect(upstream.attempt.error).toBeUndefined();
    vi.advanceTimersByTime(1);
    await failure;
    expect(upstream.attempt).toMatchObject({ error: 'upstream_timeout', durationMs: ms });
    expect(upstream.aborted === null).toBe(_phase === 'connect');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('each piece of an answer gives the next one the whole idle time', async () => {
    const upstream = answering(200, SSE);
    const { log } = taken((await upstream.exchange.answer).body);
    for (let i = 0; i < 5; i++) {
      await vi.advanceTimersByTimeAsync(499);
      upstream.data('x');
    }
    await vi.advanceTimersByTimeAsync(499);
    expect(log.filter((line) => line.startsWith('fail'))).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log.at(-1)).toMatch(/^fail upstream_timeout /);
  });

  test('while the client holds the upstream back no idle time passes; after that all of it does', async () => {
    const upstream = answering(200, SSE);
    const { log, goOn } = taken((await upstream.exchange.answer).body, true);
    upstream.data('a');
    await vi.advanceTimersByTimeAsync(0);
    upstream.data(Buffer.alloc(64 * 1024));
    await vi.advanceTimersByTimeAsync(5000);
    expect(upstream.attempt.error).toBeUndefined();
    goOn();
    goOn();
    await vi.advanceTimersByTimeAsync(499);
    expect(upstream.attempt.error).toBeUndefined();
    await vi.advanceTimersByTimeAsync(500);
    expect(upstream.attempt.error).toBe('upstream_timeout');
    expect(log.at(-1)).toMatch(/^fail upstream_timeout/);
  });
});
