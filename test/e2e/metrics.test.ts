// What a Prometheus server gets at /metrics.
import { createGate, get, type Script } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { fail } from '../rig/failing.js';
import { type MetricSample, type ParsedFamily, parsePrometheusText } from '../rig/prometheus-text.js';
import { answerChat, CHAT_PATH, type ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const { rig } = startedHere();

async function scrape(proxy: ProxyRig): Promise<Map<string, ParsedFamily>> {
  const { status, body, header } = await proxy.get('/metrics');
  expect([status, header('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return parsePrometheusText(body.toString());
}

/** Samples of a family as `{ labels, value }`; none when it is not there. */
function samples(families: Map<string, ParsedFamily>, name: string): Omit<MetricSample, 'name'>[] {
  const found = families.get(`helicone_proxy_${name}`)?.samples ?? [];
  return found.map(({ labels, value }) => ({ labels, value }));
}

function value(families: Map<string, ParsedFamily>, name: string): number | undefined {
  return samples(families, name)[0]?.value;
}

/** Answers as the body's model asks. */
const byModel: Script = async (exchange) => {
  await exchange.request.ended;
  const { model } = JSON.parse(exchange.request.body.toString());
  if (model === 'failing') return fail(exchange, 503);
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
  const choices = [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }];
  return exchange.respond({ headers: [['content-type', 'application/json']], framing: 'length' }, [
    JSON.stringify({ model, choices, usage }),
  ]);
};

function ask(proxy: ProxyRig, model: string, headers: Record<string, string> = {}): Promise<{ status: number }> {
  const body = JSON.stringify({ model, messages: [] });
  return get(proxy.url + CHAT_PATH, { headers: { 'content-type': 'application/json', ...headers }, body });
}

test('before any call: the state of this process, and no records worker for it', async () => {
  const started: unknown[] = [];
  const note = (worker: unknown): void => void started.push(worker);
  process.on('worker', note);
  const proxy = await rig();
  const families = await scrape(proxy);
  process.off('worker', note);
  expect(started).toEqual([]);
  expect(families.has('helicone_proxy_requests_total')).toBe(false);
  expect(value(families, 'in_flight_requests')).toBe(0);
  expect(samples(families, 'store_up')).toEqual(
    ['records', 'cache', 'rate-limit'].map((component) => ({ labels: { component }, value: 1 })),
  );
});

test('counters after calls of each kind', async () => {
  const proxy = await rig({}, { script: byModel });
  const cached = { 'helicone-cache-enabled': 'true' };
  const limited = { 'helicone-ratelimit-policy': '1;w=60' };
  const retried = { 'helicone-retry-enabled': 'true', 'helicone-retry-num': '2', 'helicone-retry-min-timeout': '1' };
  await ask(proxy, 'gpt-4o-mini');
  await ask(proxy, 'gpt-4o-mini', cached);
  await ask(proxy, 'gpt-4o-mini', cached);
  await ask(proxy, 'gpt-4o-mini', limited);
  expect((await ask(proxy, 'gpt-4o-mini', limited)).status).toBe(429);
  expect((await ask(proxy, 'failing', retried)).status).toBe(503);
  await ask(proxy, 'nobody-knows-its-price');

  const families = await scrape(proxy);
  const mini = { provider: 'openai', model: 'gpt-4o-mini' };
  const failing = { provider: 'openai', model: 'failing' };
  const unknown = { provider: 'openai', model: 'nobody-knows-its-price' };
  expect(samples(families, 'requests_total')).toEqual([
    { labels: { ...mini, status_class: '2xx', outcome: 'success' }, value: 4 },
    { labels: { ...mini, status_class: '4xx', outcome: 'rate_limited' }, value: 1 },
    { labels: { ...failing, status_class: '5xx', outcome: 'upstream_error' }, value: 1 },
    { labels: { ...unknown, status_class: '2xx', outcome: 'success' }, value: 1 },
  ]);
  expect(samples(families, 'tokens_total')).toEqual([
    { labels: { ...mini, type: 'input' }, value: 9 },
    { labels: { ...mini, type: 'output' }, value: 6 },
    { labels: { ...unknown, type: 'input' }, value: 3 },
    { labels: { ...unknown, type: 'output' }, value: 2 },
  ]);
  // 3 tokens in at 0.15 and 2 out at 0.60 USD a million, three times.
  expect(samples(families, 'cost_usd_total')).toEqual([{ labels: mini, value: 0.00000495 }]);
  expect(samples(families, 'saved_cost_usd_total')).toEqual([{ labels: mini, value: 0.00000165 }]);
  expect(samples(families, 'unknown_cost_total')).toEqual([
    { labels: mini, value: 0 },
    { labels: failing, value: 0 },
    { labels: unknown, value: 1 },
  ]);
  expect(samples(families, 'cache_requests_total')).toEqual([
    { labels: { result: 'hit' }, value: 1 },
    { labels: { result: 'miss' }, value: 1 },
  ]);
  expect(value(families, 'rate_limited_total')).toBe(1);
  expect(value(families, 'retries_total')).toBe(2);
  expect(value(families, 'dropped_records_total')).toBe(0);
  expect(value(families, 'breaker_opened_total')).toBe(0);
  const counts = families.get('helicone_proxy_request_duration_seconds')?.samples.filter(({ name }) => {
    return name.endsWith('_count');
  });
  expect(counts?.map(({ labels, value: count }) => [labels.model, count])).toEqual([
    ['gpt-4o-mini', 5],
    ['failing', 1],
    ['nobody-knows-its-price', 1],
  ]);
});

test('a thousand models are two hundred and one', async () => {
  const proxy = await rig({}, { script: byModel });
  for (let i = 0; i < 1000; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, j) => ask(proxy, `model-${i + j}`)));
  }
  await ask(proxy, `"\\\n${'x'.repeat(1000)}`);
  const families = await scrape(proxy);
  const requests = samples(families, 'requests_total');
  expect(requests).toHaveLength(201);
  expect(requests.at(-1)).toEqual({
    labels: { provider: 'other', model: 'other', status_class: '2xx', outcome: 'success' },
    value: 801,
  });
});

