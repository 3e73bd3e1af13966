import { afterEach, expect, test } from 'vitest';
import { createEvents, type ProxyEvents } from '../events.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { createEngineMetrics, type EngineMetrics } from './engine-metrics.js';

let metrics: EngineMetrics | null = null;
afterEach(() => metrics?.close());

function create(callMetrics: () => Promise<string | null>): { events: ProxyEvents; lines(): Promise<string[]> } {
  const events = createEvents(null);
  const budget = createByteBudget(100);
  budget.take(60);
  budget.give(20);
  const recorder = { callMetrics, queued: () => ({ bytes: 7, batches: 2 }) };
  const made = createEngineMetrics({ events, budget, recorder, breakers: { open: 3 }, running: () => 4 });
  metrics = made;
  return {
    events,
    lines: async () => (await made.read()).split('\n').filter((line) => line !== '' && !line.startsWith('#')),
  };
}

test('what the proxy tells about is counted without a listener', async () => {
  const { events, lines } = create(async () => 'helicone_proxy_requests_total 1\n');
  events.tell('limited', {});
  for (let i = 0; i < 2; i += 1) events.tell('retry', {});
  events.tell('drop', { rows: 3, bodies: 5 });
  events.tell('drop', { rows: 1, bodies: 0 });
  events.tell('drop', { rows: 0, bodies: 0, deliveries: 6 });
  for (const state of ['open', 'half-open', 'open', 'closed']) events.tell('breaker', { state });
  events.tell('store', { state: 'trouble' });
  events.tell('store', { component: 'cache', state: 'trouble' });
  events.tell('store', { component: 'cache', state: 'recovered' });
  const all = await lines();
  expect(all.filter((line) => !line.includes('event_loop'))).toEqual([
    'helicone_proxy_requests_total 1',
    'helicone_proxy_in_flight_requests 4',
    'helicone_proxy_in_flight_body_bytes 40',
    'helicone_proxy_record_queue_bytes 7',
    'helicone_proxy_record_queue_batches 2',
    'helicone_proxy_breaker_open_circuits 3',
    'helicone_proxy_rate_limited_total 1',
    'helicone_proxy_retries_total 2',
    'helicone_proxy_breaker_opened_total 2',
    'helicone_proxy_dropped_records_total 4',
    'helicone_proxy_dropped_bodies_total 5',
    'helicone_proxy_dropped_deliveries_total 6',
    'helicone_proxy_store_up{component="records"} 0',
    'helicone_proxy_store_up{component="cache"} 1',
    'helicone_proxy_store_up{component="rate-limit"} 1',
  ]);
  expect(all).toHaveLength(19);
});

test('a worker that cannot answer leaves the rest as it is', async () => {
  const { lines } = create(() => Promise.reject(new Error('died')));
  expect((await lines())[0]).toBe('helicone_proxy_in_flight_requests 4');
});

test('a loop that is held up shows in the delay', async () => {
  const { lines } = create(async () => null);
  await lines();
  // Twice: what is measured lies between two looks, and the first one comes only behind the first time.
  for (let i = 0; i < 2; i += 1) {
    const until = performance.now() + 150;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  const worst = (await lines()).find((line) => line.includes('percentile="100"'));
  expect(Number(worst?.split(' ')[1])).toBeGreaterThan(0.08);
});
