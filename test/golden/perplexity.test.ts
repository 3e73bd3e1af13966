import { chatEvents } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const REFERENCE = 'https://docs.perplexity.ai/api-reference/chat-completions-post';

const RESULTS = [{ title: 'Köln', url: 'https://k.example', date: null, snippet: 'Am Rhein' }];

function usage(completion_tokens: number, output_tokens_cost: number, total_cost: number): object {
  return {
    prompt_tokens: 14,
    completion_tokens,
    total_tokens: 14 + completion_tokens,
    search_context_size: 'low',
    cost: { input_tokens_cost: 0.000014, output_tokens_cost, request_cost: 0.005, total_cost },
  };
}

/** The message so far beside each delta. */
function piece(content: string, soFar: string, finish_reason: string | null = null): { choices: object[] } {
  return {
    choices: [
      {
        index: 0,
        finish_reason,
        message: { role: 'assistant', content: soFar },
        delta: { role: 'assistant', content },
      },
    ],
  };
}

const DEEP = {
  id: 'p2',
  model: 'sonar-deep-research',
  created: 1764000000,
  usage: {
    prompt_tokens: 33,
    completion_tokens: 7163,
    total_tokens: 7196,
    search_context_size: 'low',
    citation_tokens: 20016,
    num_search_queries: 18,
    reasoning_tokens: 73997,
    cost: {
      input_tokens_cost: 0.000066,
      output_tokens_cost: 0.057304,
      citation_tokens_cost: 0.040032,
      reasoning_tokens_cost: 0.221991,
      search_queries_cost: 0.09,
      total_cost: 0.409393,
    },
  },
  citations: ['https://k.example'],
  search_results: RESULTS,
  object: 'chat.completion',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '# Bericht 📚' } }],
};

const CASES: GoldenCase[] = [
  {
    name: 'Perplexity, streamed, citations with each event, its own cost',
    source: REFERENCE,
    path: 'perplexity/chat/completions',
    request: { model: 'sonar', stream: true, messages: [{ role: 'user', content: 'Wo liegt Köln?' }] },
    answer: {
      kind: 'sse',
      // Its streams end with the finish reason, without [DONE].
      events: chatEvents({ id: 'p1', model: 'sonar', created: 1764000000, object: 'chat.completion.chunk' }, [
        { usage: usage(1, 0.000001, 0.005015), citations: ['https://k.example'], ...piece('Am ', 'Am ') },
        {
          usage: usage(4, 0.000004, 0.005018),
          citations: ['https://k.example'],
          search_results: RESULTS,
          ...piece('Rhein 🌊[1]', 'Am Rhein 🌊[1]', 'stop'),
        },
      ]).slice(0, -1),
    },
    body: {
      id: 'p1',
      model: 'sonar',
      created: 1764000000,
      object: 'chat.completion',
      citations: ['https://k.example'],
      search_results: RESULTS,
      choices: [{ index: 0, message: { role: 'assistant', content: 'Am Rhein 🌊[1]' }, finish_reason: 'stop' }],
      usage: usage(4, 0.000004, 0.005018),
    },
    record: {
      provider: 'perplexity',
      model: 'sonar',
      finish_reason: 'stop',
      truncated: false,
      outcome: 'success',
      prompt_tokens: 14,
      completion_tokens: 4,
      usage_details: { told_cost_nano_usd: 5_018_000 },
      // as told: 14 x 1 + 4 x 1 = 18 USD per million, and 5 USD per thousand requests
      cost_usd: 0.005018,
      price_source: 'provider',
    },
  },
  {
    name: 'Perplexity, deep research: citations, reasoning beside the completion, searches',
    // The counts and what each of them costs: https://docs.perplexity.ai/getting-started/pricing
    source: REFERENCE,
    path: 'perplexity/chat/completions',
    request: { model: 'sonar-deep-research', messages: [{ role: 'user', content: 'Köln?' }] },
    answer: { kind: 'json', body: DEEP },
    record: {
      prompt_tokens: 33,
      // 7163 + 73997
      completion_tokens: 81160,
      reasoning_tokens: 73997,
      usage_details: { citation_tokens: 20016, web_searches: 18, told_cost_nano_usd: 409_393_000 },
      // 33 x 2 + 7163 x 8 + 73997 x 3 + 20016 x 2 = 319 393 USD per million, and 18 x 5 USD per thousand
      cost_usd: 0.409393,
      price_source: 'provider',
    },
  },
];

goldenCases(CASES);
