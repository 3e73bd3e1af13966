import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Call, createCall } from '../call.js';
import type { ByteStream, EngineResponse, Headers } from '../contract.js';
import { type ErrorCode, ProxyError } from '../errors.js';
import type { Policy, RetryPolicy } from '../policy/policy.js';
import type { Target } from '../policy/target.js';
import { resolveRetryOptions } from '../retry-options.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { ABANDONED, clientClosed } from '../upstream/failure.js';
import { createRetryBudget } from '../upstream/retry-budget.js';
import { createRetry, type RetryParts } from './retry.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const DEFAULTS: RetryPolicy = { retries: 5, factor: 2, minMs: 1000, maxMs: 10_000 };
const ORIGIN = 'https://a.example';

/** How one attempt ends: a status, an answer, an error of ours, or something to do first. */
type Ending = number | ErrorCode | EngineResponse | ((call: Call) => Ending);

interface Setup {
  endings: Ending[];
  retry?: RetryPolicy | null;
  parts?: Partial<RetryParts>;
  body?: Call['body'];
  labels?: Record<string, string>;
}

interface Run {
  call: Call;
  /** When each attempt began, ms after the start. */
  times: number[];
  told: object[];
  done: Promise<EngineResponse | ProxyError>;
}

function begin({ endings, retry = DEFAULTS, parts = {}, body = Buffer.from('{}'), labels }: Setup): Run {
  const signal = new AbortController().signal;
  const request = { method: 'POST', path: '/', query: '', headers: {}, body: null, signal };
  const call = createCall(request, createByteBudget(0));
  call.policy = { retry } as Policy;
  call.target = { origin: ORIGIN } as Target;
  call.body = body;
  call.labels = labels ?? null;
  const times: number[] = [];
  const told: object[] = [];
  const next = async (): Promise<EngineResponse> => {
    let ending = endings[Math.min(times.length, endings.length - 1)] as Ending;
    times.push(performance.now() - call.startedAt);
    if (typeof ending === 'function') ending = ending(call);
    if (typeof ending === 'string') throw new ProxyError(ending, 'x');
    return typeof ending === 'number' ? { status: ending, headers: {}, body: null } : (ending as EngineResponse);
  };
  const stage = createRetry({
    budget: createRetryBudget(resolveRetryOptions()),
    maxElapsedMs: 120_000,
    totalMs: Number.POSITIVE_INFINITY,
    random: () => 0,
    tell: (event, details) => told.push({ event, ...details }),
    ...parts,
  });
  return { call, times, told, done: stage(call, next).catch((error: ProxyError) => error) };
}

/** The outcome once all waits are over. */
async function finish(run: Run): Promise<number | string> {
  await vi.advanceTimersByTimeAsync(1_000_000);
  const outcome = await run.done;
  return outcome instanceof ProxyError ? outcome.code : outcome.status;
}

const limited = (headers: Headers, status = 429): EngineResponse => ({ status, headers, body: null });

