import { gzipSync } from 'node:zlib';
import type { HeliconeProxyOptions } from '@helicone-proxy/node';
import { ANSWERS, createGate, type Exchange, type Received, turn } from '@helicone-proxy/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answerTo, ask, BODY } from '../rig/cached-asks.js';
import { answerChat, CHAT_ANSWER, type ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { until, within } from '../rig/until.js';

const { chatStream } = ANSWERS;
const { rig } = startedHere();

afterEach(() => {
  vi.useRealTimers();
});

describe('what Cache-Control says', () => {
  const START = Date.parse('2030-01-01T00:00:00Z');

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: START });
  });

  test('no-store keeps a call out, no-cache and max-age=0 only store', async () => {
    const proxy = await rig();
    expect(await ask(proxy, { headers: { 'cache-control': 'no-store' } })).toBeUndefined();
    expect(await ask(proxy)).toBe('MISS');
    expect(await ask(proxy, { headers: { 'cache-control': 'no-store' } })).toBeUndefined();
    const before = proxy.provider.requests.length;
    for (const control of ['no-cache', 'max-age=0']) await ask(proxy, { headers: { 'cache-control': control } });
    expect(proxy.provider.requests).toHaveLength(before + 2);
    expect(await ask(proxy)).toBe('HIT');
  });

  test('max-age is the lifetime on saving, and on reading older entries miss', async () => {
    const proxy = await rig();
    const short = { headers: { 'cache-control': 'max-age=60' } };
    expect(await ask(proxy, short)).toBe('MISS');
    vi.setSystemTime(START + 59_000);
    expect(await ask(proxy)).toBe('HIT');
    vi.setSystemTime(START + 61_000);
    expect(await ask(proxy)).toBe('MISS');
    vi.setSystemTime(START + 200_000);
    expect(await ask(proxy, short)).toBe('MISS');
    expect(await ask(proxy)).toBe('HIT');
  });

  test('without max-age an entry lives 7 days; Helicone-Cache-Control goes before Cache-Control', async () => {
    const proxy = await rig();
    const both = { 'cache-control': 'max-age=1', 'helicone-cache-control': 'max-age=31536000' };
    expect(await ask(proxy)).toBe('MISS');
    expect(await ask(proxy, { body: { ...BODY, n: 2 }, headers: both })).toBe('MISS');
    vi.setSystemTime(START + 7 * 86_400_000 - 1000);
    expect(await ask(proxy)).toBe('HIT');
    vi.setSystemTime(START + 7 * 86_400_000 + 1000);
    expect(await ask(proxy)).toBe('MISS');
    vi.setSystemTime(START + 364 * 86_400_000);
    expect(await ask(proxy, { body: { ...BODY, n: 2 } })).toBe('HIT');
  });

  test('read alone stores nothing, save alone reads nothing', async () => {
    const proxy = await rig();
    const read = { cache: { 'helicone-cache-read': 'true' } };
    const save = { cache: { 'helicone-cache-save': 'true' } };
    expect([await ask(proxy, read), await ask(proxy, read)]).toEqual(['MISS', 'MISS']);
    await ask(proxy, save);
    await ask(proxy, save);
    expect(proxy.provider.requests).toHaveLength(4);
    expect(await ask(proxy, read)).toBe('HIT');
  });
});

/** Sends that many equal calls, and lets the provider go on when all of them have come. */
async function askTogether(
  calls: number,
  script: (exchange: Exchange) => Promise<void>,
  options: HeliconeProxyOptions = {},
): Promise<{ proxy: ProxyRig; answers: Received[] }> {
  let came = 0;
  const auth = (): object => {
    came += 1;
    return { tenant: 'default' };
  };
  const all = createGate();
  const proxy = await rig({ auth, ...options } as HeliconeProxyOptions, {
    async script(exchange) {
      await all.opened;
      await script(exchange);
    },
  });
  const under = Array.from({ length: calls }, () => answerTo(proxy.url));
  await until(15_000, 'all calls come', () => came === calls);
  for (let turns = 0; turns < 20; turns += 1) await turn();
  all.open();
  return { proxy, answers: await within(5000, 'all answers', Promise.all(under)) };
}

const EVENTS = chatStream.events;
const ERROR_EVENT = Buffer.from('data: {"error":{"message":"overloaded","type":"server_error"}}\n\n');
const json: (readonly [string, string])[] = [['content-type', 'application/json']];
const events: (readonly [string, string])[] = [['content-type', 'text/event-stream']];
const DONE = Buffer.from('data: [DONE]\n\n');

