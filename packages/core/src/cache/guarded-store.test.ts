import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CacheStore, Lease } from './cache-store.js';
import type { CacheEntry } from './entry.js';
import { guardedStore } from './guarded-store.js';

const TIMEOUT_MS = 200;
const MIB = 1024 * 1024;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const ENTRY: CacheEntry = {
  storedAt: 1,
  expiresAt: 2,
  latencyMs: 1,
  requestId: 'r',
  headers: {},
  body: Buffer.from('x'),
  eventEnds: null,
};

/** One operation that the store was asked for, to be answered by the test. */
interface Asked {
  what: string;
  answer(value?: unknown): void;
  fail(message?: string): void;
}

/** A store that answers when it is told to. */
function slowStore(): { store: CacheStore; asked: Asked[] } {
  const asked: Asked[] = [];
  const ask = <T>(what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      asked.push({
        what,
        answer: (value) => resolve(value as T),
        fail: (message = 'ECONNRESET') => reject(new Error(message)),
      });
    });
  const store: CacheStore = {
    get: (key) => ask(`get ${key}`),
    set: (key) => ask(`set ${key}`),
    delete: (key) => ask(`delete ${key}`),
    lease: { acquire: (key) => ask(`acquire ${key}`), look: (key) => ask(`look ${key}`) },
    close: async () => {},
  };
  return { store, asked };
}

interface Guarded {
  store: CacheStore;
  asked: Asked[];
  told: { component: string; state: string; message: string }[];
  logged: string[];
}

function guarded(inner: Partial<CacheStore> = {}): Guarded {
  const { store, asked } = slowStore();
  const told: Guarded['told'] = [];
  const logged: string[] = [];
  const log =
    (level: string) =>
    (_details: object, message: string): void =>
      void logged.push(`${level}: ${message}`);
  const options = {
    timeoutMs: TIMEOUT_MS,
    tell: (_event: string, details: object) => void told.push(details as never),
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
  };
  return { store: guardedStore({ ...store, ...inner }, options), asked, told, logged };
}

/** Lets `ms` go by, and the turn after it, in which timeouts take effect. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

async function leaseOf(store: CacheStore): Promise<Lease> {
  return (store.lease as NonNullable<CacheStore['lease']>).acquire('k');
}

/** Brings the store down by one read that is not answered. */
async function freeze({ store }: Guarded): Promise<void> {
  const reading = store.get('frozen');
  await pass(TIMEOUT_MS);
  expect(await reading).toBeNull();
}

describe('a store that works', () => {
  test('is passed through, and no timer stays', async () => {
    const { store, asked, told, logged } = guarded();
    const reading = store.get('a');
    asked[0]?.answer(ENTRY);
    expect(await reading).toBe(ENTRY);
    const writing = store.set('a', ENTRY, 1000);
    asked[1]?.answer();
    await writing;
    const deleting = store.delete('a');
    asked[2]?.answer();
    await deleting;
    expect(asked.map(({ what }) => what)).toEqual(['get a', 'set a', 'delete a']);
    expect([vi.getTimerCount(), told, logged]).toEqual([0, [], []]);
  });

  test('that answers at once is not waited for', () => {
    const { store } = guarded({ get: () => ENTRY });
    expect(store.get('a')).toBe(ENTRY);
  });

  test('an answer just in time counts', async () => {
    const { store, asked, told } = guarded();
    const reading = store.get('a');
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1);
    asked[0]?.answer(ENTRY);
    expect(await reading).toBe(ENTRY);
    expect(told).toEqual([]);
  });

  test('an answer that came while this process stood still counts', async () => {
    const { store, asked, told } = guarded();
    const reading = store.get('a');
    vi.advanceTimersByTime(5_000);
    asked[0]?.answer(ENTRY);
    expect(await reading).toBe(ENTRY);
    expect(told).toEqual([]);
  });

  test('without leases has none', () => {
    expect(guarded({ lease: null }).store.lease).toBeNull();
  });
});

