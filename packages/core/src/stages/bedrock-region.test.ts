import { describe, expect, test } from 'vitest';
import { type Call, createCall } from '../call.js';
import type { EngineResponse } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { Caller } from '../identity.js';
import { readHeaders } from '../policy/header-values.js';
import type { Fallback, Policy } from '../policy/policy.js';
import { chooseTarget, type Target } from '../policy/target.js';
import { createRegistry, type ProviderOptions } from '../providers/registry.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { createTargetGuard } from '../upstream/target-guard.js';
import { createFallback } from './fallback.js';
import { createRoute } from './route.js';

const AWS = { accessKeyId: 'AKIA1', secretAccessKey: 'secret' };
const ANSWER: EngineResponse = { status: 200, headers: {}, body: null };

function callTo(path: string, providers: string[] | null = null): Call {
  const signal = new AbortController().signal;
  const request = { method: 'POST', path, query: '', headers: {}, body: null, signal };
  const call = createCall(request, createByteBudget(0));
  call.caller = { providers: providers === null ? null : new Set(providers), authenticated: true } as Caller;
  return call;
}

/** Where calls with these options go. */
function router(options: ProviderOptions = {}): (path: string, providers?: string[]) => Target {
  const registry = createRegistry({ bedrock: options });
  const route = createRoute(registry);
  const guard = createTargetGuard({}, registry.values());
  return (path, providers) => {
    const call = callTo(path, providers);
    void route(call, async () => ANSWER);
    const values = readHeaders({}).values;
    return chooseTarget({ route: call.route as NonNullable<Call['route']>, values, guard, providers: [] });
  };
}

describe('a region in the path', () => {
  test('is the host, and no part of the path', () => {
    expect(router({ aws: AWS })('/bedrock/v1/eu-central-2/model/a%3A0/converse')).toMatchObject({
      provider: 'bedrock',
      origin: 'https://bedrock-runtime.eu-central-2.amazonaws.com',
      path: '/model/a%3A0/converse',
      wire: 'bedrock-converse',
      trusted: true,
      aws: { credentials: AWS, region: 'eu-central-2' },
    });
  });

  test('goes before the region of the options, which others still have', () => {
    const target = router({ region: 'us-east-1' });
    expect(target('/bedrock/v1/cn-north-1/model/a/invoke').origin).toBe(
      'https://bedrock-runtime.cn-north-1.amazonaws.com.cn',
    );
    expect(target('/bedrock/model/a/invoke').origin).toBe('https://bedrock-runtime.us-east-1.amazonaws.com');
  });

  test('is signed for at an address that is none of AWS’s', () => {
    const baseUrl = 'https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com/b';
    expect(router({ baseUrl, aws: AWS })('/bedrock/v1/us-west-2/model/a/invoke')).toMatchObject({
      origin: 'https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com',
      path: '/b/model/a/invoke',
      aws: { region: 'us-west-2' },
    });
  });

  test('is for keys that may call Bedrock', () => {
    const path = '/bedrock/v1/us-west-2/model/a/invoke';
    expect(router()(path, ['bedrock']).origin).toBe('https://bedrock-runtime.us-west-2.amazonaws.com');
    expect(() => router()(path, ['openai'])).toThrow('may not call bedrock');
  });

  test('means nothing to other providers', () => {
    const registry = createRegistry({});
    const call = callTo('/openai/v1/us-east-1/model/a/invoke');
    void createRoute(registry)(call, async () => ANSWER);
    expect(call.route).toEqual({ provider: registry.get('openai'), rest: '/v1/us-east-1/model/a/invoke' });
  });

  test('without one, and none in the options: 400 that says what to do', () => {
    expect(() => router()('/bedrock/model/a/invoke')).toThrow(ProxyError);
    expect(() => router()('/bedrock/model/a/invoke')).toThrow(
      'bedrock has no fixed address: set providers.bedrock.region in the options, or call /bedrock/v1/<region>/…',
    );
  });
});

test('calls of one region share what is remembered of its targets', () => {
  const route = createRoute(createRegistry({ bedrock: { targets: [{ region: 'us-east-1' }] } }));
  const [one, other] = ['a', 'b'].map((model) => {
    const call = callTo(`/bedrock/v1/eu-west-1/model/${model}/invoke`);
    void route(call, async () => ANSWER);
    return call.route?.provider;
  });
  expect(one).toBe(other);
  expect(one?.targets[0]?.origin).toBe('https://bedrock-runtime.eu-west-1.amazonaws.com');
});

describe('a fallback to one of Bedrock’s own hosts', () => {
  async function aimed(entry: Partial<Fallback>, options: ProviderOptions, providers?: string[]): Promise<Target> {
    const call = callTo('/bedrock/model/a/converse', providers);
    call.route = { provider: null, rest: '/model/a/converse' };
    const entries = [{ basePath: '', headers: {}, onCodes: [], bodyKeyOverride: null, trusted: true, ...entry }];
    call.policy = { fallbacks: entries } as unknown as Policy;
    const stage = createFallback({ registry: createRegistry({ bedrock: options }), totalMs: 1000 });
    await stage(call, async () => ANSWER);
    return call.target as Target;
  }
  const origin = 'https://bedrock-runtime-fips.us-west-2.amazonaws.com';

  test('is signed for its region, when the options name it', async () => {
    const target = await aimed({ origin }, { aws: AWS, region: 'us-east-1' });
    expect(target).toMatchObject({ provider: 'bedrock', origin, aws: { credentials: AWS, region: 'us-west-2' } });
    const token = await aimed({ origin }, { apiKey: 'token' });
    expect(token).toMatchObject({ apiKey: 'token', aws: { credentials: null } });
  });

  test('gets nothing of the server’s when a caller names it, or a key for others alone', async () => {
    for (const aimedAt of [
      await aimed({ origin, trusted: false }, { aws: AWS }),
      await aimed({ origin }, { aws: AWS }, ['openai']),
    ]) {
      expect(aimedAt).toMatchObject({ provider: 'bedrock', apiKey: null });
      expect(aimedAt.aws).toBeUndefined();
    }
  });
});
