import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const FILTERS = 'https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-streaming';
const REFERENCE = 'https://learn.microsoft.com/azure/ai-foundry/openai/reference';
const CHAT = 'azure/openai/deployments/my-fox/chat/completions?api-version=2024-10-21';

const SAFE = { hate: { filtered: false, severity: 'safe' } };
const PROMPT = [{ prompt_index: 0, content_filter_results: SAFE }];
const USAGE = { prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010 };

const chunk = (choices: object[], more: object = {}): string =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-2024-08-06', choices, ...more })}`;
/** A chunk of Azure's own, between the model's. */
const annotation = (choices: object[], more: object = {}): string =>
  `data: ${JSON.stringify({ id: '', object: '', created: 0, model: '', choices, ...more })}`;

const RECORD: GoldenCase['record'] = {
  provider: 'azure',
  model: 'gpt-4o-2024-08-06',
  finish_reason: 'stop',
  outcome: 'success',
  truncated: false,
  prompt_tokens: 1000,
  completion_tokens: 10,
  // 1000 x 2.50 + 10 x 10 = 2600 USD per million
  cost_usd: 0.0026,
};

const ANSWER = {
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-2024-08-06',
  prompt_filter_results: PROMPT,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Zoë 🦊' },
      content_filter_results: SAFE,
      finish_reason: 'stop',
    },
  ],
  usage: USAGE,
};
const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  error: null,
  model: 'gpt-4.1-mini',
  output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi 🦊', annotations: [] }] }],
  content_filters: [{ blocked: false, source_type: 'prompt', content_filter_results: SAFE }],
  usage: { input_tokens: 100, output_tokens: 10, total_tokens: 110 },
};
const EMBEDDING = {
  object: 'list',
  data: [{ object: 'embedding', index: 0, embedding: [0.1] }],
  model: 'text-embedding-3-small',
  usage: { prompt_tokens: 500, total_tokens: 500 },
};
const BLOCKED = {
  error: {
    message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    type: null,
    param: 'prompt',
    code: 'content_filter',
    status: 400,
    innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: SAFE },
  },
};

const CASES: GoldenCase[] = [
  {
    name: 'Azure chat, whole, with the results of its filters',
    source: `${REFERENCE}#completions-create`,
    path: CHAT,
    request: { messages: [{ role: 'user', content: 'Hi' }] },
    answer: { kind: 'json', body: ANSWER },
    record: { ...RECORD, stream: false },
  },
  {
    name: 'Azure chat, streamed, with the results of its filters: the same answer',
    source: FILTERS,
    path: CHAT,
    request: { messages: [{ role: 'user', content: 'Hi' }], stream: true, stream_options: { include_usage: true } },
    answer: {
      kind: 'sse',
      events: [
        annotation([], { prompt_filter_results: PROMPT }),
        chunk([
          { index: 0, delta: { role: 'assistant', content: '' }, content_filter_results: {}, finish_reason: null },
        ]),
        chunk([{ index: 0, delta: { content: 'Zoë 🦊' }, content_filter_results: SAFE, finish_reason: null }]),
        chunk([{ index: 0, delta: {}, content_filter_results: {}, finish_reason: 'stop' }]),
        chunk([], { usage: USAGE }),
        'data: [DONE]',
      ],
    },
    body: ANSWER,
    record: { ...RECORD, stream: true },
  },
  {
    name: 'Azure chat, streamed, with an asynchronous filter',
    source: `${FILTERS}#asynchronous-filtering`,
    path: CHAT,
    request: { messages: [{ role: 'user', content: 'Hi' }], stream: true },
    answer: {
      kind: 'sse',
      events: [
        chunk([{ index: 0, delta: { content: 'Zoë 🦊' }, finish_reason: null }]),
        annotation([
          {
            index: 0,
            finish_reason: null,
            content_filter_results: SAFE,
            content_filter_offsets: { check_offset: 44, start_offset: 44, end_offset: 198 },
          },
        ]),
        chunk([{ index: 0, delta: {}, finish_reason: 'stop' }], { usage: USAGE }),
        'data: [DONE]',
      ],
    },
    body: {
      id: 'c1',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-4o-2024-08-06',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Zoë 🦊' },
          content_filter_results: SAFE,
          content_filter_offsets: { check_offset: 44, start_offset: 44, end_offset: 198 },
          finish_reason: 'stop',
        },
      ],
      usage: USAGE,
    },
    record: RECORD,
  },
  {
    name: 'Azure chat that its filter refused',
    source: 'https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter',
    path: CHAT,
    request: { messages: [{ role: 'user', content: 'Hi' }] },
    status: 400,
    answer: { kind: 'json', body: BLOCKED },
    record: {
      provider: 'azure',
      response_status: 400,
      error: BLOCKED.error.message,
      prompt_tokens: null,
      cost_usd: null,
    },
  },
  {
    name: 'Azure Responses, streamed',
    source: 'https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses',
    path: 'azure/openai/v1/responses',
    request: { model: 'my-fox', input: 'Hi', stream: true },
    answer: {
      kind: 'sse',
      events: [
        'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hi 🦊"}',
        `event: response.completed\ndata: ${JSON.stringify({ type: 'response.completed', response: RESPONSE })}`,
      ],
    },
    body: RESPONSE,
    record: {
      provider: 'azure',
      model: 'gpt-4.1-mini',
      finish_reason: 'completed',
      prompt_tokens: 100,
      completion_tokens: 10,
      // 100 x 0.40 + 10 x 1.60 = 56 USD per million
      cost_usd: 0.000056,
    },
  },
  {
    name: 'Azure embeddings',
    source: `${REFERENCE}#embeddings-create`,
    path: 'azure/openai/deployments/my-embedder/embeddings?api-version=2024-10-21',
    request: { input: 'Hi' },
    answer: { kind: 'json', body: EMBEDDING },
    record: {
      provider: 'azure',
      model: 'text-embedding-3-small',
      prompt_tokens: 500,
      completion_tokens: 0,
      // 500 x 0.02 = 10 USD per million
      cost_usd: 0.00001,
    },
  },
  {
    name: 'Azure images, whose answer does not tell its model',
    source: 'https://learn.microsoft.com/azure/ai-foundry/openai/how-to/dall-e',
    path: 'azure/openai/deployments/my-painter/images/generations?api-version=2024-10-21',
    request: { prompt: 'A fox', n: 1 },
    answer: {
      kind: 'json',
      body: { created: 1698116662, data: [{ url: 'https://a.b/c.png', content_filter_results: SAFE }] },
    },
    body: { created: 1698116662, data: [{ url: 'https://a.b/c.png', content_filter_results: SAFE }] },
    // Nobody knows which model is behind the deployment.
    record: { provider: 'azure', outcome: 'success', usage_details: { images: 1 }, cost_usd: null },
  },
];

goldenCases(CASES);
