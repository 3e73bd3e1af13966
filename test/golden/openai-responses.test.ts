import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const SOURCE = 'https://platform.openai.com/docs/api-reference/responses-streaming';
const TOOLS = 'https://platform.openai.com/docs/pricing#built-in-tools';

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}`;

const REASONING = {
  id: 'rs_1',
  type: 'reasoning',
  summary: [{ type: 'summary_text', text: 'Hm.' }],
  encrypted_content: 'gAAAAB==',
};
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Zoë 🦊', annotations: [], logprobs: [] }],
};
const CALL = {
  id: 'fc_1',
  type: 'function_call',
  status: 'completed',
  call_id: 'call_1',
  name: 'find',
  arguments: '{"q":1}',
};
/** What a call without streaming gets, and the stream is rebuilt to. */
const ANSWER = {
  id: 'resp_1',
  object: 'response',
  created_at: 1754000000,
  status: 'completed',
  error: null,
  incomplete_details: null,
  model: 'gpt-5-2025-08-07',
  output: [REASONING, MESSAGE, CALL],
  service_tier: 'default',
  usage: {
    input_tokens: 1000,
    input_tokens_details: { cached_tokens: 200, cache_write_tokens: 0 },
    output_tokens: 300,
    output_tokens_details: { reasoning_tokens: 256 },
    total_tokens: 1300,
  },
};

const CODE = { type: 'code_interpreter_call', container_id: 'cntr_1', code: '1+1', outputs: null };
const TOOL_USAGE = {
  image_gen: {
    input_tokens: 120,
    input_tokens_details: { image_tokens: 100, text_tokens: 20 },
    cached_tokens: 0,
    output_tokens: 272,
    output_tokens_details: { image_tokens: 272, text_tokens: 0 },
    total_tokens: 392,
  },
  web_search: { num_requests: 0 },
};

const FAILED = {
  id: 'resp_3',
  status: 'failed',
  error: { code: 'server_error', message: 'The model failed to generate a response.' },
  model: 'gpt-5-2025-08-07',
  output: [],
  usage: null,
};

const RECORD: GoldenCase['record'] = {
  model: 'gpt-5-2025-08-07',
  finish_reason: 'completed',
  outcome: 'success',
  truncated: false,
  prompt_tokens: 1000,
  prompt_cache_read_tokens: 200,
  prompt_cache_write_tokens: 0,
  completion_tokens: 300,
  reasoning_tokens: 256,
  total_tokens: 1300,
  usage_source: 'provider',
  provider_usage: ANSWER.usage,
  service_tier: null,
  // 800 x 1.25 + 200 x 0.125 + 300 x 10 = 4025 USD per million
  cost_usd: 0.004025,
};

const request = (more: object): object => ({ model: 'gpt-5', input: 'Hi', ...more });
/** The same answer but for some members, whole. */
const answered = (more: object): GoldenCase['answer'] => ({ kind: 'json', body: { ...ANSWER, ...more } });

const CASES: GoldenCase[] = [
  {
    name: 'OpenAI Responses, whole: reasoning, text and a call',
    source: 'https://platform.openai.com/docs/api-reference/responses/object',
    path: 'openai/v1/responses',
    request: request({}),
    answer: { kind: 'json', body: ANSWER },
    record: { ...RECORD, stream: false },
  },
  {
    name: 'OpenAI Responses, streamed: the same answer',
    source: SOURCE,
    path: 'openai/v1/responses',
    request: request({ stream: true }),
    answer: {
      kind: 'sse',
      events: [
        event('response.created', { response: { id: 'resp_1', status: 'in_progress', output: [] } }),
        event('response.output_item.added', { output_index: 1, item: { ...MESSAGE, content: [] } }),
        event('response.output_text.delta', { output_index: 1, content_index: 0, delta: 'Zoë 🦊', obfuscation: 'qX' }),
        event('response.function_call_arguments.delta', { output_index: 2, delta: '{"q":1}' }),
        event('response.completed', { sequence_number: 9, response: ANSWER }),
      ],
    },
    body: ANSWER,
    record: { ...RECORD, stream: true },
  },
  {
    name: 'OpenAI Responses, streamed by events without names, and out of tokens',
    source: SOURCE,
    path: 'openai/v1/responses',
    request: request({ stream: true, max_output_tokens: 16 }),
    answer: {
      kind: 'sse',
      events: [
        'data: {"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"No"}',
        'data: {"type":"response.incomplete","response":{"id":"resp_2","status":"incomplete","error":null,"incomplete_details":{"reason":"max_output_tokens"},"model":"gpt-5-mini-2025-08-07","output":[{"type":"message","content":[{"type":"refusal","refusal":"No"}]}],"usage":{"input_tokens":40,"output_tokens":16,"total_tokens":56}}}',
      ],
    },
    body: {
      id: 'resp_2',
      status: 'incomplete',
      error: null,
      incomplete_details: { reason: 'max_output_tokens' },
      model: 'gpt-5-mini-2025-08-07',
      output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'No' }] }],
      usage: { input_tokens: 40, output_tokens: 16, total_tokens: 56 },
    },
    record: {
      model: 'gpt-5-mini-2025-08-07',
      finish_reason: 'max_output_tokens',
      outcome: 'success',
      truncated: false,
      prompt_tokens: 40,
      completion_tokens: 16,
      prompt_cache_read_tokens: null,
      // 40 x 0.25 + 16 x 2 = 42 USD per million
      cost_usd: 0.000042,
    },
  },
  {
    name: 'OpenAI Responses, streamed, and failed inside of a 200',
    source: SOURCE,
    path: 'openai/v1/responses',
    request: request({ stream: true }),
    answer: {
      kind: 'sse',
      events: [
        event('response.created', { response: { id: 'resp_3', status: 'in_progress', output: [] } }),
        event('response.failed', { response: FAILED }),
      ],
    },
    body: FAILED,
    record: {
      outcome: 'upstream_error',
      error: 'The model failed to generate a response.',
      finish_reason: 'failed',
      prompt_tokens: null,
      completion_tokens: null,
      cost_usd: null,
    },
  },
  {
    name: 'OpenAI Responses: searches of the web and of files are charged by the call, opening a page is not',
    source: TOOLS,
    path: 'openai/v1/responses',
    request: request({ tools: [{ type: 'web_search' }, { type: 'file_search', vector_store_ids: ['vs_1'] }] }),
    answer: answered({
      output: [
        { id: 'ws_1', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'foxes' } },
        { id: 'ws_2', type: 'web_search_call', status: 'completed', action: { type: 'open_page', url: 'https://a.b' } },
        { id: 'fs_1', type: 'file_search_call', status: 'completed', queries: ['foxes'], results: null },
        MESSAGE,
      ],
    }),
    record: {
      ...RECORD,
      usage_details: { web_searches: 1, file_searches: 1 },
      // As above, and 1 x 10 + 1 x 2.50 USD per thousand: 0.004025 + 0.01 + 0.0025
      cost_usd: 0.016525,
    },
  },
  {
    name: 'OpenAI Responses: the preview of web search has a price of its own',
    source: TOOLS,
    path: 'openai/v1/responses',
    request: request({ model: 'gpt-4o', tools: [{ type: 'web_search_preview' }] }),
    answer: answered({
      model: 'gpt-4o-2024-08-06',
      output: [
        { id: 'ws_1', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'fox' } },
        MESSAGE,
      ],
      tools: [{ type: 'web_search_preview', search_context_size: 'medium' }],
      usage: { input_tokens: 300, output_tokens: 20, total_tokens: 320 },
    }),
    record: {
      model: 'gpt-4o-2024-08-06',
      prompt_tokens: 300,
      completion_tokens: 20,
      usage_details: { web_searches: 1, web_search_previews: 1 },
      // 300 x 2.50 + 20 x 10 = 950 USD per million, and 1 x 25 USD per thousand: 0.00095 + 0.025
      cost_usd: 0.02595,
    },
  },
  {
    name: 'OpenAI Responses: code runs in a container, which is charged by the session',
    source: TOOLS,
    path: 'openai/v1/responses',
    request: request({ tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] }),
    answer: answered({ output: [{ id: 'ci_1', ...CODE }, { id: 'ci_2', ...CODE }, MESSAGE] }),
    record: {
      ...RECORD,
      usage_details: { web_searches: 0, code_sessions: 1 },
      // As above, and one container of 1 GB: 0.004025 + 0.03
      cost_usd: 0.034025,
    },
  },
  {
    name: 'OpenAI Responses at the flex tier',
    source: 'https://platform.openai.com/docs/guides/flex-processing',
    path: 'openai/v1/responses',
    request: request({ model: 'gpt-5-mini', service_tier: 'flex' }),
    answer: answered({ model: 'gpt-5-mini-2025-08-07', service_tier: 'flex' }),
    record: {
      ...RECORD,
      model: 'gpt-5-mini-2025-08-07',
      service_tier: 'flex',
      // Half of the standard price: (800 x 0.25 + 200 x 0.025 + 300 x 2) / 2 = 402.5 USD per million
      cost_usd: 0.0004025,
    },
  },
  {
    name: 'OpenAI Responses: a picture is charged by the model that made it',
    source: 'https://platform.openai.com/docs/guides/tools-image-generation',
    path: 'openai/v1/responses',
    request: request({ tools: [{ type: 'image_generation' }] }),
    answer: answered({
      output: [{ id: 'ig_1', type: 'image_generation_call', status: 'completed', result: 'iVBORw0KGgo=' }, MESSAGE],
      tools: [{ type: 'image_generation', model: 'gpt-image-1.5', quality: 'low', size: '1024x1024' }],
      tool_usage: TOOL_USAGE,
    }),
    record: {
      ...RECORD,
      prompt_tokens: 1120,
      prompt_cache_read_tokens: 200,
      completion_tokens: 572,
      total_tokens: 1692,
      provider_usage: { ...ANSWER.usage, tool_usage: TOOL_USAGE },
      usage_details: { charged_parts: 2, prompt_image_tokens: 100, completion_image_tokens: 272, web_searches: 0 },
      // gpt-5 as above, 4025, and gpt-image-1.5: 20 x 5 + 100 x 8 + 272 x 32 = 9604 USD per million
      cost_usd: 0.013629,
    },
  },
];

goldenCases(CASES);
