import { ANSWERS } from '@helicone-proxy/testkit';
import { media, published } from './answer.js';
import { embedded, json, type OpenAICase } from './openai-sdk.js';

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), media(30_000)]);
const SCORES = { hate: 0.0000078, violence: 0.85992 };
/** Embeddings and moderations. */
export const EMBEDDING_CASES: readonly OpenAICase[] = [
  {
    name: 'embeddings',
    answers: [published(ANSWERS.embeddings)],
    run: (openai) =>
      openai.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'], encoding_format: 'float' }),
    record: { prompt_tokens: ANSWERS.embeddings.tokens.prompt_tokens, model: ANSWERS.embeddings.model },
  },
  {
    name: 'embeddings in the base64 that the SDK asks for by itself',
    answers: [embedded([[0.5, -0.25, 1]])],
    run: (openai) => openai.embeddings.create({ model: 'text-embedding-3-small', input: 'The food was delicious' }),
    gives: { data: [{ embedding: [0.5, -0.25, 1] }] },
    record: { prompt_tokens: 8, model: 'text-embedding-3-small' },
  },
  {
    name: 'moderation of text and an image',
    answers: [
      json({
        id: 'modr-970d409ef3bef3b70c73d8232df86e7d',
        model: 'omni-moderation-latest',
        results: [{ flagged: true, categories: { violence: true, hate: false }, category_scores: SCORES }],
      }),
    ],
    run: (openai) =>
      openai.moderations.create({
        model: 'omni-moderation-latest',
        input: [
          { type: 'text', text: 'I want to kill them.' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG.toString('base64')}` } },
        ],
      }),
  },
];
