import { describe, expect, test } from 'vitest';
import { createRegistry, type ProviderOptions, type ProviderTargetOptions } from './registry.js';

const targetsOf = (options: ProviderOptions, name = 'openai') => createRegistry({ [name]: options }).get(name)?.targets;

describe('targets of a provider', () => {
  test('by default there are none', () => {
    for (const provider of createRegistry({}).values()) expect(provider.targets).toEqual([]);
  });

  test('inherit what they do not say', () => {
    const secret = (): string => 'x';
    expect(
      targetsOf({
        apiKey: 'own',
        targets: [{}, { apiKey: secret, weight: 2.5 }, { baseUrl: 'http://10.0.0.1:8000/v1/' }],
      }),
    ).toEqual([
      { origin: 'https://api.openai.com', basePath: '', apiKey: 'own', weight: 1 },
      { origin: 'https://api.openai.com', basePath: '', apiKey: secret, weight: 2.5 },
      { origin: 'http://10.0.0.1:8000', basePath: '/v1', apiKey: 'own', weight: 1 },
    ]);
  });

  test('a provider that is nothing but its targets is at home at the first', () => {
    const targets = [{ baseUrl: 'https://one.example/x' }, { baseUrl: 'https://two.example' }];
    expect(createRegistry({ own: { targets } }).get('own')).toMatchObject({
      origin: 'https://one.example',
      basePath: '/x',
    });
    expect(createRegistry({ azure: { targets } }).get('azure')?.origin).toBe('https://one.example');
  });

  test.each<[unknown, string]>([
    [[], 'providers.openai.targets: must be a list'],
    [{}, 'providers.openai.targets: must be a list'],
    [[{}, { weight: 0 }], 'providers.openai.targets[1].weight: must be a number above 0'],
    [[{ weight: -1 }], 'providers.openai.targets[0].weight'],
    [[{ weight: Number.NaN }], 'providers.openai.targets[0].weight'],
    [[{ weight: Number.POSITIVE_INFINITY }], 'providers.openai.targets[0].weight'],
    [[{ weight: '1' }], 'providers.openai.targets[0].weight'],
    [[{ apiKey: '' }], 'providers.openai.targets[0].apiKey'],
    [[{ apiKey: 7 }], 'providers.openai.targets[0].apiKey'],
    [[{ baseUrl: 'api.openai.com' }], 'providers.openai.targets[0].baseUrl'],
    [[{ baseUrl: 'https://u:p@x.example' }], 'providers.openai.targets[0].baseUrl'],
    [[{ url: 'https://x.example' }], 'providers.openai.targets[0]: unknown key "url"'],
    [[null], 'providers.openai.targets[0]: must be an object'],
  ])('%j is refused by name', (targets, named) => {
    expect(() => targetsOf({ targets: targets as ProviderTargetOptions[] })).toThrow(named);
  });

  test('one without an address needs a provider that has one', () => {
    expect(() => targetsOf({ targets: [{ apiKey: 'x' }] }, 'azure')).toThrow(
      'providers.azure.targets[0].baseUrl: needed',
    );
    expect(() => createRegistry({ own: {} })).toThrow('providers.own.baseUrl: needed');
  });
});

test.each<[unknown, string]>([
  [{ apiKey: '' }, 'providers.openai.apiKey: must be text or a function'],
  [{ apiKey: 5 }, 'providers.openai.apiKey: must be text or a function'],
  [{ wire: 'openai' }, 'providers.openai.wire: must be one of openai-chat'],
  [{ wire: 'constructor' }, 'providers.openai.wire: must be one of openai-chat'],
  [{ headers: { 'bad name': 'x' } }, 'providers.openai.headers["bad name"]: not a header name'],
  [{ headers: { 'X-A': 5 } }, 'providers.openai.headers["X-A"]: must be text'],
  [{ headers: { 'X-A': 'a\r\nb: c' } }, 'providers.openai.headers["X-A"]: must be text'],
  [{ headers: { 'Transfer-Encoding': 'chunked' } }, 'providers.openai.headers["Transfer-Encoding"]: belongs to'],
])('%j is refused by name', (options, named) => {
  expect(() => createRegistry({ openai: options as ProviderOptions })).toThrow(named);
});

test('headers of a provider are set lower-case, those for a gateway of another kind too', () => {
  const headers = { 'Helicone-Auth': 'Bearer x', Host: 'x.example' };
  expect(createRegistry({ openai: { headers } }).get('openai')?.headers).toEqual({
    'helicone-auth': 'Bearer x',
    host: 'x.example',
  });
});
