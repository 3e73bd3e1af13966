// Models and their prices over REST.
import { get } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { ModelList, ModelRegistry } from '../../packages/api/src/model-list.js';
import { startedHere } from '../rig/started.js';

const { rig } = startedHere();

async function fetchJson(url: string, headers: Record<string, string> = {}) {
  const { status, body, header } = await get(url, { method: 'GET', headers });
  expect(header('content-type')).toMatch(/^application\/json/);
  return { status, answer: JSON.parse(body.toString()) };
}

describe('models', () => {
  test("are listed as OpenAI's SDK reads them", async () => {
    const { url } = await rig({ auth: { keys: { 'sk-a': {}, 'pk-a': {} } } });
    const client = new OpenAI({ baseURL: `${url}/api/v1`, apiKey: 'sk-a', maxRetries: 0 });
    const models: OpenAI.Model[] = [];
    for await (const model of client.models.list()) models.push(model);
    expect(models.length).toBeGreaterThan(300);
    const mini = models.find(({ id }) => id === 'gpt-4o-mini') as OpenAI.Model & { endpoints: unknown[] };
    expect(mini).toMatchObject({ id: 'gpt-4o-mini', object: 'model', created: 0, owned_by: 'openai' });
    expect(mini.endpoints[0]).toMatchObject({
      provider: 'openai',
      source: 'genai-prices',
      pricing: { prompt: 0.15, completion: 0.6, cacheRead: 0.075, webSearch: 0.01, fileSearch: 0.0025 },
    });
    // Our own rows, and models that are not charged by the token.
    expect(models.find(({ id }) => id === 'tts-1')).toMatchObject({
      endpoints: [{ provider: 'openai', source: 'helicone-proxy', pricing: { characters: 15 } }],
    });
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    const multimodal = await fetchJson(`${url}/api/v1/models/multimodal`, { authorization: 'Bearer sk-a' });
    const whole = await fetchJson(`${url}/api/v1/models`, { authorization: 'Bearer sk-a' });
    for (const { answer } of [whole, multimodal]) expect(ModelList.parse(answer)).toEqual(answer);
    const ids = multimodal.answer.data.map(({ id }: { id: string }) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.length).toBeLessThan(models.length);
    expect((await fetchJson(`${url}/api/v1/models`, { authorization: 'Bearer pk-a' })).status).toBe(403);
    expect((await fetchJson(`${url}/api/v1/models`)).status).toBe(401);
  });

  test('have prices, and those of the options come first', async () => {
    const prices = [
      { provider: 'openai', model: 'gpt-4o-mini', inputUsdPerMTok: 1.5, outputUsdPerMTok: 2.5 },
      { model: { prefix: 'ours-' }, inputUsdPerMTok: 0.25, outputUsdPerMTok: 0 },
    ];
    const { url } = await rig({ cost: { prices } });
    const first = await fetchJson(`${url}/api/v1/public/model-registry/models`);
    expect(first.status).toBe(200);
    const registry = ModelRegistry.parse(first.answer.data);
    expect(registry.total).toBe(registry.models.length);
    const [mini, ours] = registry.models;
    expect(mini).toMatchObject({ id: 'gpt-4o-mini' });
    expect(mini?.endpoints[0]).toMatchObject({
      provider: 'openai',
      source: 'override',
      pricing: { prompt: 1.5, completion: 2.5 },
    });
    const own = registry.models.filter(({ endpoints }) => endpoints.some(({ source }) => source === 'override'));
    expect(own).toEqual([mini, ours]);
    expect(ours).toMatchObject({
      id: 'ours-*',
      endpoints: [{ provider: '*', pricing: { prompt: 0.25, completion: 0 } }],
    });
    const opus = registry.models.find(({ id }) => id === 'claude-opus-4-1');
    expect(opus?.endpoints[0]).toMatchObject({
      provider: 'anthropic',
      pricing: { prompt: 15, completion: 75, cacheRead: 1.5, cacheWrite: 18.75 },
    });
    expect(opus?.contextLength).toBe(200_000);
    const again = await fetchJson(`${url}/api/v1/public/model-registry/models`);
    expect(again.answer).toEqual(first.answer);
  });
});
