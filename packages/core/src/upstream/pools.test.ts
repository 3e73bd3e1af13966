import { afterEach, expect, test } from 'vitest';
import { createPools, type Pools } from './pools.js';
import type { Dispatcher } from './undici.js';

let pools: Pools;
afterEach(() => pools.destroy());

// No pool connects before something is dispatched, so none of these hosts is ever asked for.
function open(): Pools {
  pools = createPools({ connectMs: 1000, lookup: (_host, _options, done) => done(new Error('not asked'), '', 0) });
  return pools;
}

function isOpen(pool: Dispatcher): boolean {
  const { closed, destroyed } = pool as Dispatcher & { closed: boolean; destroyed: boolean };
  return !closed && !destroyed;
}

test('an origin has one pool, and a guarded one of its own', () => {
  const { trusted, guarded } = open();
  expect(trusted('https://a.example')).toBe(trusted('https://a.example'));
  expect(guarded('https://a.example')).toBe(guarded('https://a.example'));
  expect(trusted('https://a.example')).not.toBe(guarded('https://a.example'));
  expect(trusted('https://a.example')).not.toBe(trusted('https://b.example'));
});

test('of guarded pools there are at most 256; the one longest unused is closed', () => {
  const { guarded } = open();
  const made = Array.from({ length: 256 }, (_, i) => guarded(`https://h${i}.example`));
  guarded('https://h0.example');
  guarded('https://one-more.example');
  expect(made.map(isOpen).indexOf(false)).toBe(1);
  expect(made.filter(isOpen)).toHaveLength(255);
  expect(guarded('https://h0.example'), 'used a moment ago').toBe(made[0]);
  expect(guarded('https://h1.example'), 'opened anew').not.toBe(made[1]);
});

test('trusted pools are not counted: the options name them', () => {
  const { trusted, guarded } = open();
  const made = Array.from({ length: 300 }, (_, i) => trusted(`https://h${i}.example`));
  guarded('https://x.example');
  expect(made.every(isOpen)).toBe(true);
});

test('destroy ends all of them, those being closed too', async () => {
  const { trusted, guarded, destroy } = open();
  const made = [
    trusted('https://a.example'),
    ...Array.from({ length: 260 }, (_, i) => guarded(`https://h${i}.example`)),
  ];
  await destroy();
  expect(made.some(isOpen)).toBe(false);
});

test('destroy does not wait for a request that a pool being closed has no connection for', async () => {
  const { guarded, destroy } = createPools({ connectMs: Number.POSITIVE_INFINITY, lookup: () => {} });
  const failed = new Promise((resolve) => {
    guarded('http://never-found.example').dispatch(
      { method: 'GET', path: '/' },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd() {},
        onResponseError: (_controller, error) => resolve(error),
      },
    );
  });
  for (let i = 0; i < 256; i += 1) guarded(`https://h${i}.example`);
  await destroy();
  expect(await failed).toMatchObject({ code: 'UND_ERR_DESTROYED' });
});
