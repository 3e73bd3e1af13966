import { chatEvents } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const CASES: GoldenCase[] = [
  {
    name: 'OpenAI legacy completions, streamed, with log probabilities',
    source: 'https://platform.openai.com/docs/api-reference/completions/object',
    path: 'openai/v1/completions',
    request: { model: 'gpt-3.5-turbo-instruct', prompt: 'Say', stream: true },
    answer: {
      kind: 'sse',
      events: chatEvents({ id: 'cmpl-1', object: 'text_completion', created: 1, model: 'gpt-3.5-turbo-instruct' }, [
        {
          choices: [
            {
              text: 'Ça',
              index: 0,
              logprobs: { tokens: ['Ça'], token_logprobs: [-1], top_logprobs: null, text_offset: [3] },
              finish_reason: null,
            },
          ],
        },
        {
          choices: [
            {
              text: ' va 👍',
              index: 0,
              logprobs: { tokens: [' va 👍'], token_logprobs: [-0.5], top_logprobs: null, text_offset: [5] },
              finish_reason: 'length',
            },
          ],
        },
        { choices: [], usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 } },
      ]),
    },
    body: {
      id: 'cmpl-1',
      object: 'text_completion',
      created: 1,
      model: 'gpt-3.5-turbo-instruct',
      choices: [
        {
          text: 'Ça va 👍',
          index: 0,
          logprobs: {
            tokens: ['Ça', ' va 👍'],
            token_logprobs: [-1, -0.5],
            top_logprobs: null,
            text_offset: [3, 5],
          },
          finish_reason: 'length',
        },
      ],
      usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
    },
    record: {
      finish_reason: 'length',
      prompt_tokens: 5,
      completion_tokens: 7,
      // 5 x 1.50 + 7 x 2 = 21.5 USD per million
      cost_usd: 0.0000215,
    },
  },
];

goldenCases(CASES);
