import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';
import { blockEvents, messageEvents } from './message-events.js';

const STREAMING = 'https://platform.claude.com/docs/en/build-with-claude/streaming';

const path = 'anthropic/v1/messages';
const SONNET = 'claude-sonnet-4-5-20250929';
const HAIKU = 'claude-haiku-4-5-20251001';
const OPUS = 'claude-opus-4-6';

function asked(model: string, more: object = {}): object {
  return { model, max_tokens: 1024, messages: [{ role: 'user', content: 'Hi' }], ...more };
}

function message(model: string, content: readonly object[], usage: object, more: object = {}): object {
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model, content };
  return { ...head, stop_reason: 'end_turn', stop_sequence: null, usage, ...more };
}

const start = (model: string, usage: object) =>
  messageEvents({ type: 'message_start', message: message(model, [], usage, { stop_reason: null }) });

const end = (stop_reason: string, usage: object) =>
  messageEvents(
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  );

const text = (value: string) => ({ type: 'text_delta', text: value });
const json = (partial_json: string) => ({ type: 'input_json_delta', partial_json });

const CITATION = {
  type: 'web_search_result_location',
  url: 'https://e.org/',
  title: 'E',
  encrypted_index: 'Eo8B',
  cited_text: 'Ja.',
};
const RESULT = {
  type: 'web_search_tool_result',
  tool_use_id: 'srvtoolu_1',
  content: [{ type: 'web_search_result', url: 'https://e.org/', title: 'E', encrypted_content: 'Eq' }],
};

