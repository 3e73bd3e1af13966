import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { resolveBreakerOptions } from '../breaker-options.js';
import type { EngineResponse } from '../contract.js';
import { type ErrorCode, ProxyError } from '../errors.js';
import { type Breakers, createBreakers } from './breakers.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const ORIGIN = 'https://a.example';
const told: object[] = [];

function create(options: Parameters<typeof resolveBreakerOptions>[0] = true): Breakers {
  told.length = 0;
  return createBreakers(resolveBreakerOptions(options), (_event, details) => told.push(details));
}

type Ending = number | ErrorCode;

const ends = (ending: Ending) => async (): Promise<EngineResponse> => {
  if (typeof ending === 'number') return { status: ending, headers: {}, body: null };
  throw new ProxyError(ending, 'x');
};

/** The call's ending, as its caller sees it; it was let through. */
async function run(breakers: Breakers, ending: Ending, tenant = 't'): Promise<Ending> {
  try {
    return (await breakers.run(tenant, ORIGIN, ends(ending))).status;
  } catch (error) {
    return (error as ProxyError).code;
  }
}

async function many(breakers: Breakers, count: number, ending: Ending): Promise<void> {
  for (let i = 0; i < count; i += 1) expect(await run(breakers, ending)).toBe(ending);
}

const isOpen = (breakers: Breakers, tenant = 't'): boolean => breakers.waitMs(tenant, ORIGIN) > 0;

describe('opening', () => {
  test('takes 50 % of at least 20 calls', async () => {
    const breakers = create();
    await many(breakers, 10, 200);
    await many(breakers, 9, 500);
    expect(isOpen(breakers)).toBe(false);
    await run(breakers, 500);
    expect(breakers.waitMs('t', ORIGIN)).toBe(10_000);
    expect(told).toEqual([{ tenant: 't', origin: ORIGIN, state: 'open' }]);
    expect(breakers.open).toBe(1);
  });

  test('does not happen below 50 %', async () => {
    const breakers = create();
    await many(breakers, 11, 200);
    await many(breakers, 10, 500);
    expect([isOpen(breakers), breakers.open]).toEqual([false, 0]);
  });

  test('does not happen below 20 calls', async () => {
    const breakers = create();
    await many(breakers, 19, 500);
    expect(isOpen(breakers)).toBe(false);
  });

  test('counts what happened within 10 s only, also when there were few calls since', async () => {
    const breakers = create();
    await many(breakers, 19, 500);
    vi.advanceTimersByTime(10_000);
    await many(breakers, 19, 500);
    expect(isOpen(breakers)).toBe(false);
    await run(breakers, 500);
    expect(isOpen(breakers)).toBe(true);
  });

  test.each<Ending>([500, 502, 503, 504, 529, 'upstream_unreachable', 'upstream_reset', 'upstream_timeout'])(
    '%s counts',
    async (ending) => {
      const breakers = create();
      await many(breakers, 20, ending);
      expect(isOpen(breakers)).toBe(true);
    },
  );

  test.each<Ending>([200, 400, 401, 404, 408, 429, 501, 505, 'client_closed', 'target_forbidden', 'auth_unavailable'])(
    '%s never counts',
    async (ending) => {
      const breakers = create();
      await many(breakers, 100, ending);
      expect(isOpen(breakers)).toBe(false);
    },
  );

  test('is one tenant’s and one origin’s affair', async () => {
    const breakers = create();
    await many(breakers, 20, 500);
    expect(isOpen(breakers, 'other')).toBe(false);
    expect(breakers.waitMs('t', 'https://b.example')).toBe(0);
  });

  test('goes by the options', async () => {
    const breakers = create({ threshold: 1, minimumCalls: 3, windowMs: 1000, halfOpenAfterMs: 250 });
    await many(breakers, 2, 500);
    await run(breakers, 200);
    await many(breakers, 5, 500);
    expect(isOpen(breakers)).toBe(false);
    vi.advanceTimersByTime(1000);
    await many(breakers, 3, 500);
    expect(breakers.waitMs('t', ORIGIN)).toBe(250);
  });
});

describe('half open', () => {
  async function opened(): Promise<Breakers> {
    const breakers = create();
    await many(breakers, 20, 500);
    vi.advanceTimersByTime(9_999);
    expect(isOpen(breakers)).toBe(true);
    vi.advanceTimersByTime(1);
    expect(isOpen(breakers)).toBe(false);
    return breakers;
  }

  test('exactly one call goes through; the others wait for how it ends', async () => {
    const breakers = await opened();
    let answer!: (response: EngineResponse) => void;
    const trying = breakers.run('t', ORIGIN, () => new Promise((resolve) => (answer = resolve)));
    expect(isOpen(breakers)).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(isOpen(breakers)).toBe(true);
    answer({ status: 200, headers: {}, body: null });
    expect((await trying).status).toBe(200);
    expect(isOpen(breakers)).toBe(false);
    expect(told.map((details) => (details as { state: string }).state)).toEqual(['open', 'half-open', 'closed']);
  });

  test.each<Ending>([200, 400, 429])('%s closes it, and it counts from anew', async (ending) => {
    const breakers = await opened();
    expect(await run(breakers, ending)).toBe(ending);
    await many(breakers, 18, 500);
    expect(isOpen(breakers)).toBe(false);
  });

  test.each<Ending>([500, 'upstream_timeout', 'client_closed', 'auth_unavailable'])(
    '%s opens it again',
    async (ending) => {
      const breakers = await opened();
      expect(await run(breakers, ending)).toBe(ending);
      expect(breakers.waitMs('t', ORIGIN)).toBe(10_000);
    },
  );

  test('a clock that is set back keeps nothing closed', async () => {
    const breakers = create();
    await many(breakers, 20, 500);
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(10_000);
    expect(await run(breakers, 200)).toBe(200);
    expect(isOpen(breakers)).toBe(false);
  });

  test('a client that leaves a call of before changes nothing', async () => {
    const breakers = create();
    let leave!: (error: Error) => void;
    const old = breakers.run('t', ORIGIN, () => new Promise((_, reject) => (leave = reject)));
    await many(breakers, 20, 500);
    vi.advanceTimersByTime(10_000);
    let answer!: (response: EngineResponse) => void;
    const trying = breakers.run('t', ORIGIN, () => new Promise((resolve) => (answer = resolve)));
    leave(new ProxyError('client_closed', 'x'));
    await expect(old).rejects.toMatchObject({ code: 'client_closed' });
    answer({ status: 200, headers: {}, body: null });
    await trying;
    expect(isOpen(breakers)).toBe(false);
  });
});

test('of more than 1 000 circuits the one longest unused is forgotten', async () => {
  const breakers = create({ minimumCalls: 1 });
  await run(breakers, 500, 'first');
  expect(isOpen(breakers, 'first')).toBe(true);
  for (let i = 0; i < 1000; i += 1) await run(breakers, 200, `t${i}`);
  expect(isOpen(breakers, 'first')).toBe(false);
});
