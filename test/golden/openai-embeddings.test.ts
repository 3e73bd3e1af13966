import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const list = (model: string, embedding: unknown, usage: object | undefined): object => ({
  object: 'list',
  data: [{ object: 'embedding', index: 0, embedding }],
  model,
  ...(usage === undefined ? {} : { usage }),
});

const FLOATS = list('text-embedding-3-small', [0.0023064255, -0.009327292], { prompt_tokens: 8, total_tokens: 8 });
/** Two floats of 32 bits, little-endian: 0.5 and -0.25. */
const BASE64 = list('text-embedding-3-large', 'AAAAPwAAgL4=', { prompt_tokens: 1000, total_tokens: 1000 });
const MISTRAL = {
  id: 'cf79f7daaee244b1a0ae5c7b1444424a',
  ...list('mistral-embed', [-0.016, 0.07], { prompt_tokens: 15, completion_tokens: 0, total_tokens: 15 }),
};
const TOTAL_ONLY = list('text-embedding-3-small', [0.1], { total_tokens: 50 });

const CASES: GoldenCase[] = [
  {
    name: 'OpenAI embeddings',
    source: 'https://platform.openai.com/docs/api-reference/embeddings/create',
    path: 'openai/v1/embeddings',
    request: { model: 'text-embedding-3-small', input: 'The food was delicious 🦊' },
    answer: { kind: 'json', body: FLOATS },
    record: {
      model: 'text-embedding-3-small',
      outcome: 'success',
      stream: false,
      finish_reason: null,
      prompt_tokens: 8,
      completion_tokens: 0,
      provider_usage: { prompt_tokens: 8, total_tokens: 8 },
      // 8 x 0.02 = 0.16 USD per million
      cost_usd: 0.00000016,
    },
  },
  {
    name: 'OpenAI embeddings as base64',
    source: 'https://platform.openai.com/docs/api-reference/embeddings/create#embeddings-create-encoding_format',
    path: 'openai/v1/embeddings',
    request: { model: 'text-embedding-3-large', input: ['a'], encoding_format: 'base64' },
    answer: { kind: 'json', body: BASE64 },
    // 1000 x 0.13 = 130 USD per million
    record: { model: 'text-embedding-3-large', prompt_tokens: 1000, completion_tokens: 0, cost_usd: 0.00013 },
  },
  {
    name: 'Mistral embeddings',
    source: 'https://docs.mistral.ai/api/endpoint/embeddings',
    path: 'mistral/v1/embeddings',
    request: { model: 'mistral-embed', input: ['Hi'] },
    answer: { kind: 'json', body: MISTRAL },
    // 15 x 0.10 = 1.5 USD per million
    record: { model: 'mistral-embed', prompt_tokens: 15, completion_tokens: 0, cost_usd: 0.0000015 },
  },
  {
    name: 'embeddings whose total alone is told',
    source: 'https://docs.voyageai.com/reference/embeddings-api',
    path: 'openai/v1/embeddings',
    request: { model: 'text-embedding-3-small', input: ['Hi'] },
    answer: { kind: 'json', body: TOTAL_ONLY },
    // 50 x 0.02 = 1 USD per million
    record: { prompt_tokens: 50, completion_tokens: 0, usage_source: 'provider', cost_usd: 0.000001 },
  },
];

goldenCases(CASES);
