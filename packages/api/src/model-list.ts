import type { ListedPrice, ListedRates } from '@helicone-proxy/core';
import { z } from 'zod';
import type { ApiOptions } from './create-api.js';

const rate = z.number().optional();

/** USD per million tokens; a rate that is left out is that of the next wider kind. */
const Pricing = z.object({
  prompt: rate,
  completion: rate,
  cacheRead: rate,
  cacheWrite: rate,
  cacheWrite1h: rate.describe('Cache writes that are kept for an hour.'),
  audio: rate,
  completionAudio: rate,
  thinking: rate,
  request: rate.describe('USD for each request, besides its tokens.'),
  threshold: z.int().optional().describe('Tokens: the rates hold for calls whose input is longer.'),
});

const Endpoint = z.object({
  provider: z.string().describe('`*` for an override that holds for all providers.'),
  providerSlug: z.string(),
  source: z.enum(['override', 'genai-prices']).describe('Which table the rates come from.'),
  contextLength: z.int().nullable(),
  pricing: Pricing,
  pricingTiers: z.array(Pricing).optional(),
});

const Capability = z.enum(['audio', 'caching', 'thinking']);

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

function openAiList(models: readonly Model[]) {
  const data = models.map(({ id, author }) => ({ id, object: 'model', created: 0, owned_by: author }));
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
  if (has('inputAudio', 'outputAudio')) capabilities.push('audio');
  if (has('cacheRead', 'cacheWrite')) capabilities.push('caching');
  if (has('reasoning')) capabilities.push('thinking');
  return {
    providers: providers.map((name) => ({ name, displayName: name })),
    authors: sorted(models.map(({ author }) => author)),
    capabilities,
  };
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function endpointOf({ provider, source, contextWindow, rates, tiers }: ListedPrice): Model['endpoints'][number] {
  const name = provider ?? '*';
  const pricing = pricingOf(rates);
  const longer = tiers.map(({ above, rates }) => ({ ...pricingOf(rates), threshold: above }));
  return {
    provider: name,
    providerSlug: name,
    source,
    contextLength: contextWindow,
    pricing,
    ...(longer.length === 0 ? {} : { pricingTiers: [{ ...pricing, threshold: 0 }, ...longer] }),
  };
}

function pricingOf(rates: ListedRates): z.output<typeof Pricing> {
  const known = (usd: number | null): number | undefined => usd ?? undefined;
  return {
    prompt: known(rates.input),
    completion: known(rates.output),
    cacheRead: known(rates.cacheRead),
    cacheWrite: known(rates.cacheWrite),
    cacheWrite1h: known(rates.cacheWrite1h),
    audio: known(rates.inputAudio),
    completionAudio: known(rates.outputAudio),
    thinking: known(rates.reasoning),
    request: known(rates.request),
  };
}

function bytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
