import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const META = {
  api_version: { version: '1' },
  billed_units: { input_tokens: 1000, output_tokens: 200 },
  tokens: { input_tokens: 1066, output_tokens: 201 },
};
const RESPONSE = {
  response_id: 'r1',
  text: 'Spain won 🏆',
  generation_id: 'g1',
  chat_history: [
    { role: 'USER', message: 'Who?' },
    { role: 'CHATBOT', message: 'Spain won 🏆' },
  ],
  finish_reason: 'COMPLETE',
  meta: META,
};

const CASES: GoldenCase[] = [
  {
    name: 'Cohere chat v1, streamed a document a line',
    source: 'https://docs.cohere.com/v1/reference/chat-stream',
    path: 'cohere/v1/chat',
    request: { model: 'command-r-08-2024', stream: true, message: 'Who?' },
    answer: {
      kind: 'ndjson',
      type: 'application/stream+json',
      lines: [
        JSON.stringify({ is_finished: false, event_type: 'stream-start', generation_id: 'g1' }),
        JSON.stringify({ is_finished: false, event_type: 'text-generation', text: 'Spain' }),
        JSON.stringify({ is_finished: false, event_type: 'text-generation', text: ' won 🏆' }),
        JSON.stringify({
          is_finished: true,
          event_type: 'stream-end',
          response: RESPONSE,
          finish_reason: 'COMPLETE',
        }),
      ],
    },
    body: RESPONSE,
    record: {
      model: 'command-r-08-2024',
      finish_reason: 'COMPLETE',
      outcome: 'success',
      stream: true,
      truncated: false,
      prompt_tokens: 1000,
      completion_tokens: 200,
      // 1000 x 0.15 + 200 x 0.60 = 270 USD per million
      cost_usd: 0.00027,
    },
  },
  {
    name: 'Cohere chat v1, tool calls streamed as server-sent events',
    source: 'https://docs.cohere.com/v1/docs/streaming',
    path: 'cohere/v1/chat',
    request: { model: 'command-r-08-2024', stream: true, message: 'Time?' },
    answer: {
      kind: 'sse',
      events: [
        'event: stream-start\ndata: {"is_finished":false,"event_type":"stream-start","generation_id":"g2"}',
        'event: tool-calls-chunk\ndata: {"is_finished":false,"event_type":"tool-calls-chunk","text":"I will."}',
        'event: tool-calls-generation\ndata: {"is_finished":false,"event_type":"tool-calls-generation","text":"I will.","tool_calls":[{"name":"now","parameters":{"tz":"Zürich"}}]}',
        'event: stream-end\ndata: {"is_finished":true,"event_type":"stream-end","finish_reason":"COMPLETE","response":{"text":"I will.","generation_id":"g2","finish_reason":"COMPLETE","tool_calls":[{"name":"now","parameters":{"tz":"Zürich"}}],"meta":{"billed_units":{"input_tokens":40,"output_tokens":10}}}}',
      ],
    },
    body: {
      text: 'I will.',
      generation_id: 'g2',
      finish_reason: 'COMPLETE',
      tool_calls: [{ name: 'now', parameters: { tz: 'Zürich' } }],
      meta: { billed_units: { input_tokens: 40, output_tokens: 10 } },
    },
    record: {
      outcome: 'success',
      prompt_tokens: 40,
      completion_tokens: 10,
      // 40 x 0.15 + 10 x 0.60 = 12 USD per million
      cost_usd: 0.000012,
    },
  },
];

goldenCases(CASES);
