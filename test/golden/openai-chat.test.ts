import { chatEvents, delta } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

// The last chunk with the usage: `stream_options: {"include_usage": true}`.
const STREAMING = 'https://platform.openai.com/docs/api-reference/chat-streaming/streaming';
const PATH = 'openai/v1/chat/completions';

function request(model: string, more: object = {}): object {
  return { model, messages: [{ role: 'user', content: 'Hi' }], ...more };
}

const STREAM = { stream: true, stream_options: { include_usage: true } };

function head(model: string): object {
  return { id: 'c1', object: 'chat.completion.chunk', created: 1694268190, model };
}

function whole(model: string, choices: object[], more: object): object {
  return { id: 'c1', object: 'chat.completion', created: 1694268190, model, choices, ...more };
}

const CASES: GoldenCase[] = [
  {
    name: 'OpenAI chat, streamed, with usage',
    source: STREAMING,
    path: PATH,
    request: { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: [
        'data: {"id":"c1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}',
        'data: {"id":"c1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{"content":"Zoë 🦊"},"logprobs":null,"finish_reason":null}]}',
        'data: {"id":"c1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}',
        'data: {"id":"c1","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini-2024-07-18","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010}}',
        'data: [DONE]',
      ],
    },
    body: {
      id: 'c1',
      object: 'chat.completion',
      created: 1694268190,
      model: 'gpt-4o-mini-2024-07-18',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Zoë 🦊' }, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010 },
    },
    record: {
      model: 'gpt-4o-mini-2024-07-18',
      finish_reason: 'stop',
      outcome: 'success',
      stream: true,
      truncated: false,
      prompt_tokens: 1000,
      completion_tokens: 10,
      // 1000 x 0.15 + 10 x 0.60 = 156 USD per million
      cost_usd: 0.000156,
    },
  },
  {
    name: 'OpenAI chat, streamed, tools in parallel',
    source: STREAMING,
    path: PATH,
    request: request('gpt-4o', { ...STREAM, tools: [] }),
    answer: {
      kind: 'sse',
      events: chatEvents(head('gpt-4o-2024-08-06'), [
        delta({
          role: 'assistant',
          content: null,
          tool_calls: [{ index: 0, id: 'call_a', type: 'function', function: { name: 'weather', arguments: '' } }],
        }),
        delta({ tool_calls: [{ index: 0, function: { arguments: '{"city":"Kö' } }] }),
        delta({ tool_calls: [{ index: 0, function: { arguments: 'ln 🌧"}' } }] }),
        delta({
          tool_calls: [{ index: 1, id: 'call_b', type: 'function', function: { name: 'clock', arguments: '' } }],
        }),
        delta({ tool_calls: [{ index: 1, function: { arguments: '{}' } }] }),
        delta({}, { finish_reason: 'tool_calls' }),
        { choices: [], usage: { prompt_tokens: 81, completion_tokens: 30, total_tokens: 111 } },
      ]),
    },
    body: whole(
      'gpt-4o-2024-08-06',
      [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: null,
            tool_calls: [
              { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Köln 🌧"}' } },
              { id: 'call_b', type: 'function', function: { name: 'clock', arguments: '{}' } },
            ],
          },
          finish_reason: 'tool_calls',
        },
      ],
      { usage: { prompt_tokens: 81, completion_tokens: 30, total_tokens: 111 } },
    ),
    record: {
      finish_reason: 'tool_calls',
      prompt_tokens: 81,
      completion_tokens: 30,
      total_tokens: 111,
      usage_source: 'provider',
      // 81 x 2.50 + 30 x 10 = 502.5 USD per million
      cost_usd: 0.0005025,
    },
  },
  {
    name: 'OpenAI chat, streamed, two choices interleaved, with log probabilities',
    source: STREAMING,
    path: PATH,
    request: request('gpt-4.1', { ...STREAM, n: 2, logprobs: true }),
    answer: {
      kind: 'sse',
      events: chatEvents(head('gpt-4.1-2025-04-14'), [
        { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }] },
        { choices: [{ index: 1, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null }] },
        {
          choices: [
            {
              index: 1,
              delta: { content: '🐈' },
              logprobs: {
                content: [{ token: '🐈', logprob: -0.5, bytes: [240, 159, 144, 136], top_logprobs: [] }],
                refusal: null,
              },
              finish_reason: null,
            },
          ],
        },
        {
          choices: [
            {
              index: 0,
              delta: { content: 'Hi' },
              logprobs: {
                content: [{ token: 'Hi', logprob: -0.1, bytes: [72, 105], top_logprobs: [] }],
                refusal: null,
              },
              finish_reason: null,
            },
          ],
        },
        { choices: [{ index: 1, delta: {}, logprobs: null, finish_reason: 'length' }] },
        { choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }] },
        { choices: [], usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 } },
      ]),
    },
    body: whole(
      'gpt-4.1-2025-04-14',
      [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi' },
          logprobs: { content: [{ token: 'Hi', logprob: -0.1, bytes: [72, 105], top_logprobs: [] }], refusal: null },
          finish_reason: 'stop',
        },
        {
          index: 1,
          message: { role: 'assistant', content: '🐈' },
          logprobs: {
            content: [{ token: '🐈', logprob: -0.5, bytes: [240, 159, 144, 136], top_logprobs: [] }],
            refusal: null,
          },
          finish_reason: 'length',
        },
      ],
      { usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 } },
    ),
    record: {
      finish_reason: 'stop',
      prompt_tokens: 9,
      completion_tokens: 2,
      // 9 x 2 + 2 x 8 = 34 USD per million
      cost_usd: 0.000034,
    },
  },
  {
    name: 'OpenAI chat, streamed, flex processing',
    // Flex is charged at half the standard rates, like batch.
    source: 'https://platform.openai.com/docs/guides/flex-processing',
    path: PATH,
    request: request('o4-mini', { ...STREAM, service_tier: 'flex' }),
    answer: {
      kind: 'sse',
      events: chatEvents({ ...head('o4-mini-2025-04-16'), service_tier: 'flex' }, [
        delta({ role: 'assistant', content: '', refusal: null }),
        delta({ content: 'Gar keine Eile 🐢' }),
        delta({}, { finish_reason: 'stop' }),
        {
          choices: [],
          usage: {
            prompt_tokens: 1000,
            completion_tokens: 100,
            total_tokens: 1100,
            prompt_tokens_details: { cached_tokens: 0 },
            completion_tokens_details: { reasoning_tokens: 64 },
          },
        },
      ]),
    },
    body: whole(
      'o4-mini-2025-04-16',
      [
        {
          index: 0,
          message: { role: 'assistant', content: 'Gar keine Eile 🐢', refusal: null },
          finish_reason: 'stop',
        },
      ],
      {
        usage: {
          prompt_tokens: 1000,
          completion_tokens: 100,
          total_tokens: 1100,
          prompt_tokens_details: { cached_tokens: 0 },
          completion_tokens_details: { reasoning_tokens: 64 },
        },
        service_tier: 'flex',
      },
    ),
    record: {
      prompt_tokens: 1000,
      completion_tokens: 100,
      reasoning_tokens: 64,
      service_tier: 'flex',
      // half of 1000 x 1.10 + 100 x 4.40 = half of 1540 = 770 USD per million
      cost_usd: 0.00077,
    },
  },
  {
    name: 'OpenAI chat, an error in the middle of a stream',
    source: 'https://platform.openai.com/docs/guides/error-codes',
    path: PATH,
    request: request('gpt-4o', STREAM),
    answer: {
      kind: 'sse',
      events: [
        ...chatEvents(head('gpt-4o-2024-08-06'), [delta({ role: 'assistant', content: 'Dé' })]).slice(0, 1),
        'data: {"error":{"message":"The server had an error while processing your request. Sorry!","type":"server_error","param":null,"code":null}}',
      ],
    },
    body: whole(
      'gpt-4o-2024-08-06',
      [{ index: 0, message: { role: 'assistant', content: 'Dé' }, finish_reason: null }],
      {
        error: {
          message: 'The server had an error while processing your request. Sorry!',
          type: 'server_error',
          param: null,
          code: null,
        },
      },
    ),
    record: {
      outcome: 'upstream_error',
      finish_reason: null,
      prompt_tokens: null,
      completion_tokens: null,
      usage_source: 'none',
      // A failed call that tells of no usage: nothing is known.
      cost_usd: null,
    },
  },
];

goldenCases(CASES);
