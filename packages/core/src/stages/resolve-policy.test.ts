import { describe, expect, test } from 'vitest';
import { type Call, createCall } from '../call.js';
import { CallLife } from '../call-life.js';
import type { EngineResponse } from '../contract.js';
import { createAuthenticator, type KeyOptions } from '../identity.js';
import { createPolicyReader } from '../policy/policy-reader.js';
import { createRegistry, type Provider } from '../providers/registry.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { createTargetGuard } from '../upstream/target-guard.js';
import { createResolvePolicy } from './resolve-policy.js';

const ANSWER: EngineResponse = { status: 200, headers: {}, body: null };
const FALLBACK = { 'target-url': 'https://api.groq.com/openai', headers: {}, onCodes: [500] };

interface Asked {
  headers?: Record<string, string>;
  /** Null: the gateway. */
  provider?: string | null;
  reader?: Parameters<typeof createPolicyReader>[0];
  key?: KeyOptions;
}

/** The call after the stage; what the stage threw is in `error`. */
async function resolve({ headers = {}, provider = 'openai', reader = {}, key = {} }: Asked): Promise<Call> {
  const registry = createRegistry({
    mistral: { targets: [{ baseUrl: 'https://api.mistral.ai' }, { baseUrl: 'https://api.together.xyz' }] },
  });
  const guard = createTargetGuard({}, registry.values());
  const stage = createResolvePolicy(registry, guard, createPolicyReader(reader));
  const signal = new AbortController().signal;
  const request = {
    method: 'POST',
    path: '/x',
    query: '',
    headers: { 'helicone-auth': 'k', ...headers },
    body: null,
    signal,
  };
  const call = createCall(request, createByteBudget(1000));
  call.life = new CallLife();
  call.caller = await createAuthenticator({ keys: { k: key } }).caller(request);
  call.route = { provider: provider === null ? null : (registry.get(provider) as Provider), rest: '/v1/x' };
  try {
    expect(await stage(call, async () => ANSWER)).toBe(ANSWER);
  } catch (error) {
    call.error = error as Call['error'];
  }
  return call;
}

test('the call gets its policy, its target, its id and its warnings, and is recorded', async () => {
  const id = '0190f5e8-7b6a-7abc-8def-0123456789ab';
  const call = await resolve({
    headers: { 'helicone-request-id': id, 'helicone-retry-enabled': '1', 'helicone-usr': 'a' },
  });
  expect(call).toMatchObject({ error: null, recorded: true, requestId: id, policy: { retry: { retries: 5 } } });
  expect(call.target).toMatchObject({ provider: 'openai', origin: 'https://api.openai.com' });
  expect(call.warnings).toEqual(['helicone-usr: not a header that this proxy knows; it had no effect']);
});

test('a call without an id of the caller’s keeps its own', async () => {
  const call = await resolve({});
  expect(call.requestId).toBe(call.id);
});

test('a call that is refused has its policy and warnings, for the record', async () => {
  const call = await resolve({
    headers: { 'helicone-user-id': 'ada', 'helicone-usr': 'a', 'helicone-retry-num': '-1' },
  });
  expect(call.error).toMatchObject({ code: 'invalid_header' });
  expect(call).toMatchObject({ recorded: true, target: null, policy: { userId: 'ada' } });
  expect(call.warnings).toHaveLength(1);
});

test('the policy of the key that was shown', async () => {
  const call = await resolve({ key: { policy: { enforce: { 'Helicone-RateLimit-Policy': '1;w=60' } } } });
  expect(call.policy?.rateLimits).toMatchObject([{ text: '1;w=60' }]);
});

describe('fallbacks', () => {
  const send = (...urls: string[]) => ({
    'helicone-fallbacks': JSON.stringify(urls.map((url) => ({ ...FALLBACK, 'target-url': url }))),
  });

  test('leave the route’s own target where there is one', async () => {
    const call = await resolve({ headers: send('https://api.groq.com') });
    expect(call.error).toBeNull();
    expect(call.target).toMatchObject({ provider: 'openai' });
    const gateway = await resolve({
      provider: null,
      headers: { ...send('https://api.groq.com'), 'helicone-target-url': 'https://api.mistral.ai' },
    });
    expect(gateway.target).toMatchObject({ provider: 'mistral' });
  });

  test('make a target of the route needless', async () => {
    for (const provider of [null, 'azure']) {
      for (const asked of [{ headers: send('https://api.groq.com') }, { reader: { fallbacks: [FALLBACK] } }]) {
        expect(await resolve({ provider, ...asked })).toMatchObject({ error: null, target: null });
      }
      expect((await resolve({ provider })).error).toMatchObject({ code: 'invalid_target' });
    }
  });

  test('of a caller go only where callers may point; the options’ go anywhere', async () => {
    const evil = 'https://evil.example';
    const call = await resolve({ headers: send('https://api.groq.com', evil) });
    expect(call.error).toMatchObject({ code: 'target_forbidden' });
    expect(call.error?.message).toMatch(/^helicone-fallbacks: /);
    const own = [{ ...FALLBACK, 'target-url': 'http://10.0.0.1' }];
    expect((await resolve({ reader: { fallbacks: own } })).error).toBeNull();
    const enforce = { 'Helicone-Fallbacks': JSON.stringify(own) };
    expect((await resolve({ reader: { policy: { enforce } } })).error).toBeNull();
    expect((await resolve({ headers: { 'helicone-fallbacks': JSON.stringify(own) } })).error).toMatchObject({
      code: 'target_forbidden',
    });
  });

  test('lead a key to no provider that it may not call', async () => {
    const to = (url: string, providers: string[]) => resolve({ headers: send(url), key: { providers } });
    expect((await to('https://api.groq.com', ['openai'])).error).toMatchObject({ code: 'provider_forbidden' });
    expect((await to('https://api.groq.com', ['openai', 'groq'])).error).toBeNull();
    expect((await to('https://api.groq.com', ['gateway'])).error).toBeNull();
    expect((await to('https://api.together.xyz', ['mistral'])).error, 'one of its targets').toBeNull();
  });
});

test('Helicone-OpenAI-Api-Base leads a key to no provider that it may not call; what its policy enforces does', async () => {
  const base = { 'helicone-openai-api-base': 'https://api.groq.com' };
  const by = (providers: string[], more: KeyOptions = {}) => resolve({ headers: base, key: { providers, ...more } });
  const refused = await by(['openai']);
  expect(refused.error).toMatchObject({ code: 'provider_forbidden' });
  expect(refused.error?.message).toMatch(/^helicone-openai-api-base: /);
  expect(refused.target).toBeNull();
  expect((await by(['openai', 'groq'])).target).toMatchObject({ origin: 'https://api.groq.com' });
  expect((await by(['openai', 'gateway'])).target).toMatchObject({ origin: 'https://api.groq.com' });
  const enforced = await by(['openai'], { policy: { enforce: { 'Helicone-OpenAI-Api-Base': 'https://api.x.ai' } } });
  expect(enforced).toMatchObject({ error: null, target: { origin: 'https://api.x.ai' } });
});
