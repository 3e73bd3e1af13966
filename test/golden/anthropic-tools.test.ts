import { asked, end, HAIKU, json, message, OPUS, path, start, text } from './anthropic-calls.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';
import { blockEvents } from './message-events.js';

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
];

goldenCases(CASES);