describe('a store that fails', () => {
  test.each<[string, (store: CacheStore) => unknown, unknown]>([
    ['get', (store) => store.get('a'), null],
    ['set', (store) => store.set('a', ENTRY, 1000), undefined],
    ['delete', (store) => store.delete('a'), undefined],
    ['acquire', (store) => store.lease?.acquire('a'), { state: 'none' }],
    ['look', (store) => store.lease?.look('a'), 'none'],
  ])('%s: counts as one that has nothing, in time and when it rejects', async (_what, operate, nothing) => {
    const frozen = guarded();
    const waiting = operate(frozen.store);
    await pass(TIMEOUT_MS);
    expect(await waiting).toEqual(nothing);
    expect(frozen.told).toEqual([{ component: 'cache', state: 'trouble', message: 'no answer within 200 ms' }]);

    const broken = guarded();
    const failing = operate(broken.store);
    broken.asked[0]?.fail();
    expect(await failing).toEqual(nothing);
    expect(broken.told).toEqual([{ component: 'cache', state: 'trouble', message: 'ECONNRESET' }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('one that throws, or rejects with anything, does no harm', async () => {
    const thrown = guarded({
      get() {
        throw 'no error';
      },
    });
    expect(await thrown.store.get('a')).toBeNull();
    expect(thrown.told[0]?.message).toBe('no error');
    const rejected = guarded({ get: () => Promise.reject(undefined) });
    expect(await rejected.store.get('a')).toBeNull();
    expect(rejected.told[0]?.message).toBe('undefined');
  });

  test('an outage is told once, however many operations it catches', async () => {
    const { store, told, logged } = guarded();
    const reading = Promise.all(Array.from({ length: 50 }, (_, i) => store.get(String(i))));
    await pass(TIMEOUT_MS);
    expect(await reading).toEqual(Array.from({ length: 50 }, () => null));
    expect(told).toHaveLength(1);
    expect(logged).toEqual(['warn: the cache store fails; calls go on without it until it is back']);
  });

  test('a late rejection or answer of an operation that was given up does no harm', async () => {
    const all = guarded();
    await freeze(all);
    all.asked[0]?.fail('too late');
    await pass(0);
    expect(all.told).toHaveLength(1);
    const other = guarded();
    await freeze(other);
    other.asked[0]?.answer(ENTRY);
    await pass(0);
    // Whether it works again is for a probe to say.
    expect(other.told.map(({ state }) => state)).toEqual(['trouble']);
  });
});

describe('while it is down', () => {
  test('nothing is tried for a second, and nobody waits', async () => {
    const all = guarded();
    await freeze(all);
    await pass(999);
    expect(await all.store.get('a')).toBeNull();
    await all.store.set('a', ENTRY, 1000);
    await all.store.delete('a');
    expect(await leaseOf(all.store)).toEqual({ state: 'none' });
    expect(await all.store.lease?.look('k')).toBe('none');
    expect(all.asked).toHaveLength(1);
  });

  test('then one operation tries alone, and a second later the next, until one works', async () => {
    const all = guarded();
    await freeze(all);
    for (let round = 0; round < 3; round += 1) {
      await pass(1_000);
      const probe = all.store.get(`probe ${round}`);
      expect(all.store.get('others')).toBeNull();
      expect(all.asked).toHaveLength(round + 2);
      await pass(TIMEOUT_MS);
      expect(await probe).toBeNull();
      expect(all.store.get('others')).toBeNull();
    }
    await pass(1_000);
    const probe = all.store.get('works');
    all.asked.at(-1)?.answer(ENTRY);
    expect(await probe).toBe(ENTRY);
    const next = all.store.get('next');
    all.asked.at(-1)?.answer(null);
    expect(await next).toBeNull();
    expect(all.told.map(({ state }) => state)).toEqual(['trouble', 'recovered']);
    expect(all.logged).toEqual([
      'warn: the cache store fails; calls go on without it until it is back',
      'info: the cache store works again',
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a frozen store costs one wait a second, however many reads there are', async () => {
    const all = guarded();
    for (let ms = 0; ms < 10_000; ms += 50) {
      void all.store.get('a');
      await pass(50);
    }
    // Four or five before anything is known, then one each 1.2 s.
    expect(all.asked.length).toBeLessThanOrEqual(5 + 8);
    expect(all.asked.length).toBeGreaterThan(5 + 5);
    expect(all.told).toHaveLength(1);
  });

  test('a second outage is told again', async () => {
    const all = guarded();
    await freeze(all);
    await pass(1_000);
    const probe = all.store.get('a');
    all.asked.at(-1)?.answer(null);
    await probe;
    await freeze(all);
    expect(all.told.map(({ state }) => state)).toEqual(['trouble', 'recovered', 'trouble']);
  });
});

describe('bodies on their way to the store', () => {
  const big = { ...ENTRY, body: Buffer.alloc(4 * MIB) };

  test('are at most 64 MiB; more are not stored, and room comes back when the store has answered', async () => {
    const { store, asked, told } = guarded();
    for (let i = 0; i < 20; i += 1) void store.set(String(i), big, 1000);
    expect(asked).toHaveLength(16);
    asked[0]?.answer();
    await pass(0);
    void store.set('next', big, 1000);
    void store.set('one more', big, 1000);
    expect(asked).toHaveLength(17);
    expect(told).toEqual([]);
  });

  test('still count after the wait for them has ended, until the store lets them go', async () => {
    const all = guarded();
    for (let i = 0; i < 16; i += 1) void all.store.set(String(i), big, 1000);
    await pass(TIMEOUT_MS);
    await pass(1_000);
    expect(all.store.set('a', big, 1000)).toBeUndefined();
    expect(all.asked).toHaveLength(16);
    for (const each of all.asked) each.fail();
    await pass(0);
    const probe = all.store.set('a', big, 1000);
    expect(all.asked).toHaveLength(17);
    all.asked.at(-1)?.answer();
    await probe;
    expect(all.told.map(({ state }) => state)).toEqual(['trouble', 'recovered']);
  });

  test('do not count when the store throws, or answers at once', async () => {
    let turn = 0;
    const { store } = guarded({
      set() {
        turn += 1;
        if (turn === 1) throw new Error('no');
      },
    });
    for (let i = 0; i < 40; i += 1) {
      await store.set('a', big, 1000);
      await pass(1_000);
    }
    expect(turn).toBe(40);
  });
});

describe('leases', () => {
  function lease(released: boolean[], release: () => Promise<void> = async () => {}): Lease {
    return {
      state: 'mine',
      release: (stored) => {
        released.push(stored);
        return release();
      },
    };
  }

  async function held(all: Guarded, given: Lease): Promise<Extract<Lease, { state: 'mine' }>> {
    const acquiring = leaseOf(all.store);
    all.asked.at(-1)?.answer(given);
    return (await acquiring) as Extract<Lease, { state: 'mine' }>;
  }

  test('one that comes too late is let go, so that others may have it', async () => {
    const all = guarded();
    const released: boolean[] = [];
    const acquiring = leaseOf(all.store);
    await pass(TIMEOUT_MS);
    expect(await acquiring).toEqual({ state: 'none' });
    all.asked[0]?.answer(lease(released, () => Promise.reject(new Error('again'))));
    await pass(0);
    expect(released).toEqual([true]);
  });

  test('a release that fails or hangs is waited for no longer than anything else', async () => {
    for (const release of [() => Promise.reject(new Error('no')), () => new Promise<void>(() => {})]) {
      const all = guarded();
      const mine = await held(all, lease([], release));
      const releasing = mine.release(true);
      await pass(TIMEOUT_MS);
      await releasing;
      expect(all.told).toHaveLength(1);
    }
  });

  test('a release is done even while the store is down, since renewal ends with it, and nobody waits', async () => {
    const all = guarded();
    const released: boolean[] = [];
    const mine = await held(
      all,
      lease(released, () => new Promise(() => {})),
    );
    await freeze(all);
    await mine.release(false);
    expect(released).toEqual([false]);
    await pass(1_000);
    const probe = all.store.get('a');
    all.asked.at(-1)?.answer(null);
    await probe;
    await pass(TIMEOUT_MS);
    expect(all.told.map(({ state }) => state)).toEqual(['trouble', 'recovered']);
  });
});

test('close closes the store', async () => {
  const close = vi.fn(async () => {});
  await guarded({ close }).store.close();
  expect(close).toHaveBeenCalledOnce();
});
