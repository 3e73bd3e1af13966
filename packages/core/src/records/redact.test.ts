import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Redactable, type RedactFn, redactAll } from './redact.js';

function record(given: Partial<Redactable> = {}): Redactable {
  return {
    id: 'id-1',
    requestId: 'r-1',
    tenant: 'acme',
    provider: 'openai',
    model: 'm-1',
    method: 'POST',
    path: '/v1/chat/completions',
    status: 200,
    createdAt: 1,
    requestBody: '{"a":"ada@example.org"}',
    responseBody: 'b',
    userId: 'ada',
    properties: { team: 'x' },
    error: null,
    ...given,
  };
}

const KEPT = {
  requestBody: '{"a":"ada@example.org"}',
  responseBody: 'b',
  userId: 'ada',
  properties: { team: 'x' },
  error: null,
};

async function one(redact: unknown): Promise<unknown> {
  const [first] = await redactAll(redact as RedactFn, [record()]);
  return first;
}

test.each<[string, RedactFn, object]>([
  ['nothing', () => {}, KEPT],
  [
    'in place',
    (each) => {
      each.requestBody = 'x';
    },
    { ...KEPT, requestBody: 'x' },
  ],
  ['by another', (each) => ({ ...each, userId: null }), { ...KEPT, userId: null }],
  [
    'later',
    async (each) => {
      each.responseBody = null;
    },
    { ...KEPT, responseBody: null },
  ],
  ['later, by another', async (each) => ({ ...each, error: 'e' }), { ...KEPT, error: 'e' }],
  ['names are lower-case', (each) => ({ ...each, properties: { Team: 'Y' } }), { ...KEPT, properties: { team: 'Y' } }],
])('%s', async (_what, redact, expected) => {
  expect(await one(redact)).toEqual(expected);
});

test.each<[string, unknown]>([
  [
    'throws',
    () => {
      throw new Error('ada@example.org');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('ada@example.org');
    },
  ],
  [
    'throws nothing',
    () => {
      throw undefined;
    },
  ],
  ['returns null', () => null],
  ['returns text', () => 'redacted'],
  ['returns true', () => true],
  ['returns less', () => ({ requestBody: 'x' })],
  ['returns a number for a body', (each: Redactable) => ({ ...each, requestBody: 1 })],
  ['leaves no properties', (each: Partial<Redactable>) => void delete each.properties],
  ['leaves a list of properties', (each: Redactable) => ({ ...each, properties: [] })],
  ['leaves a property that is no text', (each: Redactable) => ({ ...each, properties: { a: 1 } })],
  [
    'cannot be read',
    () =>
      new Proxy(
        {},
        {
          get() {
            throw new Error('no');
          },
        },
      ),
  ],
])('one that %s has failed', async (_what, redact) => {
  expect(await one(redact)).toBe(null);
});

test('what one record does is not another’s', async () => {
  const redact: RedactFn = (each) => {
    if (each.id === '40') throw new Error('no');
    each.userId = each.id;
  };
  const records = Array.from({ length: 100 }, (_, i) => record({ id: String(i) }));
  const done = await redactAll(redact, records);
  expect(done.map((each) => each?.userId ?? null)).toEqual(records.map(({ id }) => (id === '40' ? null : id)));
});

test('what is changed behind its end has no effect', async () => {
  const seen: Redactable[] = [];
  const [done] = await redactAll((each) => void seen.push(each), [record()]);
  (seen[0] as Redactable).properties.team = 'changed';
  expect(done?.properties).toEqual({ team: 'x' });
});

describe('an asynchronous function', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  test('that takes more than a second has failed', async () => {
    const done = redactAll(() => new Promise(() => {}), [record()]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await done).toEqual([null]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that takes less has not, and leaves no timer', async () => {
    const slow: RedactFn = (each) =>
      new Promise((resolve) => setTimeout(() => resolve({ ...each, userId: null }), 999));
    const done = redactAll(slow, [record()]);
    await vi.advanceTimersByTimeAsync(999);
    expect(await done).toMatchObject([{ userId: null }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has a bounded number of records in hand', async () => {
    let running = 0;
    let most = 0;
    const redact: RedactFn = async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    };
    await redactAll(
      redact,
      Array.from({ length: 100 }, () => record()),
    );
    expect(most).toBe(32);
  });
});
