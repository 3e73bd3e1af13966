import { expect } from 'vitest';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const REFERENCE = 'https://platform.openai.com/docs/api-reference/images';
const STREAMING = 'https://platform.openai.com/docs/api-reference/images-streaming';

const HEAD = { background: 'opaque', output_format: 'png', quality: 'low', size: '1024x1024' };
const GENERATED = {
  total_tokens: 322,
  input_tokens: 50,
  output_tokens: 272,
  input_tokens_details: { text_tokens: 50, image_tokens: 0 },
};
const EDITED = {
  total_tokens: 582,
  input_tokens: 310,
  output_tokens: 272,
  input_tokens_details: { text_tokens: 10, image_tokens: 300 },
};
/** What a call without streaming gets, and the stream is rebuilt to. */
const PLAIN = { created: 1713833628, ...HEAD, data: [{ b64_json: 'iVBORw0KGgo=' }], usage: GENERATED };

const FOX = { model: 'gpt-image-1', prompt: 'A fox 🦊' };

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}`;

const XAI = {
  data: [{ url: 'https://imgen.x.ai/a.jpeg', mime_type: 'image/jpeg', revised_prompt: '' }],
  usage: { cost_in_usd_ticks: 200_000_000 },
};
const PIECES = {
  created: 1589478378,
  data: [
    { url: 'https://example.com/1.png', revised_prompt: 'A red fox' },
    { url: 'https://example.com/2.png', revised_prompt: 'A red fox 🦊' },
  ],
};
const TOGETHER = {
  id: 'o1',
  model: 'black-forest-labs/FLUX.1-schnell',
  object: 'list',
  data: [{ index: 0, url: 'https://example.com/1.jpg', timings: { inference: 0.5 } }],
};

const GENERATION: GoldenCase['record'] = {
  model: 'gpt-image-1',
  outcome: 'success',
  truncated: false,
  prompt_tokens: 50,
  completion_tokens: 272,
  usage_details: { prompt_image_tokens: 0, completion_image_tokens: 272 },
  provider_usage: GENERATED,
  // 50 x 5 + 272 x 40 = 11130 USD per million
  cost_usd: 0.01113,
};

const CASES: GoldenCase[] = [
  {
    name: 'OpenAI images, whole',
    source: `${REFERENCE}/create`,
    path: 'openai/v1/images/generations',
    request: FOX,
    answer: { kind: 'json', body: PLAIN },
    record: { ...GENERATION, stream: false },
  },
  {
    name: 'OpenAI images, streamed with a draft: the same answer',
    source: `${STREAMING}/image_generation/completed`,
    path: 'openai/v1/images/generations',
    request: { ...FOX, stream: true, partial_images: 1 },
    answer: {
      kind: 'sse',
      events: [
        event('image_generation.partial_image', {
          b64_json: 'AAAA',
          created_at: 1713833620,
          ...HEAD,
          partial_image_index: 0,
        }),
        event('image_generation.completed', {
          b64_json: 'iVBORw0KGgo=',
          created_at: 1713833628,
          ...HEAD,
          usage: GENERATED,
        }),
      ],
    },
    body: PLAIN,
    record: { ...GENERATION, stream: true },
  },
  {
    name: 'OpenAI images, an edit that is streamed by events without names',
    source: `${STREAMING}/image_edit/completed`,
    path: 'openai/v1/images/edits',
    request: { ...FOX, stream: true },
    answer: {
      kind: 'sse',
      events: [
        `data: ${JSON.stringify({ type: 'image_edit.completed', b64_json: 'AAAA', created_at: 1713833628, ...HEAD, usage: EDITED })}`,
      ],
    },
    body: { created: 1713833628, ...HEAD, data: [{ b64_json: 'AAAA' }], usage: EDITED },
    record: {
      model: 'gpt-image-1',
      prompt_tokens: 310,
      completion_tokens: 272,
      usage_details: { prompt_image_tokens: 300, completion_image_tokens: 272 },
      // 10 x 5 + 300 x 10 + 272 x 40 = 13930 USD per million
      cost_usd: 0.01393,
    },
  },
  {
    name: 'OpenAI images, of which part of the input was cached and part of the output is text',
    source: `${REFERENCE}/object`,
    path: 'openai/v1/images/edits',
    request: { model: 'gpt-image-1.5', prompt: 'A fox' },
    answer: {
      kind: 'json',
      body: {
        created: 1,
        data: [{ b64_json: 'AAAA' }],
        usage: {
          input_tokens: 400,
          input_tokens_details: {
            text_tokens: 100,
            image_tokens: 300,
            cached_tokens: 256,
            cached_tokens_details: { text_tokens: 56, image_tokens: 200 },
          },
          output_tokens: 300,
          output_tokens_details: { text_tokens: 28, image_tokens: 272 },
          total_tokens: 700,
        },
      },
    },
    body: expect.anything(),
    record: {
      prompt_tokens: 400,
      prompt_cache_read_tokens: 256,
      completion_tokens: 300,
      usage_details: {
        prompt_image_tokens: 300,
        prompt_cache_read_image_tokens: 200,
        completion_image_tokens: 272,
      },
      // 44 x 5 + 56 x 1.25 + 100 x 8 + 200 x 2 + 28 x 10 + 272 x 32 = 10474 USD per million
      cost_usd: 0.010474,
    },
  },
  {
    name: 'xAI images, which tell their cost',
    source: 'https://docs.x.ai/developers/cost-tracking',
    path: 'xai/v1/images/generations',
    request: { model: 'grok-imagine-image', prompt: 'A fox' },
    answer: { kind: 'json', body: XAI },
    record: {
      model: 'grok-imagine-image',
      prompt_tokens: null,
      completion_tokens: null,
      usage_details: { images: 1, told_cost_nano_usd: 20_000_000 },
      provider_usage: XAI.usage,
      // "An image generation with "cost_in_usd_ticks": 200000000 cost $0.02"
      cost_usd: 0.02,
    },
  },
];

/** What a picture costs depends on its size and quality, which answers of these do not tell: only who runs the proxy may know. */
const BY_THE_PIECE: GoldenCase[] = [
  {
    name: 'pictures by the piece, with a price of our own',
    source: `${REFERENCE}/create`,
    path: 'openai/v1/images/generations',
    request: { model: 'dall-e-3', prompt: 'A fox', n: 2 },
    answer: { kind: 'json', body: PIECES },
    record: {
      model: 'dall-e-3',
      prompt_tokens: null,
      completion_tokens: null,
      usage_details: { images: 2 },
      provider_usage: null,
      // 2 x 0.04 USD
      cost_usd: 0.08,
    },
  },
  {
    name: 'pictures by the piece, whose price nobody told',
    source: 'https://docs.together.ai/reference/post-images-generations',
    path: 'together/v1/images/generations',
    request: { model: 'black-forest-labs/FLUX.1-schnell', prompt: 'A fox' },
    answer: { kind: 'json', body: TOGETHER },
    record: { model: 'black-forest-labs/FLUX.1-schnell', usage_details: { images: 1 }, cost_usd: null },
  },
];

goldenCases(CASES);
goldenCases(BY_THE_PIECE, { cost: { prices: [{ provider: 'openai', model: 'dall-e-3', imageUsd: 0.04 }] } });