describe('sequences and their waits', () => {
  test.each<[string, RetryPolicy | null, number[]]>([
    ['the defaults', DEFAULTS, [0, 1000, 3000, 7000, 15_000, 25_000]],
    ['not asked for', null, [0]],
    ['num 0', { ...DEFAULTS, retries: 0 }, [0]],
    ['num 1', { ...DEFAULTS, retries: 1 }, [0, 1000]],
    ['num 3', { ...DEFAULTS, retries: 3 }, [0, 1000, 3000, 7000]],
    [
      'num 10, factor 1',
      { ...DEFAULTS, retries: 10, factor: 1 },
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((s) => s * 1000),
    ],
    ['factor 3', { ...DEFAULTS, retries: 2, factor: 3 }, [0, 1000, 4000]],
    ['min 100', { ...DEFAULTS, retries: 2, minMs: 100 }, [0, 100, 300]],
    ['max 1500', { ...DEFAULTS, retries: 3, maxMs: 1500 }, [0, 1000, 2500, 4000]],
    ['min 0', { ...DEFAULTS, retries: 2, minMs: 0 }, [0, 0, 0]],
  ])('%s', async (_name, retry, times) => {
    const run = begin({ endings: [500], retry });
    expect(await finish(run)).toBe(500);
    expect(run.times).toEqual(times);
  });

  test('jitter is between once and twice the wait', async () => {
    const run = begin({ endings: [500], retry: { ...DEFAULTS, retries: 2 }, parts: { random: () => 0.5 } });
    await finish(run);
    expect(run.times).toEqual([0, 1500, 4500]);
  });

  test('each attempt that fails is told, and the answer says how many retries it took', async () => {
    const run = begin({ endings: [500, 'upstream_reset', 200] });
    expect(await finish(run)).toBe(200);
    expect(run.told).toEqual([
      { event: 'retry', requestId: run.call.requestId, attempt: 1, waitMs: 1000, status: 500, target: ORIGIN },
      {
        event: 'retry',
        requestId: run.call.requestId,
        attempt: 2,
        waitMs: 2000,
        code: 'upstream_reset',
        target: ORIGIN,
      },
    ]);
    expect(run.call.labels).toEqual({ 'helicone-retries': '2' });
  });

  test('an answer at the first try is labelled with nothing', async () => {
    const run = begin({ endings: [200] });
    expect([await finish(run), run.call.labels]).toEqual([200, null]);
  });

  test.each<Ending>([200, 400, 404, 501, 505, 'upstream_timeout', 'circuit_open', 'target_forbidden', 'client_closed'])(
    '%s is not tried again, and the client may do as it likes',
    async (ending) => {
      const run = begin({ endings: [ending] });
      expect(await finish(run)).toBe(ending);
      expect([run.times.length, run.call.labels]).toEqual([1, null]);
    },
  );

  test.each<Ending>([408, 409, 425, 429, 500, 503, 'upstream_unreachable', 'upstream_reset'])(
    '%s is',
    async (ending) => {
      const run = begin({ endings: [ending, 200] });
      expect(await finish(run)).toBe(200);
    },
  );

  test('a provider’s x-should-retry is obeyed', async () => {
    const no = begin({ endings: [limited({ 'x-should-retry': 'false' }, 500), 200] });
    expect(await finish(no)).toBe(500);
    const yes = begin({ endings: [limited({ 'x-should-retry': 'true' }, 400), 200] });
    expect(await finish(yes)).toBe(200);
  });
});

describe('what the provider asks for', () => {
  test.each<[Headers, number]>([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '30' }, 30_000],
    [{ 'retry-after-ms': '1700' }, 1700],
    [{ 'retry-after-ms': '20' }, 1000],
    [{ 'retry-after': '0' }, 1000],
    [{ 'retry-after': 'nonsense' }, 1000],
  ])('%j is waited for %i ms', async (headers, ms) => {
    const run = begin({ endings: [limited(headers), 200] });
    await finish(run);
    expect(run.times).toEqual([0, ms]);
  });

  test('a date is a floor too', async () => {
    vi.setSystemTime(Date.UTC(2026, 0, 1));
    const run = begin({ endings: [limited({ 'retry-after': 'Thu, 01 Jan 2026 00:00:12 GMT' }, 503), 200] });
    await finish(run);
    expect(run.times).toEqual([0, 12_000]);
  });

  test.each([0, 0.3, 0.999])('Retry-After: 2 is never undercut (random %d)', async (random) => {
    const run = begin({ endings: [limited({ 'retry-after': '2' }), 200], parts: { random: () => random } });
    await vi.advanceTimersByTimeAsync(1999);
    expect(run.times).toHaveLength(1);
    await finish(run);
    expect(run.times[1]).toBeGreaterThanOrEqual(2000);
  });

  test('when another target is free the call goes there after the usual wait', async () => {
    const elsewhere = (call: Call): Ending => {
      call.otherTargetReady = true;
      return limited({ 'retry-after': '30' });
    };
    const run = begin({ endings: [elsewhere, 200] });
    await finish(run);
    expect(run.times).toEqual([0, 1000]);
  });

  test('an open circuit is not waited for where another target is free', async () => {
    const elsewhere = (call: Call): Ending => {
      call.otherTargetReady = true;
      return 'circuit_open';
    };
    const run = begin({ endings: [elsewhere, 200] });
    expect(await finish(run)).toBe(200);
    expect(run.times).toEqual([0, 0]);
  });
});

