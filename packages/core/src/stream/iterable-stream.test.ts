import { expect, test } from 'vitest';
import { iterableStream } from './iterable-stream.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Pieces a, b, c, …, `count` of them; notes how many were asked for and whether it was given up. */
function letters(count: number, breaks = false) {
  const seen = { asked: 0, left: false };
  async function* generate(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (let n = 0; n < count; n++) {
        seen.asked += 1;
        yield utf8(String.fromCharCode(97 + n));
      }
      if (breaks) throw new Error('the disk is gone');
    } finally {
      seen.left = true;
    }
  }
  return { seen, pieces: generate() };
}

test('all pieces in order, and then the end', async () => {
  const read: string[] = [];
  for await (const piece of iterableStream(letters(5).pieces)) read.push(Buffer.from(piece).toString());
  expect(read.join('')).toBe('abcde');
  for await (const piece of iterableStream(letters(0).pieces)) expect(piece).toBe('nothing');
});

test('an error of the pieces breaks the stream behind what came before it', async () => {
  const read: string[] = [];
  const reading = (async () => {
    for await (const piece of iterableStream(letters(2, true).pieces)) read.push(Buffer.from(piece).toString());
  })();
  await expect(reading).rejects.toThrow('the disk is gone');
  expect(read).toEqual(['a', 'b']);
});

test('a client that is full holds the pieces back, and gets them when it asks on', async () => {
  const { seen, pieces } = letters(5);
  const read: string[] = [];
  let ended = false;
  const goOn = iterableStream(pieces).attach({
    write(bytes) {
      read.push(Buffer.from(bytes).toString());
      return false;
    },
    end() {
      ended = true;
    },
    fail() {},
  });
  await turn();
  expect([seen.asked, read.join('')]).toEqual([1, 'a']);
  for (let n = 0; n < 5; n++) {
    goOn();
    await turn();
  }
  expect([seen.asked, read.join(''), ended]).toEqual([5, 'abcde', true]);
});

test('a client that leaves ends the iteration', async () => {
  const { seen, pieces } = letters(5);
  const stream = iterableStream(pieces);
  for await (const piece of stream) {
    expect(Buffer.from(piece).toString()).toBe('a');
    break;
  }
  await turn();
  expect([seen.asked < 5, seen.left]).toEqual([true, true]);
});
