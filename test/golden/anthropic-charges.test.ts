import { asked, end, message, OPUS, path, SONNET, start, text } from './anthropic-calls.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';
import { blockEvents } from './message-events.js';

function iteration(type: string, input_tokens: number, output_tokens: number): object {
  return { type, input_tokens, output_tokens, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
}

const CACHE_COUNTS = { input_tokens: 10, cache_creation_input_tokens: 300, cache_read_input_tokens: 1000 };
/** What a stream tells at its start. */
const CACHED = {
  ...CACHE_COUNTS,
  cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
  output_tokens: 1,
  service_tier: 'standard',
  inference_geo: 'not_available',
};

const CASES: GoldenCase[] = [
  {
    name: 'Anthropic, prompt cache read and written for 5 minutes and for an hour, streamed',
    source: 'https://platform.claude.com/docs/en/build-with-claude/prompt-caching#1-hour-cache-duration',
    path,
    request: asked(SONNET, { stream: true }),
    answer: {
      kind: 'sse',
      events: [
        ...start(SONNET, CACHED),
        ...blockEvents(0, { type: 'text', text: '' }, text('ok')),
        ...end('max_tokens', { ...CACHE_COUNTS, output_tokens: 7 }),
      ],
    },
    body: message(
      SONNET,
      [{ type: 'text', text: 'ok' }],
      { ...CACHED, output_tokens: 7 },
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
];

goldenCases(CASES);
