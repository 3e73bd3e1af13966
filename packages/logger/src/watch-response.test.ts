import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type BodyWatcher, watchResponse } from './watch-response.js';

interface Seen extends BodyWatcher {
  bytes: string;
  events: string[];
}

function watcher({ wantsRest = false } = {}): Seen {
  const seen: Seen = {
    bytes: '',
    events: [],
    chunk: (bytes) => {
      seen.bytes += Buffer.from(bytes).toString();
    },
    text: (whole) => {
      seen.bytes += whole;
    },
    end: () => void seen.events.push('end'),
    fail: (error) => void seen.events.push(`fail ${(error as Error).message}`),
    leave: () => void seen.events.push('leave'),
    parsed: (value) => void seen.events.push(`parsed ${JSON.stringify(value)}`),
    wantsRest: () => wantsRest,
  };
  return seen;
}

/** A response whose body gives these chunks as they are asked for, and counts how many were. */
function chunked(
  chunks: readonly string[],
  type?: 'bytes',
): { response: Response; asked: () => number; left: string[] } {
  let asked = 0;
  const left: string[] = [];
  const source = {
    pull(controller: ReadableStreamDefaultController | ReadableByteStreamController) {
      const chunk = chunks[asked++];
      if (chunk === undefined) controller.close();
      else (controller as ReadableStreamDefaultController).enqueue(new TextEncoder().encode(chunk));
    },
    cancel: (reason: unknown) => void left.push(String(reason)),
  };
  const stream =
    type === 'bytes' ? new ReadableStream({ ...source, type }) : new ReadableStream(source, { highWaterMark: 0 });
  return { response: new Response(stream), asked: () => asked, left };
}

describe('whole bodies', () => {
  const text = '{"a":"é 👋"}';
  const READ: Record<string, (response: Response) => Promise<unknown>> = {
    text: (response) => response.text(),
    json: (response) => response.json(),
    arrayBuffer: async (response) => Buffer.from(await response.arrayBuffer()).toString(),
    bytes: async (response) => Buffer.from(await response.bytes()).toString(),
    blob: async (response) => {
      const blob = await response.blob();
      return [blob.type, await blob.text()];
    },
  };

  test.each(Object.entries(READ))('%s gives what it gives without us, and is seen', async (_, read) => {
    const make = () => new Response(text, { headers: { 'content-type': 'application/json' } });
    const seen = watcher();
    const watched = make();
    watchResponse(watched, seen);
    expect(await read(watched)).toEqual(await read(make()));
    expect(seen.bytes).toBe(text);
    expect(seen.events[0]).toBe('end');
    expect(watched.bodyUsed).toBe(true);
    expect(watched).toBeInstanceOf(Response);
    expect(watched.headers.get('content-type')).toBe('application/json');
  });

  test('formData is read through the watched body', async () => {
    const response = new Response(new URLSearchParams({ a: 'b' }));
    const seen = watcher();
    watchResponse(response, seen);
    expect((await response.formData()).get('a')).toBe('b');
    expect(seen).toMatchObject({ bytes: 'a=b', events: ['end'] });
  });

  test.each(['not json', ''])('the error for %j as JSON is the native one', async (body) => {
    const native = await new Response(body).json().catch((error: unknown) => error);
    const watched = new Response(body);
    watchResponse(watched, watcher());
    expect(await watched.json().catch((error: unknown) => error)).toEqual(native);
  });

  test('who reads a second time is refused as ever, and the call is not failed by it', async () => {
    const response = new Response(text);
    const seen = watcher();
    watchResponse(response, seen);
    await response.text();
    await expect(response.text()).rejects.toThrow(TypeError);
    await expect(response.json()).rejects.toThrow(TypeError);
    expect(seen.events).toEqual(['end']);
  });

  test('a clone reads the same', async () => {
    const response = new Response(text);
    watchResponse(response, watcher());
    const { body } = response;
    const clone = response.clone();
    expect(await clone.text()).toBe(text);
    expect(await new Response(body).text()).toBe(text);
  });
});

describe.each([undefined, 'bytes' as const])('streams of type %s', (type) => {
  test('each chunk is seen when it is read, and none is asked for before', async () => {
    const { response, asked } = chunked(['one', 'two', 'three'], type);
    const seen = watcher();
    watchResponse(response, seen);
    const reader = (response.body as ReadableStream).getReader();
    expect(asked()).toBe(0);
    expect(Buffer.from((await reader.read()).value).toString()).toBe('one');
    expect(seen).toMatchObject({ bytes: 'one', events: [] });
    expect(asked()).toBeLessThanOrEqual(2);
    await reader.read();
    await reader.read();
    expect((await reader.read()).done).toBe(true);
    expect(seen).toMatchObject({ bytes: 'onetwothree', events: ['end'] });
  });

  test('cancelling goes through, with its reason', async () => {
    const { response, left } = chunked(['one', 'two'], type);
    const seen = watcher();
    watchResponse(response, seen);
    const reader = (response.body as ReadableStream).getReader();
    await reader.read();
    await reader.cancel('enough');
    expect(left).toEqual(['enough']);
    expect(seen.events).toEqual(['leave']);
  });

  test('the body of an error that nobody wants is read here', async () => {
    const { response, left } = chunked(['slow ', 'down'], type);
    const seen = watcher({ wantsRest: true });
    watchResponse(response, seen);
    await (response.body as ReadableStream).cancel();
    await expect.poll(() => seen.events).toEqual(['end']);
    expect(seen.bytes).toBe('slow down');
    expect(left).toEqual([]);
  });
});

test('a reader may bring its own buffer where the native body lets it', async () => {
  const { response } = chunked(['one'], 'bytes');
  const seen = watcher();
  watchResponse(response, seen);
  const reader = (response.body as ReadableStream).getReader({ mode: 'byob' });
  const { value } = await reader.read(new Uint8Array(16));
  expect(Buffer.from(value as Uint8Array).toString()).toBe('one');
  expect((await reader.read(new Uint8Array(16))).done).toBe(true);
  expect(seen).toMatchObject({ bytes: 'one', events: ['end'] });
});

test('chunks that lie in shared memory keep it', async () => {
  const shared = Buffer.from('onetwo');
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(shared.subarray(0, 3));
      controller.enqueue(shared.subarray(3));
      controller.close();
    },
  });
  const response = new Response(stream);
  watchResponse(response, watcher());
  expect(await new Response(response.body).text()).toBe('onetwo');
  expect(shared.toString()).toBe('onetwo');
});

test('a broken body fails with its own error', async () => {
  const broken = new Error('cut');
  const response = new Response(new ReadableStream({ pull: () => Promise.reject(broken) }));
  const seen = watcher();
  watchResponse(response, seen);
  await expect((response.body as ReadableStream).getReader().read()).rejects.toBe(broken);
  expect(seen.events).toEqual(['fail cut']);
});

test('without a body there is nothing to wait for', () => {
  const seen = watcher();
  watchResponse(new Response(null, { status: 204 }), seen);
  expect(seen.events).toEqual(['end']);
});

test('whoever has nothing but a Node body keeps its response', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const watched = (): { body: Readable; response: WeakRef<object> } => {
    const body = Readable.from([Buffer.from('a')]);
    const response = { status: 200, headers: new Headers(), body, text: async () => '' };
    watchResponse(response, watcher());
    return { body, response: new WeakRef(response) };
  };
  const { body, response } = watched();
  // A WeakRef holds its target until the turn ends in which it was made.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(response.deref()).toBeDefined();
  body.destroy();
});
