import { describe, expect, test } from 'vitest';
import { UpstreamBody } from './upstream-body.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const text = (value: string): Buffer => Buffer.from(value);

function opened(): { body: UpstreamBody; aborted: string[]; held: string[] } {
  const aborted: string[] = [];
  const held: string[] = [];
  const source = {
    pause: () => held.push('pause'),
    resume: () => held.push('resume'),
    abort: (reason: Error) => aborted.push(reason.message),
  };
  return { body: new UpstreamBody(source, () => null), aborted, held };
}

/** Observes a body and notes what it sees. */
function observed(body: UpstreamBody): string[] {
  const seen: string[] = [];
  body.observe({
    chunk: (bytes) => seen.push(Buffer.from(bytes).toString()),
    end: (error) => seen.push(error === undefined ? 'end' : `end: ${error.message}`),
  });
  return seen;
}

function take(body: UpstreamBody): string[] {
  const client: string[] = [];
  body.attach({
    write: (bytes) => client.push(Buffer.from(bytes).toString()) > 0,
    end: () => client.push('end'),
    fail: (error) => client.push(`fail ${error.message}`),
  });
  return client;
}

describe('observers', () => {
  test('see every chunk in order, before the client does, and the end', async () => {
    const { body } = opened();
    const [one, two] = [observed(body), observed(body)];
    const client = take(body);
    body.push(text('a'));
    body.push(text('b'));
    expect(client).toEqual([]);
    expect(one).toEqual(['a', 'b']);
    body.finish();
    await turn();
    expect(one).toEqual(['a', 'b', 'end']);
    expect(two).toEqual(one);
  });

  test('one that comes when the first bytes are already here sees them too', async () => {
    const { body } = opened();
    body.push(text('a'));
    const seen = observed(body);
    take(body);
    body.push(text('b'));
    body.finish();
    await turn();
    expect(seen).toEqual(['a', 'b', 'end']);
  });

  test('one that comes after the end is told at once', async () => {
    const { body } = opened();
    take(body);
    body.finish();
    await turn();
    expect(observed(body)).toEqual(['end']);
  });

  test('one that comes after a failure sees what was left, and what ended it', () => {
    const { body } = opened();
    body.push(text('a'));
    body.fail(new Error('cut'));
    expect(observed(body)).toEqual(['a', 'end: cut']);
  });

  test('the end is told when the client has all, not when the upstream has', async () => {
    const { body } = opened();
    const seen = observed(body);
    body.push(text('a'));
    body.finish();
    await turn();
    expect(seen).toEqual(['a']);
    take(body);
    expect(seen).toEqual(['a', 'end']);
  });

  test('a failure is told at once, also while nobody is attached', () => {
    const { body } = opened();
    const seen = observed(body);
    body.fail(new Error('cut'));
    body.fail(new Error('again'));
    expect(seen).toEqual(['end: cut']);
  });

  test('one that throws spoils nothing for the client and for the others', async () => {
    const { body } = opened();
    body.observe({
      chunk() {
        throw new Error('chunk');
      },
      end() {
        throw new Error('end');
      },
    });
    const seen = observed(body);
    const client = take(body);
    body.push(text('a'));
    body.finish();
    await turn();
    expect(seen).toEqual(['a', 'end']);
    expect(client).toEqual(['a', 'end']);
  });

  test('one that throws on its first bytes spoils nothing for who called observe', () => {
    const { body } = opened();
    body.push(text('a'));
    const throws = (): never => {
      throw new Error('chunk');
    };
    expect(() => body.observe({ chunk: throws, end() {} })).not.toThrow();
  });
});

describe('iteration', () => {
  test('gives bursts as one chunk each, and ends', async () => {
    const { body, aborted } = opened();
    const got: string[] = [];
    const reading = (async () => {
      for await (const bytes of body) got.push(Buffer.from(bytes).toString());
    })();
    await turn();
    body.push(text('a'));
    body.push(text('b'));
    await turn();
    body.push(text('c'));
    await turn();
    expect(got).toEqual(['ab', 'c']);
    body.finish();
    await reading;
    expect(aborted).toEqual([]);
  });

  test('everything was here before it began', async () => {
    const { body } = opened();
    body.push(text('a'));
    body.push(text('b'));
    body.finish();
    const got: string[] = [];
    for await (const bytes of body) got.push(Buffer.from(bytes).toString());
    expect(got).toEqual(['ab']);
  });

  test('throws what broke the stream, after the bytes before it', async () => {
    const { body } = opened();
    body.push(text('a'));
    body.fail(new Error('cut'));
    const got: string[] = [];
    const reading = (async () => {
      for await (const bytes of body) got.push(Buffer.from(bytes).toString());
    })();
    await expect(reading).rejects.toThrow('cut');
    expect(got).toEqual(['a']);
  });

  test('a reader that is slow holds the upstream back', async () => {
    const { body, held } = opened();
    const reader = body[Symbol.asyncIterator]();
    const first = reader.next();
    body.push(text('a'));
    await first;
    body.push(Buffer.alloc(64 * 1024));
    await turn();
    expect(held).toEqual(['pause']);
    expect((await reader.next()).value).toHaveLength(64 * 1024);
    void reader.next();
    await turn();
    expect(held).toEqual(['pause', 'resume']);
  });

  test('leaving the loop gives the stream up', async () => {
    const { body, aborted } = opened();
    const seen = observed(body);
    body.push(text('a'));
    for await (const _bytes of body) break;
    expect(aborted).toEqual(['the stream was not read to its end']);
    expect(seen).toEqual(['a', 'end: the stream was not read to its end']);
  });

  test('a stream that is being iterated cannot be attached besides', async () => {
    const { body } = opened();
    void body[Symbol.asyncIterator]().next();
    await turn();
    expect(() => take(body)).toThrow('a stream can be consumed once');
  });
});

describe('a response that the host has patched and that throws', () => {
  const broken = (): never => {
    throw new Error('patched');
  };

  test('on write: the stream is given up, and nothing leaves the microtask', async () => {
    const { body, aborted } = opened();
    const seen = observed(body);
    const client: string[] = [];
    body.attach({ write: broken, end: () => client.push('end'), fail: (error) => client.push(error.message) });
    body.push(text('a'));
    await turn();
    expect(aborted).toEqual(['patched']);
    expect(seen).toEqual(['a', 'end: patched']);
    expect(client).toEqual(['patched']);
  });

  test('on end: the client is cut off, and the stream counts as broken', async () => {
    const { body } = opened();
    const seen = observed(body);
    const client: string[] = [];
    body.attach({ write: () => true, end: broken, fail: (error) => client.push(error.message) });
    body.push(text('a'));
    body.finish();
    await turn();
    expect(seen).toEqual(['a', 'end: patched']);
    expect(client).toEqual(['patched']);
  });
});
