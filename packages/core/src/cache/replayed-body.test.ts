import { describe, expect, test } from 'vitest';
import { EventEnds } from '../stream/event-ends.js';
import { replayedBody } from './replayed-body.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A body of these events; a full client takes one at a time. */
function replayed(texts: string[], full = false) {
  const bytes = Buffer.from(texts.join(''));
  const ends = new EventEnds();
  ends.add(bytes);
  ends.finish();
  const body = replayedBody(bytes, ends.offsets);
  const written: string[] = [];
  let ended = false;
  const goOn = body.attach({
    write: (piece) => written.push(Buffer.from(piece).toString()) > 0 && !full,
    end: () => {
      ended = true;
    },
    fail() {},
  });
  return { body, written, goOn, ended: () => ended };
}

const events = (count: number): string[] => Array.from({ length: count }, (_, i) => `data: ${i}\n\n`);

describe('a stored stream', () => {
  test('is written event by event', () => {
    const texts = [': hi\n\n', 'data: a\r\n\r\n', 'event: x\ndata: y\n\n', 'data: [DONE]\n\n'];
    const { written, ended } = replayed(texts);
    expect(written).toEqual(texts);
    expect(ended()).toBe(true);
  });

  test('ends with what follows its last event', () => {
    expect(replayed(['data: a\n\n', '\n']).written).toEqual(['data: a\n\n', '\n']);
    expect(replayed(['data: a\n\n', 'data: b']).written).toEqual(['data: a\n\n', 'data: b']);
  });

  test('of no bytes is an empty one', () => {
    const { written, ended } = replayed([]);
    expect(written).toEqual([]);
    expect(ended()).toBe(true);
  });

  test('waits for its client', () => {
    const { written, goOn, ended } = replayed(events(3), true);
    expect(written).toHaveLength(1);
    goOn();
    expect(written).toHaveLength(2);
    expect(ended()).toBe(false);
    goOn();
    expect(written).toEqual(events(3));
    expect(ended()).toBe(true);
  });

  test('gives other calls their turn: 64 events at once, then the next', async () => {
    const { written, ended } = replayed(events(150));
    expect(written).toHaveLength(64);
    await turn();
    expect(written).toHaveLength(128);
    await turn();
    expect(written).toEqual(events(150));
    expect(ended()).toBe(true);
  });

  test('gives them their turn when it is iterated too', async () => {
    const bytes = Buffer.from(events(130).join(''));
    const ends = new EventEnds();
    ends.add(bytes);
    let turns = 0;
    let going = true;
    const count = (): void => {
      turns += 1;
      if (going) setImmediate(count);
    };
    setImmediate(count);
    const pieces: string[] = [];
    for await (const piece of replayedBody(bytes, ends.offsets)) pieces.push(Buffer.from(piece).toString());
    going = false;
    expect(pieces).toEqual(events(130));
    expect(turns).toBeGreaterThanOrEqual(2);
  });

  test('stops when it is given up, also between two turns', async () => {
    const { body, written } = replayed(events(150));
    body.cancel(new Error('gone'));
    await turn();
    expect(written).toHaveLength(64);
  });
});
