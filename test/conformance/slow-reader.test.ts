import { createHash, type Hash } from 'node:crypto';
import { chunkBytes, type Exchange } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { NEWEST_HOSTS } from './hosts.js';
import { type Memory, memory } from './memory.js';
import { type Session, withSession } from './session.js';

const MIB = 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024, 'data: 0123456789abcdef\n\n');
const PIECES = 800;
const TOTAL = PIECE.length * PIECES;
/** The system's socket buffers on both sides of the proxy, and what the proxy itself holds. */
const IN_FLIGHT = 24 * MIB;
const RSS_GROWTH = 40 * MIB;
/** What may be alive while the client stands still: 8 MiB of the answer's beginning are kept for the record. */
const LIVE_GROWTH = 16 * MIB;
const ROUNDS = 4;

async function sendAll(exchange: Exchange): Promise<void> {
  await exchange.head({ headers: [['content-type', 'application/octet-stream']] });
  // Framed once: the provider's own garbage would hide what the proxy holds.
  const framed = chunkBytes(PIECE);
  for (let sent = 0; sent < PIECES; sent++) await exchange.raw(framed);
  await exchange.end();
}

interface Reading {
  bytes: number;
  hash: Hash;
  /** Most that was alive, and resident, while the client stood still. */
  peak: Memory;
}

function startReading(): Reading {
  return { bytes: 0, hash: createHash('sha1'), peak: { live: 0, rss: 0 } };
}

function take(reading: Reading, chunk: Buffer): void {
  reading.bytes += chunk.length;
  reading.hash.update(chunk);
}

/** Reads about 1 MiB at a time and then nothing until the provider cannot send any more; at last the rest at full speed. */
async function readSlowly(session: Session): Promise<Reading> {
  const reading = startReading();
  const sentBefore = session.provider.connections.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  let pauseAt = 0;
  const call = session.call('/acme/v1/file', {
    paused: true,
    sink(chunk) {
      take(reading, chunk);
      if (reading.bytes >= pauseAt) call.pause();
    },
  });
  await within(10_000, 'the head', call.head);
  const connection = session.provider.connectionOf(
    await session.provider.request(session.provider.requests.length - 1),
  );
  for (let round = 0; round < ROUNDS; round++) {
    await within(10_000, 'the provider is held back', connection.stalled());
    expect(connection.sentBytes - sentBefore - reading.bytes).toBeLessThan(IN_FLIGHT);
    const { live, rss } = await memory();
    reading.peak = { live: Math.max(reading.peak.live, live), rss: Math.max(reading.peak.rss, rss) };
    pauseAt = reading.bytes + MIB;
    call.resume();
    await within(10_000, 'the next part', call.received(pauseAt).catch(() => {}) as Promise<void>);
  }
  pauseAt = Number.POSITIVE_INFINITY;
  call.resume();
  expect((await within(10_000, 'the rest', call.whole)).complete).toBe(true);
  return reading;
}

describe.each(NEWEST_HOSTS)('$name: a client that reads slowly', (host) => {
  test('S5 L1 a stream of 50 MB is held back at the provider, and memory stays bounded', {
    timeout: 40_000,
  }, async () => {
    const expected = createHash('sha1');
    for (let piece = 0; piece < PIECES; piece++) expected.update(PIECE);
    await withSession(host, { script: sendAll, fresh: true }, async (session) => {
      // What the first call of a process allocates for good is not the stream's.
      await within(10_000, 'all of it', session.call('/acme/v1/file', { sink() {} }).whole);
      await session.settle();
      const before = await memory();
      const reading = await readSlowly(session);
      expect(reading.bytes).toBe(TOTAL);
      expect(reading.hash.digest('hex')).toBe(expected.digest('hex'));
      expect(reading.peak.live - before.live).toBeLessThan(LIVE_GROWTH);
      expect(reading.peak.rss - before.rss).toBeLessThan(RSS_GROWTH);
      expect((await session.records())[0]).toMatchObject({ outcome: 'success', response_bytes: TOTAL });
    });
  });
});
