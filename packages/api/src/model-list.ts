import type { ListedPrice, ListedRates } from '@helicone-proxy/core';
import { z } from 'zod';
import type { ApiOptions } from './create-api.js';

const rate = z.number().optional();

/**
 * USD per million tokens, where no other unit is named; a rate that is left out is that of the next wider kind, and of another unit
 * is not charged or not known.
 */
const Pricing = z.object({
  prompt: rate,
  completion: rate,
  cacheRead: rate,
  cacheWrite: rate,
  cacheWrite1h: rate.describe('Cache writes that are kept for an hour.'),
  cacheWrite12h: rate.describe('Cache writes that are kept for 12 hours; left out where it is not known.'),
  cacheWrite5m: rate.describe('Cache writes that are kept for five minutes.'),
  audio: rate,
  cacheReadAudio: rate,
  completionAudio: rate,
  image: rate,
  cacheReadImage: rate,
  completionImage: rate,
  video: rate,
  completionVideo: rate,
  thinking: rate,
  citation: rate.describe('Sources that are billed besides prompt and completion.'),
  request: rate.describe('USD for each request, besides its tokens.'),
  webSearch: rate.describe('USD for each web search that the provider runs.'),
  fileSearch: rate.describe('USD for each search of stored files that the provider runs.'),
  codeSession: rate.describe('USD for each container for running code that the provider starts.'),
  audioMinute: rate.describe('USD per minute of audio that is transcribed.'),
  characters: rate.describe('USD per million characters that are spoken.'),
  perImage: rate.describe('USD for each picture that is made.'),
  perPage: rate.describe('USD for each page that is read.'),
  perAnnotatedPage: rate.describe('USD for each page that is annotated as well.'),
  perRerankSearch: rate.describe('USD for each search of a re-ranker.'),
  threshold: z.int().optional().describe('Tokens: the rates hold for calls whose input is longer.'),
});

const Endpoint = z.object({
  provider: z.string().describe('`*` for an override that holds for all providers.'),
  providerSlug: z.string(),
  source: z.enum(['override', 'helicone-proxy', 'genai-prices']).describe('Which table the rates come from.'),
  serviceTier: z.string().optional().describe('Of an override that holds for one service tier.'),
  contextLength: z.int().nullable(),
  pricing: Pricing,
  pricingTiers: z.array(Pricing).optional(),
});

const Capability = z.enum(['audio', 'caching', 'image', 'thinking', 'video', 'web_search']);

/** OpenAI's list of models, with what each provider of a model charges. */
export const ModelList = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      id: z.string(),
      object: z.literal('model'),
      created: z.int().describe('Always 0: no table of prices knows it.'),
      owned_by: z.string().describe('The first provider of the model.'),
      endpoints: z.array(Endpoint),
    }),
  ),
});

/** Helicone's model registry, as far as a table of prices knows it. */
export const ModelRegistry = z.object({
  models: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      author: z.string().describe('The first provider of the model.'),
      description: z.string().optional(),
      contextLength: z.int().nullable().describe('Null where it is not known.'),
      endpoints: z.array(Endpoint),
    }),
  ),
  total: z.int(),
  filters: z.object({
    providers: z.array(z.object({ name: z.string(), displayName: z.string() })),
    authors: z.array(z.string()),
    capabilities: z.array(Capability),
  }),
});

type Registry = z.output<typeof ModelRegistry>;
type Model = Registry['models'][number];

/** Answers about models, ready to be sent. */
export interface ModelLists {
  /** OpenAI's list. */
  models: Uint8Array;
  /** The same, of those that take or give something besides text. */
  multimodal: Uint8Array;
  /** Helicone's registry in its envelope. */
  registry: Uint8Array;
}

interface Kept {
  /** Unix ms. */
  madeAt: number;
  lists: Promise<ModelLists>;
}

/** Prices change by the hour at most, except for rates by the time of day. */
const KEPT_MS = 60 * 60 * 1000;

const keptOf = new WeakMap<ApiOptions, Kept>();

/** The lists of an API, made anew once an hour when somebody asks. Rejects when the prices cannot be told. */
export function modelLists(options: ApiOptions, now = Date.now()): Promise<ModelLists> {
  const kept = keptOf.get(options);
  if (kept !== undefined && now - kept.madeAt < KEPT_MS) return kept.lists;
  const lists = (options.prices?.() ?? Promise.resolve([])).then(toLists);
  keptOf.set(options, { madeAt: now, lists });
  lists.catch(() => keptOf.delete(options));
  return lists;
}

