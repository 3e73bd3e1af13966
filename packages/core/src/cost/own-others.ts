import { type OwnPrice, perMTok, withLong } from './own-price.js';

/** Providers with few rows. */
export const OTHER_PRICES: readonly OwnPrice[] = [
  // https://github.com/mistralai/platform-docs-public/tree/main/src/schema/models/models (the data behind docs.mistral.ai), seen
  // 2026-11-20. The aliases moved; the library still has them at their first models.
  {
    providers: ['mistral'],
    models: ['mistral-large-latest'],
    prices: [{ from: '2025-12-02', table: perMTok({ input: 0.5, read: 0.05, output: 1.5 }) }],
  },
  {
    providers: ['mistral'],
    models: ['mistral-large-4', 'mistral-large-4-0'],
    prices: [{ table: perMTok({ input: 0.68, read: 0.07, output: 2.09 }) }],
  },
  {
    providers: ['mistral'],
    models: ['mistral-small-latest'],
    prices: [{ from: '2026-03-16', table: perMTok({ input: 0.15, read: 0.015, output: 0.6 }) }],
  },
  {
    providers: ['mistral'],
    models: ['codestral-latest'],
    prices: [{ from: '2025-07-30', table: perMTok({ input: 0.3, read: 0.03, output: 0.9 }) }],
  },
  {
    providers: ['mistral'],
    models: ['codestral-embed', 'codestral-embed-2505'],
    prices: [{ table: perMTok({ input: 0.15 }) }],
  },
  {
    // 0.001 USD per minute of audio, besides the tokens
    providers: ['mistral'],
    models: ['voxtral-mini-2507'],
    prices: [{ table: { ...perMTok({ input: 0.04, output: 0.04 }), input_audio_hours: 0.06 } }],
  },
  // A search is a query with up to 100 documents. https://cohere.com/pricing, seen 2026-04-01; since then it names no price.
  {
    providers: ['cohere'],
    models: ['rerank-v3.5', 'rerank-english-v3.0', 'rerank-multilingual-v3.0'],
    prices: [{ table: { rerank_searches_kcount: 2 } }],
  },
  // https://cohere.com/pricing, seen 2026-06-01
  { providers: ['cohere'], models: ['rerank-v4.0-fast'], prices: [{ table: { rerank_searches_kcount: 2 } }] },
  { providers: ['cohere'], models: ['rerank-v4.0-pro'], prices: [{ table: { rerank_searches_kcount: 2.5 } }] },
  {
    providers: ['cohere'],
    models: ['embed-v4.0'],
    prices: [{ table: { ...perMTok({ input: 0.12 }), input_image_mtok: 0.47 } }],
  },
  {
    // https://cohere.com/pricing, "Embed 3"
    providers: ['cohere'],
    models: [
      'embed-english-v3.0',
      'embed-multilingual-v3.0',
      'embed-english-light-v3.0',
      'embed-multilingual-light-v3.0',
    ],
    prices: [{ table: perMTok({ input: 0.1 }) }],
  },
  // https://docs.x.ai/developers/pricing, seen 2026-11-20. From 200 000 tokens on, that many included.
  {
    providers: ['xai'],
    models: ['grok-4.7'],
    prices: [
      {
        table: withLong(
          perMTok({ input: 2, read: 0.5, output: 6 }),
          199_999,
          perMTok({ input: 4, read: 1, output: 12 }),
        ),
      },
    ],
  },
  {
    providers: ['xai'],
    models: ['grok-4.20-0309-reasoning', 'grok-4.20-0309-non-reasoning', 'grok-4.20-multi-agent-0309'],
    prices: [
      {
        table: withLong(
          perMTok({ input: 1.25, read: 0.2, output: 2.5 }),
          199_999,
          perMTok({ input: 2.5, read: 0.4, output: 5 }),
        ),
      },
    ],
  },
  // Pictures by the piece: https://ai.google.dev/gemini-api/docs/pricing and https://cloud.google.com/vertex-ai/generative-ai/pricing,
  // seen 2026-06-01
  {
    providers: ['google', 'vertex'],
    models: ['imagen-4.0-generate-001', 'imagen-4.0-generate-preview-06-06'],
    prices: [{ table: { images_kcount: 40 } }],
  },
  {
    providers: ['google', 'vertex'],
    models: ['imagen-4.0-ultra-generate-001', 'imagen-4.0-ultra-generate-preview-06-06'],
    prices: [{ table: { images_kcount: 60 } }],
  },
  {
    providers: ['google', 'vertex'],
    models: ['imagen-4.0-fast-generate-001'],
    prices: [{ table: { images_kcount: 20 } }],
  },
  { providers: ['google'], models: ['imagen-3.0-generate-002'], prices: [{ table: { images_kcount: 30 } }] },
  {
    providers: ['vertex'],
    models: ['imagen-3.0-generate-001', 'imagen-3.0-generate-002'],
    prices: [{ table: { images_kcount: 40 } }],
  },
  { providers: ['vertex'], models: ['imagen-3.0-fast-generate-001'], prices: [{ table: { images_kcount: 20 } }] },
  {
    // 0.000025 USD per 1000 characters: https://cloud.google.com/vertex-ai/generative-ai/pricing#embedding-models
    providers: ['vertex'],
    models: ['text-embedding-004', 'text-embedding-005', 'text-multilingual-embedding-002'],
    prices: [{ table: { input_mchars: 0.025 } }],
  },
  {
    // https://cloud.google.com/vertex-ai/generative-ai/pricing#mistral-models
    providers: ['vertex'],
    models: ['mistral-medium-3'],
    prices: [{ table: perMTok({ input: 0.4, output: 2 }) }],
  },
  // The library has this one as free, for its own tests.
  { providers: ['cerebras'], models: ['qwen-3-coder-480b'], prices: [{ table: null }] },
];
