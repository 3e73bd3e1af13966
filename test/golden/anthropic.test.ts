import { asked, end, HAIKU, message, path, SONNET, start, text } from './anthropic-calls.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';
import { blockEvents, messageEvents } from './message-events.js';

const STREAMING = 'https://platform.claude.com/docs/en/build-with-claude/streaming';

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

goldenCases(CASES);
