import { describe, expect, test } from 'vitest';
import { endsEvent, UpstreamBody } from './upstream-body.js';

const KIB = 1024;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A body whose upstream notes what it is asked for. */
function opened(): { body: UpstreamBody; source: string[] } {
  const source: string[] = [];
  const body = new UpstreamBody(
    {
      pause: () => source.push('pause'),
      resume: () => source.push('resume'),
      abort: (reason) => source.push(`abort ${reason.message}`),
    },
    (error) => Buffer.from(`[${error.message}]`),
  );
  return { body, source };
}

/** Attaches a client that notes what it gets; it is full after each write when `full`. */
function attached(body: UpstreamBody, full = false): { client: string[]; goOn: () => void; sizes: number[] } {
  const client: string[] = [];
  const sizes: number[] = [];
  const goOn = body.attach({
    write(bytes) {
      client.push(Buffer.from(bytes).toString());
      sizes.push(bytes.length);
      return !full;
    },
    end: () => client.push('end'),
    fail: (error, last) => client.push(`fail ${error.message} ${last === null ? 'silently' : Buffer.from(last)}`),
  });
  return { client, goOn, sizes };
}

const text = (value: string): Buffer => Buffer.from(value);

describe('delivery', () => {
  test('what arrives in one turn is one write', async () => {
    const { body } = opened();
    const { client } = attached(body);
    for (const piece of ['a', 'b', '', 'c']) body.push(text(piece));
    await turn();
    body.push(text('d'));
    await turn();
    body.push(text('e'));
    body.finish();
    await turn();
    expect(client).toEqual(['abc', 'd', 'e', 'end']);
  });

  test('a single chunk is handed on as it is, without a copy', async () => {
    const { body } = opened();
    const written: Uint8Array[] = [];
    body.attach({ write: (bytes) => written.push(bytes) > 0, end() {}, fail() {} });
    const chunk = text('only one');
    body.push(chunk);
    await turn();
    expect(written[0]).toBe(chunk);
  });

  test('what arrived before a client was attached comes first', async () => {
    const { body } = opened();
    body.push(text('a'));
    body.push(text('b'));
    const { client } = attached(body);
    expect(client).toEqual(['ab']);
    body.finish();
    await turn();
    expect(client).toEqual(['ab', 'end']);
  });

  test('a stream that was whole before a client was attached', () => {
    const { body } = opened();
    body.push(text('a'));
    body.finish();
    expect(attached(body).client).toEqual(['a', 'end']);
  });

  test('an empty stream ends', async () => {
    const { body } = opened();
    const { client } = attached(body);
    body.finish();
    await turn();
    expect(client).toEqual(['end']);
  });

  test('it is consumed once', () => {
    const { body } = opened();
    attached(body);
    expect(() => attached(body)).toThrow('a stream can be consumed once');
  });
});

describe('back-pressure', () => {
  test('the upstream is held back at 64 KiB that nobody takes, and let go when all were taken', async () => {
    const { body, source } = opened();
    const { sizes, goOn } = attached(body, true);
    body.push(text('x'));
    await turn();
    body.push(Buffer.alloc(64 * KIB - 1));
    await turn();
    expect(source).toEqual([]);
    expect(body.paused).toBe(false);
    body.push(text('y'));
    expect(source).toEqual(['pause']);
    expect(body.paused).toBe(true);
    body.push(Buffer.alloc(10));
    expect(source, 'asked once').toEqual(['pause']);
    goOn();
    expect(sizes).toEqual([1, 64 * KIB + 10]);
    expect(source, 'the client is full again').toEqual(['pause']);
    goOn();
    expect(source).toEqual(['pause', 'resume']);
    expect(body.paused).toBe(false);
  });

  test('before a client is attached the same bound holds', () => {
    const { body, source } = opened();
    body.push(Buffer.alloc(64 * KIB));
    expect(source).toEqual(['pause']);
    attached(body);
    expect(source).toEqual(['pause', 'resume']);
  });

  test('nothing is written while the client is full', async () => {
    const { body } = opened();
    const { client, goOn } = attached(body, true);
    body.push(text('a'));
    await turn();
    body.push(text('b'));
    body.push(text('c'));
    await turn();
    expect(client).toEqual(['a']);
    goOn();
    expect(client).toEqual(['a', 'bc']);
  });

  test('the end waits for the last bytes, not for room behind them', async () => {
    const { body } = opened();
    const { client, goOn } = attached(body, true);
    body.push(text('a'));
    await turn();
    body.push(text('b'));
    body.finish();
    await turn();
    expect(client).toEqual(['a']);
    goOn();
    expect(client).toEqual(['a', 'b', 'end']);
    goOn();
    expect(client).toEqual(['a', 'b', 'end']);
  });
});

