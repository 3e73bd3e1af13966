import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const CASES: GoldenCase[] = [
  {
    name: 'Cohere embed v2',
    source: 'https://docs.cohere.com/reference/embed',
    path: 'cohere/v2/embed',
    request: { model: 'embed-v4.0', texts: ['hello', 'goodbye'], input_type: 'classification' },
    answer: {
      kind: 'json',
      body: {
        id: 'da6e531f-54c5-4a73-bf92-f60566d8d753',
        embeddings: {
          float: [
            [0.016296387, -0.008354187],
            [0.04663086, -0.023239136],
          ],
        },
        texts: ['hello', 'goodbye'],
        meta: { api_version: { version: '2', is_experimental: true }, billed_units: { input_tokens: 2 } },
        response_type: 'embeddings_by_type',
      },
    },
    record: {
      model: 'embed-v4.0',
      finish_reason: null,
      outcome: 'success',
      stream: false,
      prompt_tokens: 2,
      completion_tokens: 0,
      // 2 x 0.12 = 0.24 USD per million
      cost_usd: 0.00000024,
    },
  },
  {
    name: 'Cohere embed v2, a picture by its tokens',
    source: 'https://docs.cohere.com/reference/embed',
    path: 'cohere/v2/embed',
    request: { model: 'embed-v4.0', input_type: 'image', images: ['data:image/png;base64,AA=='] },
    answer: {
      kind: 'json',
      body: {
        id: 'i1',
        embeddings: { float: [[0.0071, -0.0085]] },
        texts: [],
        images: [{ width: 1, height: 1, format: 'png', bit_depth: 8 }],
        meta: { api_version: { version: '2' }, billed_units: { images: 1, input_tokens: 10, image_tokens: 1000 } },
        response_type: 'embeddings_by_type',
      },
    },
    record: {
      model: 'embed-v4.0',
      prompt_tokens: 1010,
      completion_tokens: 0,
      usage_details: { prompt_image_tokens: 1000 },
      // 10 x 0.12 + 1000 x 0.47 = 471.2 USD per million
      cost_usd: 0.0004712,
    },
  },
];

goldenCases(CASES);
