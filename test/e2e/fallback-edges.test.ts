// Fallback lists in the corners: what moves on to the next entry, and what the record says.
import { type CallOptions, call, type Received, unreachableOrigin } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { fail, failing } from '../rig/failing.js';
import { type Entry, listOf } from '../rig/fallback-list.js';
import { answerChat, CHAT_BODY, CHAT_PATH } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { within } from '../rig/until.js';

const { provider, rig } = startedHere();

const ANYWHERE = { targets: { allow: [/http:\/\/127\.0\.0\.1:\d+/], privateNetworks: true } };
const FAST = {
  'helicone-retry-enabled': 'true',
  'helicone-retry-min-timeout': '1',
  'helicone-retry-max-timeout': '2',
};
describe('what moves on to the next entry', () => {
  test('each entry makes its own retries, and all are counted', async () => {
    const [first, second, third] = [
      await provider(failing),
      await provider((e) => fail(e, 503)),
      await provider(answerChat),
    ];
    const proxy = await rig(ANYWHERE);
    const list = listOf(
      { 'target-url': first.origin },
      { 'target-url': second.origin },
      { 'target-url': third.origin },
    );
    const { status, header } = await proxy.chat({ ...FAST, 'helicone-retry-num': '2', ...list });
    expect([status, header('helicone-retries'), header('helicone-fallback-index'), header('x-should-retry')]).toEqual([
      200,
      '4',
      '2',
      undefined,
    ]);
    expect([first, second, third].map(({ requests }) => requests.length)).toEqual([3, 3, 1]);
    const [record] = await proxy.records();
    expect(record?.attempts.map(({ target, status }) => [target, status])).toEqual([
      ...Array.from({ length: 3 }, () => [first.origin, 500]),
      ...Array.from({ length: 3 }, () => [second.origin, 503]),
      [third.origin, 200],
    ]);
    expect(record).toMatchObject({
      response_status: 200,
      outcome: 'success',
      target_url: `${third.origin}/v1/chat/completions`,
    });
  });

  test('the last entry’s failure is passed on as it is', async () => {
    const [first, second] = [await provider(failing), await provider((e) => fail(e, 529))];
    const proxy = await rig(ANYWHERE);
    const { status, header } = await proxy.chat({
      ...FAST,
      'helicone-retry-num': '1',
      ...listOf({ 'target-url': first.origin }, { 'target-url': second.origin }),
    });
    expect([status, header('helicone-fallback-index'), header('x-should-retry'), header('helicone-retries')]).toEqual([
      529,
      '1',
      'false',
      '2',
    ]);
    expect(await proxy.records()).toMatchObject([{ response_status: 529, outcome: 'upstream_error' }]);
  });

  test('no connection counts as 502, no answer in time as 504; a status that is not named is the answer', async () => {
    const nowhere = await unreachableOrigin();
    const [silent, good, bad] = [
      await provider(() => {}),
      await provider(answerChat),
      await provider((e) => fail(e, 404)),
    ];
    const proxy = await rig({ ...ANYWHERE, timeouts: { firstByteMs: 60 } });
    const ask = async (...entries: Entry[]): Promise<(number | string | undefined)[]> => {
      const { status, header } = await proxy.chat(listOf(...entries));
      return [status, header('helicone-fallback-index'), header('x-helicone-error')];
    };
    const last = { 'target-url': good.origin };
    expect(
      await ask({ 'target-url': nowhere, onCodes: [502] }, { 'target-url': silent.origin, onCodes: [504] }, last),
    ).toEqual([200, '2', undefined]);
    expect(await ask({ 'target-url': nowhere, onCodes: [504] }, last)).toEqual([502, '0', 'upstream_unreachable']);
    expect(await ask({ 'target-url': bad.origin }, last)).toEqual([404, '0', undefined]);
    expect(await ask({ 'target-url': bad.origin, onCodes: [{ from: 400, to: 404 }] }, last)).toEqual([
      200,
      '1',
      undefined,
    ]);
    const records = await proxy.records();
    expect(records.map(({ response_status }) => response_status)).toEqual([200, 502, 404, 200]);
    expect(records[0]?.attempts.map(({ status, error }) => error ?? status)).toEqual([
      'upstream_unreachable',
      'upstream_timeout',
      200,
    ]);
  });

  test('one deadline holds over all entries', async () => {
    const silent = [await provider(() => {}), await provider(() => {}), await provider(() => {})];
    const proxy = await rig({ ...ANYWHERE, timeouts: { firstByteMs: 100, totalMs: 150 } });
    const begun = performance.now();
    const { status, header } = await proxy.chat(listOf(...silent.map(({ origin }) => ({ 'target-url': origin }))));
    expect([status, header('x-helicone-error'), header('helicone-fallback-index')]).toEqual([
      504,
      'upstream_timeout',
      '1',
    ]);
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(silent[2]?.requests).toHaveLength(0);
  });

  test('a client that leaves is nobody’s failure: the next entry is not asked', async () => {
    const [first, second] = [await provider(() => {}), await provider(answerChat)];
    const proxy = await rig(ANYWHERE);
    const recorded = new Promise((resolve) => proxy.proxy.events.once('record', resolve));
    const headers = {
      'content-type': 'application/json',
      ...listOf({ 'target-url': first.origin, onCodes: [{ from: 100, to: 599 }] }, { 'target-url': second.origin }),
    };
    const client = call(proxy.url + CHAT_PATH, { headers, body: CHAT_BODY });
    client.head.catch(() => {});
    const asked = await first.request(0);
    client.abort();
    await within(1_000, 'the record', recorded);
    await within(1_000, 'the connection closes', first.connectionOf(asked).closed);
    expect(second.requests).toHaveLength(0);
    expect(await proxy.records()).toMatchObject([{ outcome: 'client_closed', response_status: -3 }]);
  });

  test('a failed stream is let go of: its connection closes', async () => {
    const first = await provider(async (exchange) => {
      await exchange.head({ status: 502, headers: [['content-type', 'text/event-stream']] });
      await exchange.write('data: x\n\n');
    });
    const second = await provider(answerChat);
    const proxy = await rig(ANYWHERE);
    const answer: Received = await proxy.chat(listOf({ 'target-url': first.origin }, { 'target-url': second.origin }));
    expect(answer.status).toBe(200);
    await within(1_000, 'the connection closes', first.connectionOf(await first.request(0)).closed);
  });

  test('an upload that cannot be sent again goes to the first entry alone, and the answer says so', async () => {
    const first = await provider(async (exchange) => {
      await exchange.request.ended;
      await fail(exchange, 500);
    });
    const second = await provider(answerChat);
    const proxy = await rig({ ...ANYWHERE, limits: { bufferedBytes: 1000 } });
    const body = Array.from({ length: 8 }, () => Buffer.alloc(500, 'a'));
    const options: CallOptions = {
      headers: listOf({ 'target-url': first.origin }, { 'target-url': second.origin }),
      body,
    };
    const { status, header } = await proxy.get('/openai/v1/files', options);
    expect([status, header('helicone-fallback-index')]).toEqual([500, '0']);
    expect(header('helicone-warning')).toContain('helicone-fallbacks');
    expect([first.requests[0]?.body.length, second.requests.length]).toEqual([4000, 0]);
  });

  test.each(['/gateway/v1/chat/completions', '/azure/v1/chat/completions'])(
    'on %s, which needs no target of its own',
    async (path) => {
      const other = await provider(answerChat);
      const proxy = await rig(ANYWHERE);
      const { status } = await proxy.chat(
        { authorization: 'Bearer mine', ...listOf({ 'target-url': `${other.origin}/base/` }) },
        path,
      );
      expect(status).toBe(200);
      expect(other.requests.map(({ target }) => target)).toEqual(['/base/v1/chat/completions']);
      expect(other.requests[0]?.header('authorization')).toBeUndefined();
      expect(await proxy.records()).toMatchObject([
        { target_url: `${other.origin}/base/v1/chat/completions`, response_status: 200 },
      ]);
    },
  );
});