function toLists(prices: readonly ListedPrice[]): ModelLists {
  const registry = registryOf(prices);
  const multimodal = new Set(prices.filter((price) => price.multimodal).map(({ model }) => model));
  const named = registry.models.filter(({ id }) => !isPattern(id));
  return {
    models: bytes(openAiList(named)),
    multimodal: bytes(openAiList(named.filter(({ id }) => multimodal.has(id)))),
    registry: bytes({ data: registry, error: null }),
  };
}

/** Of an override for several models. */
function isPattern(id: string): boolean {
  return id.endsWith('*') || id.startsWith('/');
}

/** OpenAI's members, and what each provider of the model charges. */
function openAiList(models: readonly Model[]): z.output<typeof ModelList> {
  const data = models.map(({ id, author, endpoints }) => ({
    id,
    object: 'model' as const,
    created: 0,
    owned_by: author,
    endpoints,
  }));
  return { object: 'list', data };
}

function registryOf(prices: readonly ListedPrice[]): Registry {
  const models = new Map<string, Model>();
  for (const price of prices) {
    const { model: id, name, description, contextWindow } = price;
    const endpoint = endpointOf(price);
    const known = models.get(id);
    if (known === undefined) {
      const author = endpoint.provider;
      const described = description === null ? {} : { description };
      models.set(id, { id, name, author, ...described, contextLength: contextWindow, endpoints: [endpoint] });
    } else {
      known.endpoints.push(endpoint);
      known.contextLength ??= contextWindow;
    }
  }
  return { models: [...models.values()], total: models.size, filters: filtersOf(prices, [...models.values()]) };
}

function filtersOf(prices: readonly ListedPrice[], models: readonly Model[]): Registry['filters'] {
  const providers = sorted(prices.flatMap(({ provider }) => provider ?? []));
  const has = (...names: (keyof ListedRates)[]): boolean =>
    prices.some(({ rates }) => names.some((name) => rates[name] !== null));
  const capabilities: z.output<typeof Capability>[] = [];
  if (has('inputAudio', 'outputAudio', 'audioMinute', 'characters')) capabilities.push('audio');
  if (has('cacheRead', 'cacheWrite')) capabilities.push('caching');
  if (has('inputImage', 'outputImage', 'image')) capabilities.push('image');
  if (has('reasoning')) capabilities.push('thinking');
  if (has('inputVideo', 'outputVideo')) capabilities.push('video');
  if (has('webSearch')) capabilities.push('web_search');
  return {
    providers: providers.map((name) => ({ name, displayName: name })),
    authors: sorted(models.map(({ author }) => author)),
    capabilities,
  };
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function endpointOf(price: ListedPrice): Model['endpoints'][number] {
  const { provider, source, serviceTier, contextWindow, rates, tiers } = price;
  const name = provider ?? '*';
  const pricing = pricingOf(rates);
  const longer = tiers.map(({ above, rates }) => ({ ...pricingOf(rates), threshold: above }));
  return {
    provider: name,
    providerSlug: name,
    source,
    ...(serviceTier === undefined ? {} : { serviceTier }),
    contextLength: contextWindow,
    pricing,
    ...(longer.length === 0 ? {} : { pricingTiers: [{ ...pricing, threshold: 0 }, ...longer] }),
  };
}

/** What each rate is called in an answer. */
const KEYS: Readonly<Record<keyof ListedRates, keyof z.output<typeof Pricing>>> = {
  input: 'prompt',
  output: 'completion',
  cacheRead: 'cacheRead',
  cacheWrite: 'cacheWrite',
  cacheWrite5m: 'cacheWrite5m',
  cacheWrite1h: 'cacheWrite1h',
  cacheWrite12h: 'cacheWrite12h',
  inputAudio: 'audio',
  cacheAudioRead: 'cacheReadAudio',
  outputAudio: 'completionAudio',
  inputImage: 'image',
  cacheImageRead: 'cacheReadImage',
  outputImage: 'completionImage',
  inputVideo: 'video',
  outputVideo: 'completionVideo',
  reasoning: 'thinking',
  citation: 'citation',
  request: 'request',
  webSearch: 'webSearch',
  fileSearch: 'fileSearch',
  codeSession: 'codeSession',
  audioMinute: 'audioMinute',
  characters: 'characters',
  image: 'perImage',
  page: 'perPage',
  annotatedPage: 'perAnnotatedPage',
  rerankSearch: 'perRerankSearch',
};

const RATES = Object.entries(KEYS) as [keyof ListedRates, keyof z.output<typeof Pricing>][];

function pricingOf(rates: ListedRates): z.output<typeof Pricing> {
  const pricing: z.output<typeof Pricing> = {};
  for (const [name, key] of RATES) {
    const usd = rates[name];
    if (usd !== null) pricing[key] = usd;
  }
  return pricing;
}

function bytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
