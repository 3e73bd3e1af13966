import { describe, expect, test } from 'vitest';
import { type BodySupply, PulledBody } from './pulled-body.js';

/** A supply of texts, which notes how it was closed. */
class Texts implements BodySupply {
  readonly body = new PulledBody(this);
  readonly closings: (string | null)[] = [];
  readonly #texts: string[];
  ended: boolean;

  constructor(texts: string[], ended = true) {
    this.#texts = texts;
    this.ended = ended;
  }

  get done(): boolean {
    return this.ended && this.#texts.length === 0;
  }

  take(): Uint8Array | null {
    const text = this.#texts.shift();
    return text === undefined ? null : Buffer.from(text);
  }

  give(...texts: string[]): void {
    this.#texts.push(...texts);
    this.body.pump();
  }

  closed(reason: Error | null): void {
    this.closings.push(reason === null ? null : reason.message);
  }
}

/** A client that is full after each write when `full`. */
function attach(body: PulledBody, full = false): { client: string[]; goOn: () => void } {
  const client: string[] = [];
  const goOn = body.attach({
    write: (bytes) => client.push(Buffer.from(bytes).toString()) > 0 && !full,
    end: () => client.push('end'),
    fail: (error, last) => client.push(`fail ${error.message} ${last === null ? 'silently' : Buffer.from(last)}`),
  });
  return { client, goOn };
}

function observed(body: PulledBody): string[] {
  const seen: string[] = [];
  body.observe({
    chunk: (bytes) => seen.push(Buffer.from(bytes).toString()),
    end: (error) => seen.push(error === undefined ? 'end' : `end ${error.message}`),
  });
  return seen;
}

describe('delivery', () => {
  test('everything there is on attaching, the rest as it comes', () => {
    const supply = new Texts(['a', 'b'], false);
    const seen = observed(supply.body);
    const { client } = attach(supply.body);
    expect(client).toEqual(['a', 'b']);
    supply.give('c');
    supply.ended = true;
    supply.give('d');
    expect(client).toEqual(['a', 'b', 'c', 'd', 'end']);
    expect(seen).toEqual(client);
    expect(supply.closings).toEqual([null]);
  });

  test('a full client gets the next piece when it asks', () => {
    const supply = new Texts(['a', 'b']);
    const { client, goOn } = attach(supply.body, true);
    expect(client).toEqual(['a']);
    goOn();
    // It is told the end at once, full or not.
    expect(client).toEqual(['a', 'b', 'end']);
    goOn();
    expect(client).toHaveLength(3);
  });

  test('a client that asks inside of its write is not forgotten, nor served out of order', () => {
    const supply = new Texts(['a', 'b', 'c'], false);
    const client: string[] = [];
    let goOn = (): void => {};
    const sink = {
      write(bytes: Uint8Array): boolean {
        client.push(Buffer.from(bytes).toString());
        goOn();
        client.push('.');
        return false;
      },
      end() {},
      fail() {},
    };
    goOn = supply.body.attach(sink);
    goOn();
    expect(client.join('')).toBe('a.b.c.');
  });

  test('it is consumed once', () => {
    const { body } = new Texts(['a']);
    attach(body);
    expect(() => attach(body)).toThrow('a stream can be consumed once');
  });

  test('it can be iterated, and leaving early gives it up', async () => {
    const whole = new Texts(['a', 'b']);
    const pieces: string[] = [];
    for await (const bytes of whole.body) pieces.push(Buffer.from(bytes).toString());
    expect(pieces).toEqual(['a', 'b']);
    const left = new Texts(['a', 'b']);
    for await (const _ of left.body) break;
    expect(left.closings).toEqual(['the stream was not read to its end']);
  });
});

describe('breaking', () => {
  test('a full client gets what is there, then the error', () => {
    const supply = new Texts(['a', 'b', 'c'], false);
    const { client } = attach(supply.body, true);
    const seen = observed(supply.body);
    supply.body.fail(new Error('cut'), Buffer.from('last'));
    expect(client).toEqual(['a', 'b', 'c', 'fail cut last']);
    expect(seen).toEqual(['b', 'c', 'end cut']);
    expect(supply.closings).toEqual(['cut']);
  });

  test('a client that comes afterwards gets the same', () => {
    const supply = new Texts(['a'], false);
    const seen = observed(supply.body);
    supply.body.fail(new Error('cut'), Buffer.from('last'));
    expect(attach(supply.body).client).toEqual(['a', 'fail cut last']);
    expect(seen).toEqual(['a', 'end cut']);
  });

  test('cancelled: at once, without what is there, and once', () => {
    const supply = new Texts(['a', 'b'], false);
    const { client } = attach(supply.body, true);
    const seen = observed(supply.body);
    supply.body.cancel(new Error('gone'));
    supply.body.cancel(new Error('again'));
    supply.body.fail(new Error('later'), null);
    supply.give('c');
    expect(client).toEqual(['a', 'fail gone silently']);
    expect(seen).toEqual(['end gone']);
    expect(supply.closings).toEqual(['gone']);
    expect(observed(supply.body), 'who looks later is told').toEqual(['end gone']);
  });

  test('cancelled before anybody attached', () => {
    const supply = new Texts(['a']);
    supply.body.cancel(new Error('gone'));
    expect(attach(supply.body).client).toEqual(['fail gone silently']);
    expect(supply.closings).toEqual(['gone']);
  });

  test('cancelled by an observer, in the middle of a piece', () => {
    const supply = new Texts(['a', 'b']);
    supply.body.observe({ chunk: () => supply.body.cancel(new Error('seen enough')), end() {} });
    expect(attach(supply.body).client).toEqual(['fail seen enough silently']);
  });
});

describe('what others throw stays here', () => {
  test('a client that throws on writing is given up', () => {
    const supply = new Texts(['a', 'b']);
    const seen = observed(supply.body);
    const fails: string[] = [];
    supply.body.attach({
      write() {
        throw new Error('patched');
      },
      end() {},
      fail: (error) => fails.push(error.message),
    });
    expect(fails).toEqual(['patched']);
    expect(seen).toEqual(['a', 'end patched']);
    expect(supply.closings).toEqual(['patched']);
  });

  test('a client that throws on the end has failed, not ended', () => {
    const supply = new Texts(['a']);
    const seen = observed(supply.body);
    const fails: string[] = [];
    supply.body.attach({
      write: () => true,
      end() {
        throw 'patched';
      },
      fail(error) {
        fails.push(error.message);
        throw new Error('this too');
      },
    });
    expect(fails).toEqual(['patched']);
    expect(seen).toEqual(['a', 'end patched']);
    expect(supply.closings).toEqual(['patched']);
  });

  test('an observer may miss bytes; the client may not', () => {
    const supply = new Texts(['a', 'b']);
    const bad = (): never => {
      throw new Error('bad observer');
    };
    supply.body.observe({ chunk: bad, end: bad });
    const seen = observed(supply.body);
    expect(attach(supply.body).client).toEqual(['a', 'b', 'end']);
    expect(seen).toEqual(['a', 'b', 'end']);
  });
});
