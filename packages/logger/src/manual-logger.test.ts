import { afterEach, expect, test, vi } from 'vitest';
import { HeliconeManualLogger } from './manual-logger.js';
import type { LogWire, WireTime } from './wire.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const REQUEST = { model: 'own' };

function setUp(): { logger: HeliconeManualLogger; wires: LogWire[] } {
  const wires: LogWire[] = [];
  const log = async (wire: LogWire) => ({ requestId: String(wires.push(wire)) });
  return { logger: new HeliconeManualLogger({ proxy: { log } }), wires };
}

function ms({ seconds, milliseconds }: WireTime): number {
  return seconds * 1000 + milliseconds;
}

async function* stream(): AsyncGenerator<string> {
  yield 'a';
  yield 'b';
}

test('a clock that is set back meanwhile changes no duration, and first tokens keep their fractions', async () => {
  const { logger, wires } = setUp();
  let now = 1_780_000_000_000;
  vi.spyOn(Date, 'now').mockImplementation(() => {
    now -= 60_000;
    return now;
  });
  const builder = logger.logBuilder(REQUEST);
  await builder.attachStream(stream());
  await builder.sendLog();
  await logger.logRequest(REQUEST, async () => 'done');
  await logger.logSingleStream(REQUEST, stream());
  await logger.flush();
  expect(wires).toHaveLength(3);
  for (const { timing } of wires) {
    const tookMs = ms(timing.endTime) - ms(timing.startTime);
    expect(tookMs).toBeGreaterThanOrEqual(0);
    expect(tookMs).toBeLessThan(5000);
  }
  const firsts = [wires[0], wires[2]].map((wire) => wire?.timing.timeToFirstToken ?? 0);
  for (const first of firsts) expect(first).toBeGreaterThan(0);
  await logger.close();
});

test('what a call throws is thrown on, whatever it is, and logged', async () => {
  const { logger, wires } = setUp();
  const thrown: unknown = Object.create(null);
  const run = logger.logRequest(REQUEST, () => Promise.reject(thrown));
  expect(await run.catch((error: unknown) => error)).toBe(thrown);
  await logger.flush();
  expect(wires[0]?.providerResponse).toMatchObject({ status: 500, textBody: 'unknown error' });
  await logger.close();
});
