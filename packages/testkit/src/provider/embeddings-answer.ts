import { type Answer, jsonAnswer } from './answer.js';

/** Numbers are written in ways that a parser would not keep. */
export const EMBEDDINGS: Answer = jsonAnswer({
  name: 'embeddings',
  provider: 'openai',
  path: '/v1/embeddings',
  request: { model: 'text-embedding-3-small', input: 'The food was delicious', encoding_format: 'float' },
  headers: [
    ['content-type', 'application/json'],
    ['openai-model', 'text-embedding-3-small'],
    ['x-request-id', 'req_2f9a0d7c5b3e4a1d8c6f7e5d4c3b2a19'],
  ],
  text: `{
  "object": "list",
  "data": [
    {
      "object": "embedding",
      "index": 0,
      "embedding": [0.0023064255, -0.009327292, 1.50E-05, -0.0, 0.028842222000]
    }
  ],
  "model": "text-embedding-3-small",
  "usage": {
    "prompt_tokens": 8,
    "total_tokens": 8
  }
}
`,
  model: 'text-embedding-3-small',
  finishReason: null,
  tokens: {
    prompt_tokens: 8,
    completion_tokens: 0,
    prompt_cache_read_tokens: null,
    prompt_cache_write_tokens: null,
    reasoning_tokens: null,
  },
});