test('a model’s name is cut and escaped', async () => {
  const proxy = await rig({}, { script: byModel });
  await ask(proxy, `a"b\\c\nd${'x'.repeat(1000)}`);
  const [requests] = samples(await scrape(proxy), 'requests_total');
  expect(requests?.labels.model).toBe(`a"b\\c\nd${'x'.repeat(121)}`);
});

test('calls that run, and the bodies that they hold', async () => {
  const reached = createGate();
  const proxy = await rig({}, { script: () => reached.open() });
  const waiting = ask(proxy, 'waiting').catch(() => {});
  await reached.opened;
  const { bodyBytes } = await proxy.seen();
  const families = await scrape(proxy);
  expect(value(families, 'in_flight_requests')).toBe(1);
  expect([bodyBytes, value(families, 'in_flight_body_bytes')]).toEqual([33, 33]);
  await proxy.provider.close();
  await waiting;
  expect(value(await scrape(proxy), 'in_flight_requests')).toBe(0);
});

describe('who may read', () => {
  test('with keys: those that may read', async () => {
    const proxy = await rig({ auth: { keys: { 'sk-reader': {}, 'pk-logger': {} } } });
    const as = async (key?: string): Promise<(number | string | undefined)[]> => {
      const { status, header } = await proxy.get('/metrics', {
        headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      });
      return [status, header('x-helicone-error')];
    };
    expect(await as('sk-reader')).toEqual([200, undefined]);
    expect(await as('pk-logger')).toEqual([403, 'read_forbidden']);
    expect(await as('sk-wrong')).toEqual([401, 'unauthorized']);
    expect(await as()).toEqual([401, 'unauthorized']);
  });

  test('without keys: this machine only', async () => {
    const proxy = await rig();
    const { status } = await proxy.get('/metrics', { headers: { 'x-forwarded-for': '203.0.113.7' } });
    expect(status).toBe(401);
  });
});

test('turned off, it is not found; it is read with GET', async () => {
  const off = await rig({ telemetry: { metrics: false } });
  expect((await off.get('/metrics')).status).toBe(404);
  const on = await rig();
  const posted = await on.get('/metrics', { method: 'POST' });
  expect([posted.status, posted.header('allow')]).toEqual([405, 'GET, HEAD']);
  const head = await on.get('/metrics', { method: 'HEAD' });
  expect([head.status, head.body.length]).toEqual([200, 0]);
});

test('the next scrape counts on', async () => {
  const proxy = await rig({}, { script: answerChat });
  await proxy.chat();
  expect(samples(await scrape(proxy), 'requests_total').map((each) => each.value)).toEqual([1]);
  await proxy.chat();
  const families = await scrape(proxy);
  expect(samples(families, 'requests_total').map((each) => each.value)).toEqual([2]);
  expect(samples(families, 'event_loop_delay_seconds').map(({ labels }) => labels.percentile)).toEqual([
    '50',
    '90',
    '99',
    '100',
  ]);
});