const CASES: GoldenCase[] = [
  {
    name: 'Anthropic, text, streamed',
    source: STREAMING,
    path,
    request: asked(SONNET, { stream: true }),
    answer: {
      kind: 'sse',
      events: [
        ...start(SONNET, { input_tokens: 25, output_tokens: 1 }),
        ...messageEvents({ type: 'ping' }),
        ...blockEvents(0, { type: 'text', text: '' }, text('Zoë '), text('🦊!')),
        ...end('end_turn', { output_tokens: 15 }),
      ],
    },
    body: message(SONNET, [{ type: 'text', text: 'Zoë 🦊!' }], { input_tokens: 25, output_tokens: 15 }),
    record: {
      model: SONNET,
      request_model: SONNET,
      finish_reason: 'end_turn',
      outcome: 'success',
      stream: true,
      truncated: false,
      prompt_tokens: 25,
      completion_tokens: 15,
      service_tier: null,
      // 25 x 3 + 15 x 15 = 300 USD per million
      cost_usd: 0.0003,
    },
  },
  {
    name: 'Anthropic, thinking with its signature, streamed',
    source: 'https://platform.claude.com/docs/en/build-with-claude/extended-thinking#streaming-thinking',
    path,
    request: asked(HAIKU, { stream: true, thinking: { type: 'enabled', budget_tokens: 1024 } }),
    answer: {
      kind: 'sse',
      events: [
        ...start(HAIKU, { input_tokens: 30, output_tokens: 4 }),
        ...blockEvents(
          0,
          { type: 'thinking', thinking: '', signature: '' },
          { type: 'thinking_delta', thinking: '27 × ' },
          { type: 'thinking_delta', thinking: '453' },
          { type: 'signature_delta', signature: 'EqQBCgIYAhIM' },
        ),
        ...blockEvents(1, { type: 'text', text: '' }, text('12231')),
        ...end('end_turn', { output_tokens: 120, output_tokens_details: { thinking_tokens: 80 } }),
      ],
    },
    body: message(
      HAIKU,
      [
        { type: 'thinking', thinking: '27 × 453', signature: 'EqQBCgIYAhIM' },
        { type: 'text', text: '12231' },
      ],
      { input_tokens: 30, output_tokens: 120, output_tokens_details: { thinking_tokens: 80 } },
    ),
    record: {
      model: HAIKU,
      finish_reason: 'end_turn',
      prompt_tokens: 30,
      completion_tokens: 120,
      reasoning_tokens: 80,
      // 30 x 1 + 120 x 5 = 630 USD per million
      cost_usd: 0.00063,
    },
  },
  {
    name: 'Anthropic, two tools at once, streamed',
    source: 'https://platform.claude.com/docs/en/agents-and-tools/tool-use/parallel-tool-use',
    path,
    request: asked(OPUS, { stream: true, tools: [{ name: 'get', input_schema: { type: 'object' } }] }),
    answer: {
      kind: 'sse',
      events: [
        ...start(OPUS, { input_tokens: 400, output_tokens: 2 }),
        ...blockEvents(
          0,
          { type: 'tool_use', id: 'toolu_1', name: 'get', input: {} },
          json('{"city": "Z'),
          json('ürich"}'),
        ),
        ...blockEvents(1, { type: 'tool_use', id: 'toolu_2', name: 'get', input: {} }, json('{"n": 1}')),
        ...end('tool_use', { output_tokens: 90 }),
      ],
    },
    body: message(
      OPUS,
      [
        { type: 'tool_use', id: 'toolu_1', name: 'get', input: { city: 'Zürich' } },
        { type: 'tool_use', id: 'toolu_2', name: 'get', input: { n: 1 } },
      ],
      { input_tokens: 400, output_tokens: 90 },
      { stop_reason: 'tool_use' },
    ),
    record: {
      model: OPUS,
      finish_reason: 'tool_use',
      prompt_tokens: 400,
      completion_tokens: 90,
      // 400 x 5 + 90 x 25 = 4250 USD per million
      cost_usd: 0.00425,
    },
  },
  {
    name: 'Anthropic, prompt cache read and written for 5 minutes and for an hour, streamed',
    source: 'https://platform.claude.com/docs/en/build-with-claude/prompt-caching#1-hour-cache-duration',
    path,
    request: asked(SONNET, { stream: true }),
    answer: {
      kind: 'sse',
      events: [
        ...start(SONNET, {
          input_tokens: 10,
          cache_creation_input_tokens: 300,
          cache_read_input_tokens: 1000,
          cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
          output_tokens: 1,
          service_tier: 'standard',
          inference_geo: 'not_available',
        }),
        ...blockEvents(0, { type: 'text', text: '' }, text('ok')),
        ...end('max_tokens', {
          input_tokens: 10,
          cache_creation_input_tokens: 300,
          cache_read_input_tokens: 1000,
          output_tokens: 7,
        }),
      ],
    },
    body: message(
      SONNET,
      [{ type: 'text', text: 'ok' }],
      {
        input_tokens: 10,
        cache_creation_input_tokens: 300,
        cache_read_input_tokens: 1000,
        cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
        output_tokens: 7,
        service_tier: 'standard',
        inference_geo: 'not_available',
      },
      { stop_reason: 'max_tokens' },
    ),
    record: {
      model: SONNET,
      finish_reason: 'max_tokens',
      prompt_tokens: 1310, // 10 + 1000 read + 300 written
      completion_tokens: 7,
      prompt_cache_read_tokens: 1000,
      prompt_cache_write_tokens: 300,
      prompt_cache_write_5m_tokens: 200,
      prompt_cache_write_1h_tokens: 100,
      service_tier: null,
      // 10 x 3 + 1000 x 0.30 + 200 x 3.75 + 100 x 6 + 7 x 15 = 1785 USD per million
      cost_usd: 0.001785,
    },
  },
  {
    name: 'Anthropic, two web searches with a citation, streamed',
    source: 'https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool#streaming',
    path,
    request: asked(HAIKU, { stream: true, tools: [{ type: 'web_search_20250305', name: 'web_search' }] }),
    answer: {
      kind: 'sse',
      events: [
        ...start(HAIKU, { input_tokens: 900, output_tokens: 3 }),
        ...blockEvents(
          0,
          { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
          json('{"query": "x"}'),
        ),
        ...blockEvents(1, RESULT),
        ...blockEvents(
          2,
          { type: 'text', text: '', citations: [] },
          { type: 'citations_delta', citation: CITATION },
          text('Ja.'),
        ),
        ...end('end_turn', { input_tokens: 2000, output_tokens: 50, server_tool_use: { web_search_requests: 2 } }),
      ],
    },
    body: message(
      HAIKU,
      [
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
        RESULT,
        { type: 'text', text: 'Ja.', citations: [CITATION] },
      ],
      { input_tokens: 2000, output_tokens: 50, server_tool_use: { web_search_requests: 2 } },
    ),
    record: {
      model: HAIKU,
      prompt_tokens: 2000,
      completion_tokens: 50,
      usage_details: { web_searches: 2 },
      // 2000 x 1 + 50 x 5 = 2250 USD per million; 2 searches at 10 USD per thousand
      cost_usd: 0.02225,
    },
  },
  {
    name: 'Anthropic, citations of a document',
    source: 'https://platform.claude.com/docs/en/build-with-claude/citations#response-structure',
    path,
    request: asked(HAIKU),
    answer: {
      kind: 'json',
      body: message(
        HAIKU,
        [
          { type: 'text', text: 'Gras ist ' },
          {
            type: 'text',
            text: 'grün',
            citations: [
              {
                type: 'char_location',
                cited_text: 'The grass is green.',
                document_index: 0,
                document_title: 'Ex',
                start_char_index: 0,
                end_char_index: 20,
              },
            ],
          },
        ],
        { input_tokens: 100, output_tokens: 20, service_tier: 'standard' },
      ),
    },
    record: {
      model: HAIKU,
      stream: false,
      prompt_tokens: 100,
      completion_tokens: 20,
      // 100 x 1 + 20 x 5 = 200 USD per million
      cost_usd: 0.0002,
    },
  },
  {
    name: 'Anthropic, refusal',
    source: 'https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons',
    path,
    request: asked(SONNET),
    answer: {
      kind: 'json',
      body: message(
        SONNET,
        [{ type: 'text', text: 'I' }],
        { input_tokens: 50, output_tokens: 3 },
        { stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'cyber', explanation: 'No.' } },
      ),
    },
    record: {
      outcome: 'success',
      finish_reason: 'refusal',
      prompt_tokens: 50,
      completion_tokens: 3,
      // 50 x 3 + 3 x 15 = 195 USD per million
      cost_usd: 0.000195,
    },
  },
  {
    name: 'Anthropic, overloaded in a running stream',
    source: `${STREAMING}#error-events`,
    path,
    request: asked(SONNET, { stream: true }),
    answer: {
      kind: 'sse',
      events: [
        ...start(SONNET, { input_tokens: 25, output_tokens: 1 }),
        ...messageEvents(
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
          { type: 'content_block_delta', index: 0, delta: text('Hé') },
          { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
        ),
      ],
    },
    body: {
      ...message(SONNET, [{ type: 'text', text: 'Hé' }], { input_tokens: 25, output_tokens: 1 }, { stop_reason: null }),
      error: { type: 'overloaded_error', message: 'Overloaded' },
    },
    record: {
      outcome: 'upstream_error',
      truncated: true,
      finish_reason: null,
      prompt_tokens: 25,
      completion_tokens: 1,
      // What it told until then: 25 x 3 + 1 x 15 = 90 USD per million
      cost_usd: 0.00009,
    },
  },
  {
    name: 'Anthropic, fast mode in the US',
    source: 'https://platform.claude.com/docs/en/build-with-claude/fast-mode#pricing',
    path,
    request: asked(OPUS, { speed: 'fast', inference_geo: 'us' }),
    answer: {
      kind: 'json',
      body: message(OPUS, [{ type: 'text', text: 'ok' }], {
        input_tokens: 100,
        output_tokens: 10,
        service_tier: 'standard',
        speed: 'fast',
        inference_geo: 'us',
      }),
    },
    record: {
      prompt_tokens: 100,
      completion_tokens: 10,
      service_tier: 'fast+us',
      // (100 x 30 + 10 x 150) x 1.1 = 4950 USD per million
      cost_usd: 0.00495,
    },
  },
  {
    name: 'Anthropic, priority tier',
    source: 'https://platform.claude.com/docs/en/api/service-tiers',
    path,
    request: asked(SONNET),
    answer: {
      kind: 'json',
      body: message(SONNET, [{ type: 'text', text: 'ok' }], {
        input_tokens: 100,
        output_tokens: 10,
        service_tier: 'priority',
      }),
    },
    record: {
      prompt_tokens: 100,
      completion_tokens: 10,
      service_tier: 'priority',
      // Sold by commitment, at prices that are not published.
      cost_usd: null,
    },
  },
  {
    name: 'Anthropic, batch tier',
    source: 'https://platform.claude.com/docs/en/build-with-claude/batch-processing#pricing',
    path,
    request: asked(SONNET),
    answer: {
      kind: 'json',
      body: message(SONNET, [{ type: 'text', text: 'ok' }], {
        input_tokens: 100,
        output_tokens: 10,
        service_tier: 'batch',
      }),
    },
    record: {
      service_tier: 'batch',
      // (100 x 3 + 10 x 15) / 2 = 225 USD per million
      cost_usd: 0.000225,
    },
  },
  {
    name: 'Anthropic, a compaction besides',
    source: 'https://platform.claude.com/docs/en/build-with-claude/compaction#understanding-usage',
    path,
    request: asked(OPUS),
    answer: {
      kind: 'json',
      body: message(
        OPUS,
        [
          { type: 'compaction', content: 'Summary' },
          { type: 'text', text: 'ok' },
        ],
        {
          input_tokens: 23_000,
          output_tokens: 1000,
          iterations: [
            { type: 'compaction', input_tokens: 180_000, output_tokens: 3500 },
            { type: 'message', input_tokens: 23_000, output_tokens: 1000 },
          ],
        },
      ),
    },
    record: {
      model: OPUS,
      prompt_tokens: 203_000,
      completion_tokens: 4500,
      // 203000 x 5 + 4500 x 25 = 1127500 USD per million
      cost_usd: 1.1275,
    },
  },
  {
    name: 'Anthropic, an advisor at its own rates',
    source: 'https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool#usage-and-billing',
    path,
    request: asked('claude-sonnet-4-6'),
    answer: {
      kind: 'json',
      body: message('claude-sonnet-4-6', [{ type: 'text', text: 'ok' }], {
        input_tokens: 412,
        cache_read_input_tokens: 0,
        cache_creation_input_tokens: 0,
        output_tokens: 531,
        iterations: [
          iteration('message', 412, 89),
          { ...iteration('advisor_message', 823, 1612), model: 'claude-opus-4-7' },
          { ...iteration('message', 1348, 442), cache_read_input_tokens: 412 },
        ],
      }),
    },
    record: {
      model: 'claude-sonnet-4-6',
      prompt_tokens: 2995, // 412 + 823 + 1348 + 412 read
      completion_tokens: 2143,
      prompt_cache_read_tokens: 412,
      // Sonnet: 1760 x 3 + 412 x 0.30 + 531 x 15 = 13368.6, Opus: 823 x 5 + 1612 x 25 = 44415; 57783.6 USD per million
      cost_usd: 0.0577836,
    },
  },
  {
    name: 'Anthropic, an error',
    source: 'https://platform.claude.com/docs/en/api/errors',
    path,
    request: asked(SONNET),
    status: 529,
    answer: {
      kind: 'json',
      body: { type: 'error', error: { type: 'overloaded_error', message: 'Überlastet' }, request_id: 'req_1' },
    },
    record: { outcome: 'upstream_error', model: SONNET, prompt_tokens: null, usage_source: 'none', cost_usd: null },
  },
];

function iteration(type: string, input_tokens: number, output_tokens: number): object {
  return { type, input_tokens, output_tokens, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
}

goldenCases(CASES);
