// Service tiers, fees and prices of one's own, from an answer's bytes to the record.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { type FixedAnswer, type FixedUpstream, startFixedUpstream } from './fixed-upstream.js';

let upstream: FixedUpstream;
let host: ExpressHost;
beforeAll(async () => {
  upstream = await startFixedUpstream();
  const place = { baseUrl: upstream.url };
  host = await startExpressHost({
    providers: { openai: place, anthropic: place, mine: place },
    cost: {
      prices: [
        { provider: 'mine', model: 'm', inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
        { provider: 'mine', model: 'm', serviceTier: 'priority', inputUsdPerMTok: 3, outputUsdPerMTok: 4 },
        { provider: 'mine', model: 'long', inputUsdPerMTok: 1, outputUsdPerMTok: 2, tiers: [LONG] },
      ],
    },
  });
});
afterAll(async () => {
  await host.close();
  await upstream.close();
});

const LONG = { aboveInputTokens: 1000, inputUsdPerMTok: 10, outputUsdPerMTok: 20 };

async function record(path: string, model: string, answer: object) {
  upstream.answer = { json: { model, ...answer } } as FixedAnswer;
  const response = await fetch(`${host.url}/helicone/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
    body: JSON.stringify({ model }),
  });
  await response.arrayBuffer();
  return host.record(response.headers.get('helicone-id'));
}

const chat = (tier: string | undefined, prompt_tokens = 1000, completion_tokens = 100) => ({
  object: 'chat.completion',
  choices: [],
  service_tier: tier,
  usage: { prompt_tokens, completion_tokens },
});
const CHAT = 'v1/chat/completions';

test.each([
  // gpt-5: 1000 x 1.25 + 100 x 10 = 2250 USD per million; flex half of it, priority twice as much
  [undefined, 0.00225],
  ['default', 0.00225],
  ['flex', 0.001125],
  ['priority', 0.0045],
  ['scale', null],
])('OpenAI, tier %s', async (tier, cost_usd) => {
  expect(await record(`openai/${CHAT}`, 'gpt-5-2025-08-07', chat(tier))).toMatchObject({
    cost_usd,
    price_source: cost_usd === null ? null : 'genai-prices',
    prompt_tokens: 1000,
  });
});

test.each([
  // claude-opus-5-5: 1000 x 4 + 100 x 20 = 6000 USD per million; fast doubles it, the United States add a tenth
  [{ service_tier: 'standard' }, 0.006],
  [{ service_tier: 'standard', speed: 'fast' }, 0.012],
  [{ service_tier: 'standard', speed: 'fast', inference_geo: 'us' }, 0.0132],
  [{ service_tier: 'batch' }, 0.003],
  [{ service_tier: 'priority' }, null],
])('Anthropic, %o', async (told, cost_usd) => {
  const usage = { input_tokens: 1000, output_tokens: 100, ...told };
  const message = { type: 'message', role: 'assistant', content: [], stop_reason: 'end_turn', usage };
  expect((await record('anthropic/v1/messages', 'claude-opus-5-5', message)).cost_usd).toBe(cost_usd);
});

test('prices of one tier, and of long inputs', async () => {
  const cost = async (model: string, answer: object) => (await record(`mine/${CHAT}`, model, answer)).cost_usd;
  expect(await cost('m', chat('priority'))).toBe(0.0034); // 1000 x 3 + 100 x 4
  expect(await cost('m', chat('flex'))).toBe(0.0012); // 1000 x 1 + 100 x 2
  expect(await cost('long', chat(undefined, 1000))).toBe(0.0012);
  expect(await cost('long', chat(undefined, 1001))).toBe(0.01201); // 1001 x 10 + 100 x 20
});

test('our own rows, by their source', async () => {
  const answer = {
    ...chat(undefined),
    usage: { prompt_tokens: 1000, completion_tokens: 0, prompt_tokens_details: { audio_tokens: 400 } },
  };
  // 600 x 2.50 + 400 x 40 = 17 500 USD per million
  expect(await record(`openai/${CHAT}`, 'gpt-4o-audio-preview', answer)).toMatchObject({
    cost_usd: 0.0175,
    price_source: 'helicone-proxy',
  });
});
