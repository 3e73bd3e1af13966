import type { EngineResponse } from '@helicone-proxy/core';
import { expect, test } from 'vitest';
import { enveloped, streamedAnswer } from './streamed-answer.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const LONG = 'x'.repeat(64 * 1024);

/** These texts, then an error if one is given; notes how many were asked for and whether all was given up. */
function pieces(texts: string[], error?: Error) {
  const seen = { asked: 0, left: false };
  async function* generate(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (const text of texts) {
        seen.asked += 1;
        yield utf8(text);
      }
      if (error !== undefined) throw error;
    } finally {
      seen.left = true;
    }
  }
  return { seen, all: generate() };
}

function answer(all: AsyncIterable<Uint8Array>, signal = new AbortController().signal): Promise<EngineResponse> {
  return streamedAnswer({ signal }, { 'content-type': 'application/json' }, enveloped(all)).then(
    ({ response }) => response,
  );
}

async function read({ body }: EngineResponse): Promise<string> {
  if (body === null || body instanceof Uint8Array) throw new Error('is whole');
  let text = '';
  for await (const piece of body) text += Buffer.from(piece).toString();
  return text;
}

test('headers belong to each answer alone: who writes it changes them', async () => {
  const headers = Object.freeze({ 'content-type': 'application/json' });
  const answers = await Promise.all(
    [[], ['x'], [LONG, LONG, LONG]].map((texts) =>
      streamedAnswer({ signal: new AbortController().signal }, headers, pieces(texts).all),
    ),
  );
  for (const { response } of answers) response.headers.vary = 'Origin';
  expect(headers).toEqual({ 'content-type': 'application/json' });
});

test('a small answer is whole', async () => {
  const { status, headers, body } = await answer(pieces(['[', '1', ']']).all);
  expect([status, headers]).toEqual([200, { 'content-type': 'application/json' }]);
  expect(Buffer.from(body as Uint8Array).toString()).toBe('{"data":[1],"error":null}');
});

test('a long one comes in pieces', async () => {
  const { all, seen } = pieces([`["${LONG}`, `${LONG}"`, `,"${LONG}"]`]);
  const response = await answer(all);
  expect(response.body).not.toBeInstanceOf(Uint8Array);
  expect(JSON.parse(await read(response))).toEqual({ data: [LONG + LONG, LONG], error: null });
  expect(seen).toEqual({ asked: 3, left: true });
});

test('what goes wrong before the first piece is told in its place', async () => {
  await expect(answer(pieces([], new Error('no disk')).all)).rejects.toThrow('no disk');
  await expect(answer(pieces(['[', '1'], new Error('no disk')).all)).rejects.toThrow('no disk');
});

test('what breaks later does not look whole', async () => {
  const response = await answer(pieces([`["${LONG}`, `${LONG}"`, `,"${LONG}"`], new Error('no disk')).all);
  await expect(read(response)).rejects.toThrow('no disk');
});

test.each(['before', 'after'])('a client that leaves %s the answer ends the reading', async (when) => {
  const { all, seen } = pieces([LONG, LONG, LONG, LONG, LONG, LONG]);
  const client = new AbortController();
  if (when === 'before') client.abort();
  const { body } = await answer(all, client.signal);
  if (when === 'after') {
    (body as Exclude<typeof body, Uint8Array | null>).attach({ write: () => false, end() {}, fail() {} });
    await turn();
    client.abort();
  }
  await turn();
  expect([seen.asked < 6, seen.left]).toEqual([true, true]);
});