describe('a stream that breaks', () => {
  test('before a client is attached: it gets what there was, and the failure', () => {
    const { body } = opened();
    body.push(text('data: 1\n\n'));
    body.fail(new Error('cut'));
    expect(attached(body).client).toEqual(['data: 1\n\n', 'fail cut [cut]']);
  });

  test('before any byte: a last event may be said', () => {
    const { body } = opened();
    const { client } = attached(body);
    body.fail(new Error('cut'));
    expect(client).toEqual(['fail cut [cut]']);
  });

  test.each(['\n', '\r\n', '\r'])('at every offset: a last event only between two events, line end %j', async (end) => {
    const stream = `data: 1${end}${end}event: x${end}data: 2${end}${end}`;
    const boundaries = [0, `data: 1${end}${end}`.length, stream.length];
    for (let cut = 0; cut <= stream.length; cut++) {
      for (const pieces of [[stream.slice(0, cut)], [...stream.slice(0, cut)]]) {
        const { body } = opened();
        const { client } = attached(body);
        for (const piece of pieces) {
          body.push(text(piece));
          await null;
        }
        body.fail(new Error('cut'));
        const said = boundaries.includes(cut) ? '[cut]' : 'silently';
        expect(client.at(-1), `cut at ${cut}`).toBe(`fail cut ${said}`);
        expect(client.slice(0, -1).join('')).toBe(stream.slice(0, cut));
      }
    }
  });

  test('a full client is told at once, and of the first failure only', async () => {
    const { body } = opened();
    const { client, goOn } = attached(body, true);
    body.push(text('a'));
    await turn();
    body.push(text('b'));
    body.fail(new Error('first'));
    body.fail(new Error('second'));
    body.push(text('c'));
    goOn();
    await turn();
    expect(client).toEqual(['a', 'b', 'fail first silently']);
  });

  test('after its end nothing fails any more', async () => {
    const { body, source } = opened();
    const { client } = attached(body);
    body.finish();
    await turn();
    body.fail(new Error('late'));
    body.cancel(new Error('late'));
    expect(client).toEqual(['end']);
    expect(source).toEqual([]);
  });

  test('between the upstream’s end and the client’s it still can', async () => {
    const { body } = opened();
    const { client } = attached(body, true);
    body.push(text('a'));
    await turn();
    body.push(text('b'));
    body.finish();
    body.cancel(new Error('client left'));
    expect(client).toEqual(['a', 'b', 'fail client left silently']);
  });

  test('one that is given up closes its upstream, once', () => {
    const { body, source } = opened();
    const { client } = attached(body);
    body.cancel(new Error('enough'));
    body.cancel(new Error('again'));
    expect(source).toEqual(['abort enough']);
    expect(client).toEqual(['fail enough [enough]']);
  });
});

test('a boundary of its own tells whether a broken stream stands between two events', () => {
  const ended = (passed: string): string | undefined => {
    const seen: string[] = [];
    const boundary = {
      add: (bytes: Uint8Array) => seen.push(Buffer.from(bytes).toString()),
      get between() {
        return seen.join('').endsWith('|');
      },
    };
    const source = { pause() {}, resume() {}, abort() {} };
    const body = new UpstreamBody(source, () => Buffer.from('last'), boundary);
    const { client } = attached(body);
    for (const piece of passed) body.push(text(piece));
    body.fail(new Error('cut'));
    return client.at(-1);
  };
  expect(ended('ab|')).toBe('fail cut last');
  expect(ended('ab\n\n')).toBe('fail cut silently');
});

test('the last bytes of an event, and others', () => {
  for (const tail of ['', '\n\n', 'a\n\n', '\r\n\r\n', 'a\r\r', 'a\r\n\n'])
    expect(endsEvent(text(tail)), tail).toBe(true);
  for (const tail of ['a', '\n', 'a\n', '\r\n', 'a\r\n', '\n\na', '\r\n\r\na', '\n ', '\r\na\n']) {
    expect(endsEvent(text(tail)), tail).toBe(false);
  }
});
