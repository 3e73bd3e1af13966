import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const COHERE = {
  id: '07734bd2-2473-4f07-94e1-0d9f0e6843cf',
  results: [
    { index: 3, relevance_score: 0.999071 },
    { index: 4, relevance_score: 0.7867867 },
  ],
  meta: { api_version: { version: '2', is_experimental: false }, billed_units: { search_units: 1 } },
};

const TOGETHER = {
  object: 'rerank',
  id: '9dfa1a09-5ebc-4a40-970f-586cb8f4ae47',
  model: 'salesforce/turboranker-0.8-3778-6328',
  results: [{ index: 0, relevance_score: 0.29980177813003117, document: { text: '{"title":"Llama 🦙"}' } }],
  usage: { prompt_tokens: 1837, completion_tokens: 0, total_tokens: 1837 },
};

const VOYAGE = {
  object: 'list',
  data: [{ relevance_score: 0.4375, index: 0 }],
  model: 'rerank-lite-1',
  usage: { total_tokens: 26 },
};

const CASES: GoldenCase[] = [
  {
    name: 'Cohere rerank v2',
    source: 'https://docs.cohere.com/reference/rerank',
    path: 'cohere/v2/rerank',
    request: { model: 'rerank-v3.5', query: 'capital?', top_n: 2, documents: ['Carson City', 'Washington'] },
    answer: { kind: 'json', body: COHERE },
    record: {
      model: 'rerank-v3.5',
      outcome: 'success',
      stream: false,
      prompt_tokens: null,
      completion_tokens: 0,
      usage_details: { search_units: 1 },
      // 1 search at 2 USD per thousand
      cost_usd: 0.002,
    },
  },
  {
    name: 'Together rerank, by tokens',
    source: 'https://docs.together.ai/reference/rerank',
    path: 'together/v1/rerank',
    request: { model: 'Salesforce/Llama-Rank-V1', query: 'llama', documents: [{ title: 'Llama 🦙' }] },
    answer: { kind: 'json', body: TOGETHER },
    record: {
      model: 'salesforce/turboranker-0.8-3778-6328',
      request_model: 'Salesforce/Llama-Rank-V1',
      outcome: 'success',
      prompt_tokens: 1837,
      completion_tokens: 0,
      // 1837 x 0.10 = 183.7 USD per million, at the price below
      cost_usd: 0.0001837,
    },
  },
  {
    name: 'Voyage rerank, by tokens in all',
    source: 'https://docs.voyageai.com/reference/reranker-api',
    path: 'voyage/v1/rerank',
    request: { model: 'rerank-lite-1', query: 'q', documents: ['a'] },
    answer: { kind: 'json', body: VOYAGE },
    record: {
      model: 'rerank-lite-1',
      prompt_tokens: 26,
      completion_tokens: 0,
      // 26 x 0.02 = 0.52 USD per million, at the price below
      cost_usd: 0.00000052,
    },
  },
];

goldenCases(CASES, {
  cost: {
    prices: [
      { provider: 'together', model: { prefix: 'salesforce/' }, inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.1 },
      { provider: 'voyage', model: 'rerank-lite-1', inputUsdPerMTok: 0.02, outputUsdPerMTok: 0 },
    ],
  },
});