describe('what is used up', () => {
  test('the count: the client’s SDK is told not to go on', async () => {
    const run = begin({ endings: [503], retry: { ...DEFAULTS, retries: 1 } });
    await finish(run);
    expect(run.call.labels).toEqual({ 'helicone-retries': '1', 'x-should-retry': 'false' });
  });

  test('the budget', async () => {
    const budget = createRetryBudget({ maxElapsedMs: 0, budgetRatio: 0, budgetFloor: 2 });
    const run = begin({ endings: [503], parts: { budget } });
    await finish(run);
    expect(run.times).toHaveLength(3);
    expect(run.call.labels?.['x-should-retry']).toBe('false');
  });

  test.each([
    ['maxElapsedMs', { maxElapsedMs: 7000 }, [0, 1000, 3000, 7000]],
    ['maxElapsedMs, just', { maxElapsedMs: 6999 }, [0, 1000, 3000]],
    ['totalMs', { totalMs: 7000 }, [0, 1000, 3000]],
  ])('%s: a wait that would pass it is not made', async (_name, parts, times) => {
    const run = begin({ endings: [503], parts });
    await finish(run);
    expect(run.times).toEqual(times);
    expect(run.call.labels?.['x-should-retry']).toBe('false');
  });

  test('a Retry-After beyond the deadline is answered at once', async () => {
    const run = begin({ endings: [limited({ 'retry-after': '121' })] });
    await vi.advanceTimersByTimeAsync(0);
    expect(await run.done).toMatchObject({ status: 429 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('what an earlier target used up says nothing of this one', async () => {
    const labels = { 'x-should-retry': 'false', 'helicone-retries': '2' };
    const run = begin({ endings: [500, 200], labels });
    await finish(run);
    expect(run.call.labels).toEqual({ 'helicone-retries': '3' });
  });
});

describe('a client that leaves', () => {
  test('during the wait ends everything within one turn', async () => {
    const run = begin({ endings: [500] });
    await vi.advanceTimersByTimeAsync(500);
    expect(vi.getTimerCount()).toBe(1);
    const reason = clientClosed();
    run.call.life.end(reason);
    expect(vi.getTimerCount()).toBe(0);
    expect(await run.done).toBe(reason);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(run.times).toHaveLength(1);
  });

  test('before the wait begins: there is none', async () => {
    const leaves = (call: Call): Ending => {
      call.life.end(clientClosed());
      return 500;
    };
    const run = begin({ endings: [leaves] });
    await run.done;
    expect([run.times.length, vi.getTimerCount(), run.told]).toEqual([1, 0, []]);
  });
});

describe('bodies', () => {
  test('one that streams through is sent once, with a warning', async () => {
    const body = (async function* () {
      yield Buffer.from('x');
    })();
    const run = begin({ endings: [500], body });
    expect(await finish(run)).toBe(500);
    expect(run.times).toHaveLength(1);
    expect(run.call.warnings).toEqual([
      'helicone-retry-enabled: the request body is too long to be sent again; not retried',
    ]);
    expect(await finish(begin({ endings: [500, 200], body: null })), 'none at all is no hindrance').toBe(200);
  });

  test('a failed answer that streams is given up before the wait', async () => {
    const cancel = vi.fn();
    const streamed = { status: 503, headers: {}, body: { cancel } as unknown as ByteStream };
    const run = begin({ endings: [streamed, 200] });
    await vi.advanceTimersByTimeAsync(0);
    expect(cancel.mock.calls).toEqual([[ABANDONED]]);
    expect(await finish(run)).toBe(200);
  });

  test('the last one reaches the client untouched', async () => {
    const cancel = vi.fn();
    const streamed = { status: 503, headers: {}, body: { cancel } as unknown as ByteStream };
    const run = begin({ endings: [500, streamed], retry: { ...DEFAULTS, retries: 1 } });
    await finish(run);
    expect(await run.done).toBe(streamed);
    expect(cancel).not.toHaveBeenCalled();
  });
});
