import { expect, test } from 'vitest';
import { createRegistry, type Provider, type ProviderOptions } from '../providers/registry.js';
import { createTargetGuard } from '../upstream/target-guard.js';
import { readHeaders } from './header-values.js';
import { chooseTarget, hasTarget, type Target } from './target.js';

interface Asked {
  provider: string | null;
  rest?: string;
  headers?: Record<string, string>;
  options?: Record<string, ProviderOptions>;
}

function target({ provider, rest = '/v1/chat/completions', headers = {}, options = {} }: Asked): Target {
  const registry = createRegistry(options);
  const guard = createTargetGuard({}, registry.values());
  const route = { provider: provider === null ? null : (registry.get(provider) as Provider), rest };
  return chooseTarget({ route, values: readHeaders(headers).values, guard, providers: registry.values() });
}

test('a provider is called at its own address', () => {
  expect(target({ provider: 'openai' })).toEqual({
    provider: 'openai',
    origin: 'https://api.openai.com',
    path: '/v1/chat/completions',
    wire: 'openai-chat',
    credential: 'authorization',
    apiKey: null,
    headers: {},
    trusted: true,
  });
});

test('what the options say of a provider: base path, key, headers and wire format', () => {
  const options: Record<string, ProviderOptions> = {
    local: { baseUrl: 'http://10.0.0.5:8000/llm/', apiKey: 'k', headers: { 'X-Team': 'a' }, wire: 'openai-responses' },
  };
  expect(target({ provider: 'local', rest: '/v1/x', options })).toMatchObject({
    provider: 'local',
    origin: 'http://10.0.0.5:8000',
    path: '/llm/v1/x',
    wire: 'openai-responses',
    apiKey: 'k',
    headers: { 'x-team': 'a' },
    trusted: true,
  });
});

test('the gateway goes where the header says, path and all', () => {
  const headers = { 'helicone-target-url': 'https://api.groq.com/ignored' };
  expect(target({ provider: null, rest: '/openai/v1/chat/completions', headers })).toMatchObject({
    provider: 'groq',
    origin: 'https://api.groq.com',
    path: '/openai/v1/chat/completions',
    wire: 'openai-chat',
    trusted: false,
  });
});

test('an origin that is no provider of ours goes by its host', () => {
  const headers = { 'helicone-target-url': 'https://res.openai.azure.com' };
  expect(target({ provider: null, rest: '/x', headers })).toMatchObject({
    provider: 'res.openai.azure.com',
    wire: null,
    credential: 'authorization',
  });
});

test('server-held keys and headers never go where a caller points, not even to their own provider', () => {
  const options = { openai: { apiKey: 'secret', headers: { 'x-secret': 's' } } };
  const chosen: Asked[] = [
    { provider: null, headers: { 'helicone-target-url': 'https://api.openai.com' } },
    { provider: 'openai', headers: { 'helicone-openai-api-base': 'https://api.openai.com' } },
  ];
  for (const asked of chosen) {
    expect(target({ ...asked, options })).toMatchObject({ apiKey: null, headers: {}, trusted: false });
  }
  expect(target({ provider: 'openai', options })).toMatchObject({ apiKey: 'secret', trusted: true });
});

test('helicone-openai-api-base moves /openai and nothing else; helicone-target-url moves /gateway alone', () => {
  const base = { 'helicone-openai-api-base': 'https://res.openai.azure.com' };
  const url = { 'helicone-target-url': 'https://api.groq.com' };
  expect(target({ provider: 'openai', headers: base }).origin).toBe('https://res.openai.azure.com');
  expect(target({ provider: 'oai', headers: base }).origin).toBe('https://res.openai.azure.com');
  expect(target({ provider: 'anthropic', headers: base }).origin).toBe('https://api.anthropic.com');
  expect(target({ provider: 'openai', headers: url }).origin).toBe('https://api.openai.com');
});

test('the gateway without a target, and a provider without an address, are invalid', () => {
  expect(() => target({ provider: null })).toThrow(expect.objectContaining({ code: 'invalid_target' }));
  expect(() => target({ provider: null })).toThrow(/helicone-target-url/);
  expect(() => target({ provider: 'azure' })).toThrow(expect.objectContaining({ code: 'invalid_target' }));
  expect(() => target({ provider: 'azure' })).toThrow(/providers\.azure\.baseUrl/);
});

test('whether a route leads anywhere by itself or by its header', () => {
  const registry = createRegistry({});
  const to = (name: string | null) => ({
    provider: name === null ? null : (registry.get(name) as Provider),
    rest: '/x',
  });
  expect(hasTarget(to('openai'), {})).toBe(true);
  expect(hasTarget(to('azure'), {})).toBe(false);
  expect(hasTarget(to(null), {})).toBe(false);
  expect(hasTarget(to(null), { 'helicone-target-url': 'https://a.b' })).toBe(true);
});

test('what the guard forbids is forbidden, in the name of the header that asked', () => {
  const headers = { 'helicone-target-url': 'https://evil.example' };
  expect(() => target({ provider: null, headers })).toThrow(expect.objectContaining({ code: 'target_forbidden' }));
  expect(() => target({ provider: null, headers })).toThrow(/^helicone-target-url: /);
});