describe('an origin that failed a moment ago', () => {
  test('is passed over without a call; nothing of its refusal is on the answer', async () => {
    const [first, second] = [await provider(failing), await provider(answerChat)];
    const proxy = await rig({ ...ANYWHERE, breaker: { minimumCalls: 3, halfOpenAfterMs: 60_000 } });
    const list = listOf({ 'target-url': first.origin, onCodes: [500] }, { 'target-url': second.origin });
    for (let turn = 0; turn < 5; turn += 1) {
      const { status, header } = await proxy.chat(list);
      expect([status, header('helicone-fallback-index'), header('retry-after')]).toEqual([200, '1', undefined]);
    }
    expect([first.requests.length, second.requests.length]).toEqual([3, 5]);
    const last = (await proxy.records()).at(-1);
    expect(last?.attempts.map(({ target }) => target)).toEqual([second.origin]);
    const alone = await proxy.chat(listOf({ 'target-url': first.origin }));
    expect([alone.status, alone.header('x-helicone-error')]).toEqual([503, 'circuit_open']);
    expect(Number(alone.header('retry-after'))).toBeGreaterThan(0);
  });
});

describe('bodyKeyOverride', () => {
  test('a key called __proto__ is a key like any other', async () => {
    const other = await provider(answerChat);
    const proxy = await rig(ANYWHERE);
    const override =
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"metadata":{"__proto__":{"polluted":true}}}';
    const entry = `{"target-url":"${other.origin}","headers":{"__proto__":"x","constructor":"y"},"onCodes":[],"bodyKeyOverride":${override}}`;
    expect((await proxy.chat({ 'helicone-fallbacks': `[${entry}]` })).status).toBe(200);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    const [asked] = other.requests;
    expect(asked?.body.toString()).toBe(`${CHAT_BODY.slice(0, -1)},${override.slice(1)}`);
    expect([asked?.header('__proto__'), asked?.header('constructor')]).toEqual(['x', 'y']);
  });

  test('a body that is no JSON object is sent as it is, and the answer says so', async () => {
    const other = await provider(answerChat);
    const proxy = await rig(ANYWHERE);
    const headers = listOf({ 'target-url': other.origin, bodyKeyOverride: { model: 'x' } });
    const { status, header } = await proxy.get(CHAT_PATH, { headers, body: '[1]' });
    expect(status).toBe(200);
    expect(header('helicone-warning')).toContain('bodyKeyOverride');
    expect(other.requests[0]?.body.toString()).toBe('[1]');
  });
});