describe('an answer that is not stored', () => {
  test('gzip although identity was asked for: byte for byte, and each caller on its own', async () => {
    const zipped = gzipSync(CHAT_ANSWER);
    const head = { headers: [...json, ['content-encoding', 'gzip'] as const], framing: 'length' as const };
    const { proxy, answers } = await askTogether(10, (exchange) => exchange.respond(head, [zipped]));
    for (const { body, header } of answers) {
      expect([body.equals(zipped), header('content-encoding'), header('helicone-cache')]).toEqual([
        true,
        'gzip',
        'MISS',
      ]);
    }
    expect(await ask(proxy)).toBe('MISS');
    expect(proxy.provider.requests).toHaveLength(11);
    for (const { headerNames, header } of proxy.provider.requests.map((each) => ({
      headerNames: each.headerNames,
      header: each.header('accept-encoding'),
    }))) {
      expect([headerNames.includes('accept-encoding'), header]).toEqual([true, 'identity']);
    }
  });

  test.each<[string, number, string]>([
    ['an error', 500, '{"error":{"message":"x"}}'],
    ['a refusal', 429, '{"error":{"message":"x"}}'],
    ['another status than 200', 201, CHAT_ANSWER],
    ['an error with status 200', 200, '{"error":{"message":"overloaded","code":502}}'],
    ['half a document', 200, CHAT_ANSWER.slice(0, 50)],
  ])('%s: each of 10 callers makes its own call', async (_what, status, text) => {
    const head = { status, headers: json, framing: 'length' as const };
    const { proxy, answers } = await askTogether(10, (exchange) => exchange.respond(head, [text]));
    for (const answer of answers) expect([answer.status, answer.body.toString()]).toEqual([status, text]);
    expect(proxy.provider.requests).toHaveLength(10);
    expect(await ask(proxy)).toBe('MISS');
    expect(await proxy.records()).toHaveLength(11);
  });

  test.each<[string, readonly Buffer[], boolean]>([
    ['with an error inside', [...EVENTS.slice(0, 3), ERROR_EVENT, DONE], false],
    ['that ends without its terminal event', EVENTS.slice(0, 3), false],
    ['without [DONE], but finished', EVENTS.slice(0, -1), true],
  ])('a stream %s: all 10 callers get it, of one call', async (_what, sent, stored) => {
    const { proxy, answers } = await askTogether(10, (exchange) => exchange.respond({ headers: events }, [...sent]));
    for (const { body, complete } of answers)
      expect([complete, body.toString()]).toEqual([true, Buffer.concat(sent).toString()]);
    expect(proxy.provider.requests).toHaveLength(1);
    expect(await ask(proxy)).toBe(stored ? 'HIT' : 'MISS');
    expect(await proxy.records()).toHaveLength(11);
  });

  test('a stream that is cut: all 10 callers see that, with an error event', async () => {
    const { proxy, answers } = await askTogether(10, async (exchange) => {
      await exchange.head({ headers: events });
      for (const event of EVENTS.slice(0, 3)) await exchange.write(event);
      exchange.cut();
    });
    for (const { body, complete } of answers) {
      expect(complete).toBe(false);
      expect(body.toString().startsWith(Buffer.concat(EVENTS.slice(0, 3)).toString())).toBe(true);
      expect(body.toString()).toContain('upstream_reset');
    }
    expect(proxy.provider.requests).toHaveLength(1);
    expect((await proxy.records()).map(({ outcome }) => outcome)).not.toContain('success');
  });

  test('longer than maxEntryBytes, a stream: all who were there get it whole, of one call', async () => {
    const long = Buffer.from(
      `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x'.repeat(5000) } }] })}\n\n`,
    );
    const sent = [...EVENTS.slice(0, 3), long, long, ...EVENTS.slice(3)];
    const respond = (exchange: Exchange): Promise<void> => exchange.respond({ headers: events }, sent);
    const { proxy, answers } = await askTogether(10, respond, { cache: { maxEntryBytes: 6000 } });
    for (const { body, complete } of answers)
      expect([complete, body.equals(Buffer.concat(sent))]).toEqual([true, true]);
    expect(proxy.provider.requests).toHaveLength(1);
    expect(await ask(proxy)).toBe('MISS');
  });

  test('longer than maxEntryBytes, a document: each makes its own call', async () => {
    const { proxy, answers } = await askTogether(5, answerChat as (exchange: Exchange) => Promise<void>, {
      cache: { maxEntryBytes: 100 },
    });
    for (const { body } of answers) expect(body.toString()).toBe(CHAT_ANSWER);
    expect(proxy.provider.requests).toHaveLength(5);
    expect(await ask(proxy)).toBe('MISS');
  });
});

test('Stream-Usage: who did not ask for the usage gets none out of the cache, who did does', async () => {
  const proxy = await rig({}, { script: (exchange) => exchange.respond({ headers: events }, [...EVENTS]) });
  const hidden = { headers: { 'helicone-stream-usage': 'true' }, body: { model: 'gpt-5-mini', stream: true } };
  const asked = { body: { model: 'gpt-5-mini', stream: true, stream_options: { include_usage: true } } };
  for (const [given, cache, usage] of [
    [hidden, 'MISS', false],
    [asked, 'HIT', true],
    [hidden, 'HIT', false],
  ] as const) {
    const { header, body } = await answerTo(proxy.url, given);
    expect([header('helicone-cache'), body.toString().includes('prompt_tokens')]).toEqual([cache, usage]);
  }
  expect(proxy.provider.requests).toHaveLength(1);
});
