import type { ListedPrice, ListedRates } from '@helicone-proxy/core';
import { describe, expect, test } from 'vitest';
import type { ApiOptions } from './create-api.js';
import { ModelList, ModelRegistry, modelLists } from './model-list.js';

const NONE = Object.fromEntries(
  [
    ...[
      'input',
      'output',
      'cacheRead',
      'cacheWrite',
      'cacheWrite5m',
      'cacheWrite1h',
      'cacheWrite12h',
      'inputAudio',
      'cacheAudioRead',
    ],
    ...['outputAudio', 'inputImage', 'cacheImageRead', 'outputImage', 'inputVideo', 'outputVideo', 'reasoning'],
    ...['citation', 'request', 'webSearch', 'fileSearch', 'codeSession', 'audioMinute', 'characters', 'image', 'page'],
    ...['annotatedPage', 'rerankSearch'],
  ].map((name) => [name, null]),
) as unknown as ListedRates;
const RATES: ListedRates = { ...NONE, input: 2, output: 8 };

function price(provider: string | null, model: string, given: Partial<ListedPrice> = {}): ListedPrice {
  const name = `The ${model}`;
  const known = { provider, model, name, description: null, contextWindow: null, multimodal: false };
  return { ...known, source: 'genai-prices', rates: RATES, tiers: [], ...given };
}

function optionsOf(prices: ListedPrice[]): ApiOptions & { asked: number } {
  const options = {
    records: {} as ApiOptions['records'],
    asked: 0,
    async prices() {
      options.asked += 1;
      return prices;
    },
  };
  return options;
}

const parsed = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());

describe('modelLists', () => {
  test('a model has an endpoint for each provider', async () => {
    const long = { ...RATES, input: 4, cacheRead: 1 };
    const options = optionsOf([
      price('openai', 'a', { rates: { ...RATES, reasoning: 9 } }),
      price('azure', 'a', { contextWindow: 1000, source: 'override', tiers: [{ above: 200, rates: long }] }),
      price('mistral', 'b', { description: 'A model.', multimodal: true }),
    ]);
    const { data, error } = parsed((await modelLists(options)).registry);
    expect(error).toBe(null);
    expect(ModelRegistry.parse(data)).toEqual(data);
    expect(data).toEqual({
      models: [
        {
          id: 'a',
          name: 'The a',
          author: 'openai',
          contextLength: 1000,
          endpoints: [
            {
              provider: 'openai',
              providerSlug: 'openai',
              source: 'genai-prices',
              contextLength: null,
              pricing: { prompt: 2, completion: 8, thinking: 9 },
            },
            {
              provider: 'azure',
              providerSlug: 'azure',
              source: 'override',
              contextLength: 1000,
              pricing: { prompt: 2, completion: 8 },
              pricingTiers: [
                { prompt: 2, completion: 8, threshold: 0 },
                { prompt: 4, completion: 8, cacheRead: 1, threshold: 200 },
              ],
            },
          ],
        },
        {
          id: 'b',
          name: 'The b',
          author: 'mistral',
          description: 'A model.',
          contextLength: null,
          endpoints: [expect.objectContaining({ provider: 'mistral' })],
        },
      ],
      total: 2,
      filters: {
        providers: ['azure', 'mistral', 'openai'].map((name) => ({ name, displayName: name })),
        authors: ['mistral', 'openai'],
        capabilities: ['thinking'],
      },
    });
  });

  test("OpenAI's lists name models, not what overrides match", async () => {
    const options = optionsOf([
      price(null, 'ours*', { source: 'override' }),
      price(null, '/^x/', { source: 'override' }),
      price('openai', 'a'),
      price('google', 'b'),
      price('vertex', 'b', { multimodal: true }),
    ]);
    const lists = await modelLists(options);
    const endpoint = (provider: string) => expect.objectContaining({ provider, pricing: { prompt: 2, completion: 8 } });
    const model = (id: string, owner: string, ...more: string[]) => ({
      id,
      object: 'model',
      created: 0,
      owned_by: owner,
      endpoints: [owner, ...more].map(endpoint),
    });
    expect(ModelList.parse(parsed(lists.models))).toEqual(parsed(lists.models));
    expect(parsed(lists.models)).toEqual({
      object: 'list',
      data: [model('a', 'openai'), model('b', 'google', 'vertex')],
    });
    expect(parsed(lists.multimodal)).toEqual({ object: 'list', data: [model('b', 'google', 'vertex')] });
    expect(parsed(lists.registry).data.models.map(({ id }: { id: string }) => id)).toEqual(['ours*', '/^x/', 'a', 'b']);
    expect(parsed(lists.registry).data.models[0].endpoints[0].provider).toBe('*');
  });

  test('rates of every unit have a key of their own', async () => {
    const rates = Object.fromEntries(Object.keys(NONE).map((name, i) => [name, i + 1])) as unknown as ListedRates;
    const options = optionsOf([
      price('openai', 'a', { rates, source: 'helicone-proxy' }),
      price(null, 'b', { serviceTier: 'flex' }),
    ]);
    const { data } = parsed((await modelLists(options)).registry);
    expect(ModelRegistry.parse(data)).toEqual(data);
    expect(data.models[0].endpoints[0].pricing).toEqual({
      prompt: 1,
      completion: 2,
      cacheRead: 3,
      cacheWrite: 4,
      cacheWrite5m: 5,
      cacheWrite1h: 6,
      cacheWrite12h: 7,
      audio: 8,
      cacheReadAudio: 9,
      completionAudio: 10,
      image: 11,
      cacheReadImage: 12,
      completionImage: 13,
      video: 14,
      completionVideo: 15,
      thinking: 16,
      citation: 17,
      request: 18,
      webSearch: 19,
      fileSearch: 20,
      codeSession: 21,
      audioMinute: 22,
      characters: 23,
      perImage: 24,
      perPage: 25,
      perAnnotatedPage: 26,
      perRerankSearch: 27,
    });
    expect(data.models[1].endpoints[0].serviceTier).toBe('flex');
    expect(data.filters.capabilities).toEqual(['audio', 'caching', 'image', 'thinking', 'video', 'web_search']);
  });

  test('the same bytes for an hour, then anew', async () => {
    const options = optionsOf([price('openai', 'a')]);
    const first = await modelLists(options, 1_000);
    expect(await modelLists(options, 3_600_999)).toBe(first);
    expect(options.asked).toBe(1);
    expect(await modelLists(options, 3_601_000)).not.toBe(first);
    expect(options.asked).toBe(2);
    expect(await modelLists(optionsOf([price('openai', 'b')]), 1_000)).not.toBe(first);
  });

  test('what failed is asked again', async () => {
    const options = optionsOf([price('openai', 'a')]);
    const { prices } = options;
    options.prices = () => Promise.reject(new Error('no worker'));
    await expect(modelLists(options, 1)).rejects.toThrow('no worker');
    options.prices = prices;
    expect(parsed((await modelLists(options, 2)).models).data).toHaveLength(1);
  });

  test('an API without prices knows no models', async () => {
    const lists = await modelLists({ records: {} as ApiOptions['records'] });
    expect(parsed(lists.models)).toEqual({ object: 'list', data: [] });
    expect(parsed(lists.registry).data).toMatchObject({ models: [], total: 0 });
  });
});
