import { startScriptedProvider } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { startChild } from '../rig/child.js';
import { answerChat, CHAT_PATH, type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';
import { REDIS_KINDS } from '../rig/redis-clients.js';
import { type RedisServer, startRedisServer } from '../rig/redis-server.js';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';

const folder = temporaryFolders();
const { rig, running } = startedHere();

async function redisServer(): Promise<RedisServer> {
  const redis = await startRedisServer();
  running.push({ close: redis.stop });
  return redis;
}

function count<T>(values: readonly T[], wanted: T): number {
  return values.filter((value) => value === wanted).length;
}

async function statusesOf(proxy: ProxyRig, calls: number, headers: Record<string, string>): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: calls }, () => proxy.chat(headers)));
  return answers.map(({ status }) => status);
}

describe('10;w=60;s=user', () => {
  const policy = { 'helicone-ratelimit-policy': '10;w=60;s=user' };

  test('200 parallel calls of one user: exactly 10 get through, and another user has 10 of her own', async () => {
    const proxy = await rig();
    const statuses = await statusesOf(proxy, 200, { ...policy, 'helicone-user-id': 'ada' });
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([10, 190]);
    const others = await statusesOf(proxy, 15, { ...policy, 'helicone-user-id': 'grace' });
    expect([count(others, 200), count(others, 429)]).toEqual([10, 5]);
    expect(proxy.provider.requests).toHaveLength(20);
    const records = await proxy.records();
    const outcomes = records.map(({ outcome }) => outcome);
    expect([count(outcomes, 'success'), count(outcomes, 'rate_limited')]).toEqual([20, 195]);
  });

  test('the refusal says when to come back, in a shape that SDKs read', async () => {
    const proxy = await rig();
    await statusesOf(proxy, 10, { ...policy, 'helicone-user-id': 'ada' });
    const { status, header, body } = await proxy.chat({ ...policy, 'helicone-user-id': 'ada' });
    expect(status).toBe(429);
    expect(header('x-helicone-error')).toBe('rate_limited');
    expect(header('helicone-ratelimit-limit')).toBe('10');
    expect(header('helicone-ratelimit-remaining')).toBe('0');
    expect(header('helicone-ratelimit-policy')).toBe('10;w=60;s=user');
    const wait = Number(header('retry-after'));
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
    expect(header('helicone-ratelimit-reset')).toBe(String(wait));
    expect(JSON.parse(body.toString())).toMatchObject({
      type: 'error',
      error: { type: 'rate_limit_error', code: 'rate_limited' },
    });
    const [record] = (await proxy.records()).slice(-1);
    expect(record).toMatchObject({
      outcome: 'rate_limited',
      response_status: 429,
      cost_usd: null,
      properties: { 'helicone-rate-limit-status': 'bucket_rate_limited' },
    });
  });

  test('an admitted answer shows what is left', async () => {
    const proxy = await rig();
    const { header } = await proxy.chat({ ...policy, 'helicone-user-id': 'ada' });
    expect(header('helicone-ratelimit-remaining')).toBe('9');
    expect(header('retry-after')).toBeUndefined();
  });

  test('a restart changes nothing', async () => {
    const store = `sqlite:${folder()}/restart.db`;
    const ada = { ...policy, 'helicone-user-id': 'ada' };
    const before = await startProxyRig((provider) => ({
      providers: { openai: { baseUrl: provider.origin } },
      records: { store },
    }));
    expect(count(await statusesOf(before, 7, ada), 200)).toBe(7);
    await before.close();
    const after = await rig((provider) => ({
      providers: { openai: { baseUrl: provider.origin } },
      records: { store },
    }));
    const statuses = await statusesOf(after, 10, ada);
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([3, 7]);
  });

  test.each(REDIS_KINDS)('4 processes on one Redis (%s): exactly 10 of 200', async (kind) => {
    const redis = await redisServer();
    const provider = await startScriptedProvider(answerChat);
    running.push(provider);
    const headers = JSON.stringify({ ...policy, 'helicone-user-id': 'ada' });
    const args = [provider.origin, redis.url, kind, headers, '50'];
    const children = Array.from({ length: 4 }, () =>
      startChild(new URL('limited-child.ts', import.meta.url), { args }),
    );
    await Promise.all(children.map((child) => child.message<{ ready: boolean }>('ready')));
    for (const child of children) child.process.send({ go: true });
    const answers = await Promise.all(
      children.map((child) => child.message<{ answers: { status: number }[] }>('answers')),
    );
    const statuses = answers.flatMap((each) => each.answers.map(({ status }) => status));
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([10, 190]);
    expect(provider.requests).toHaveLength(10);
    for (const child of children) expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('a cluster of 4 workers: exactly 10 of 200, answered by more than one of them', async () => {
    const provider = await startScriptedProvider(answerChat);
    running.push(provider);
    const args = [provider.origin, '10;w=60;s=user', '200'];
    const child = startChild(new URL('limited-cluster.ts', import.meta.url), { args });
    const { statuses, pids } = await child.message<{ statuses: number[]; pids: string[] }>('statuses');
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([10, 190]);
    expect(new Set(pids).size).toBeGreaterThan(1);
    expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('cents and tokens', () => {
  /** gpt-4o-mini: 0.15 and 0.60 USD a million tokens. */
  const BODY = JSON.stringify({
    model: 'gpt-4o-mini',
    max_completion_tokens: 1000,
    messages: [{ role: 'user', content: 'hi' }],
  });
  const ANSWER = JSON.stringify({
    id: 'chatcmpl-1',
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 1000, total_tokens: 1100 },
  });
  /** 100 x 0.15 + 1000 x 0.60 USD per million. */
  const CALL_USD = 0.000615;

  function spend(proxy: ProxyRig, policy: string) {
    const headers = { 'content-type': 'application/json', 'helicone-ratelimit-policy': policy };
    return proxy.get(CHAT_PATH, { headers, body: BODY });
  }

  async function spendingRig(): Promise<ProxyRig> {
    return rig(
      {},
      { script: (exchange) => exchange.respond({ headers: [['content-type', 'application/json']] }, [ANSWER]) },
    );
  }

  test('50 parallel calls overspend by at most one call', async () => {
    const proxy = await spendingRig();
    const quotaCents = 0.5;
    const policy = `${quotaCents};w=3600;u=cents`;
    const answers = await Promise.all(Array.from({ length: 50 }, () => spend(proxy, policy)));
    const admitted = answers.filter(({ status }) => status === 200).length;
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
    // Not fewer than the quota pays for at the bound, and never more than one call over it.
    expect(admitted).toBeGreaterThanOrEqual(Math.floor(quotaCents / 100 / (CALL_USD * 1.1)));
    expect((admitted - 1) * CALL_USD).toBeLessThanOrEqual(quotaCents / 100);
    const spent = (await proxy.records()).reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0);
    expect(spent).toBeLessThan(quotaCents / 100 + CALL_USD);
  });

  test('what a call did not use is given back when its usage is known', async () => {
    const proxy = await rig(
      {},
      {
        script: (exchange) =>
          exchange.respond({ headers: [['content-type', 'application/json']] }, [
            ANSWER.replace('"completion_tokens":1000,"total_tokens":1100', '"completion_tokens":1,"total_tokens":101'),
          ]),
      },
    );
    const policy = '2000;w=3600;u=tokens';
    // Each reserves more than 1000 and uses 101.
    for (let call = 0; call < 10; call += 1) {
      expect((await spend(proxy, policy)).status).toBe(200);
      await proxy.proxy.flush();
    }
    const { header } = await spend(proxy, policy);
    const bound = Number(header('helicone-ratelimit-limit')) - Number(header('helicone-ratelimit-remaining'));
    expect(bound).toBeGreaterThan(1010);
    expect(bound).toBeLessThan(1010 + 1000 + 200);
  });

  test('a call that failed costs nothing', async () => {
    const proxy = await rig(
      {},
      {
        script: (exchange) =>
          exchange.respond({ status: 500, headers: [['content-type', 'application/json']] }, ['{}']),
      },
    );
    for (let call = 0; call < 20; call += 1) expect((await spend(proxy, '1500;w=3600;u=tokens')).status).toBe(500);
  });
});
