import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const DONE = {
  done_reason: 'stop',
  done: true,
  total_duration: 4883583458,
  load_duration: 1334875,
  prompt_eval_count: 26,
  prompt_eval_duration: 342546000,
  eval_count: 282,
  eval_duration: 4535599000,
};

/** A document of a chat, of which only the second it was made in and the message differ. */
function chat(second: number, message: object, more: object = { done: false }): object {
  const created_at = `2023-08-04T08:52:1${second}.385406455-07:00`;
  return { model: 'llama3.2', created_at, message: { role: 'assistant', content: '', ...message }, ...more };
}

const TOOL_CALL = {
  function: { name: 'get_current_weather', arguments: { format: 'celsius', location: 'Zürich, CH' } },
};

const WITHOUT_PROMPT_COUNT = (({ prompt_eval_count: _, ...rest }) => rest)(DONE);

/** Nobody pays for a model of one's own, unless its price is given. */
const FREE = { model: 'llama3.2', finish_reason: 'stop', outcome: 'success', cost_usd: null } as const;

const CASES: GoldenCase[] = [
  {
    name: 'Ollama chat, plain',
    source: 'https://github.com/ollama/ollama/blob/main/docs/api.md#chat-request-no-streaming',
    path: 'ollama/api/chat',
    request: { model: 'llama3.2', stream: false, messages: [{ role: 'user', content: 'why is the sky blue?' }] },
    answer: { kind: 'json', body: chat(3, { content: 'Grüß 🦊' }, DONE) },
    record: { ...FREE, stream: false, prompt_tokens: 26, completion_tokens: 282 },
  },
  {
    name: 'Ollama chat, thinking and content streamed',
    source: 'https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion',
    path: 'ollama/api/chat',
    // Without `stream` it streams.
    request: { model: 'llama3.2', think: true, messages: [{ role: 'user', content: 'why is the sky blue?' }] },
    answer: {
      kind: 'ndjson',
      type: 'application/x-ndjson',
      lines: [
        chat(0, { thinking: 'Hm' }),
        chat(1, { thinking: '…' }),
        chat(2, { content: 'Grüß' }),
        chat(3, { content: ' 🦊' }),
        chat(4, {}, DONE),
      ].map((line) => JSON.stringify(line)),
    },
    body: chat(4, { thinking: 'Hm…', content: 'Grüß 🦊' }, DONE),
    record: { ...FREE, stream: true, truncated: false, prompt_tokens: 26, completion_tokens: 282 },
  },
  {
    name: 'Ollama chat, tools streamed; the prompt was cached',
    source: 'https://github.com/ollama/ollama/blob/main/docs/api.md#chat-request-with-tools',
    path: 'ollama/api/chat',
    request: { model: 'llama3.2', messages: [{ role: 'user', content: 'Weather?' }], tools: [] },
    answer: {
      kind: 'ndjson',
      type: 'application/x-ndjson',
      lines: [chat(0, { tool_calls: [TOOL_CALL] }), chat(1, {}, WITHOUT_PROMPT_COUNT)].map((line) =>
        JSON.stringify(line),
      ),
    },
    body: chat(1, { tool_calls: [TOOL_CALL] }, WITHOUT_PROMPT_COUNT),
    // What the server left out is not 0: it is estimated from the request, and marked so.
    record: { ...FREE, stream: true, completion_tokens: 282, usage_source: 'estimated' },
  },
  {
    name: 'Ollama generate, streamed, priced by the user',
    source: 'https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-completion',
    path: 'ollama/api/generate',
    request: { model: 'priced', prompt: 'Why is the sky blue?' },
    answer: {
      kind: 'ndjson',
      type: 'application/x-ndjson',
      lines: [
        '{"model":"priced","created_at":"2023-08-04T08:52:19Z","response":"The ","done":false}',
        '{"model":"priced","created_at":"2023-08-04T08:52:20Z","response":"🦊","done":false}',
        `${JSON.stringify({ model: 'priced', created_at: '2023-08-04T08:52:21Z', response: '', ...DONE, context: [1, 2] })}`,
      ],
    },
    body: { model: 'priced', created_at: '2023-08-04T08:52:21Z', response: 'The 🦊', ...DONE, context: [1, 2] },
    record: {
      model: 'priced',
      finish_reason: 'stop',
      prompt_tokens: 26,
      completion_tokens: 282,
      // 26 x 0.10 + 282 x 0.20 = 59 USD per million
      cost_usd: 0.000059,
    },
  },
  {
    name: 'Ollama chat, an error in the stream',
    source: 'https://docs.ollama.com/api/errors',
    path: 'ollama/api/chat',
    request: { model: 'llama3.2', messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'ndjson',
      type: 'application/x-ndjson',
      lines: [
        JSON.stringify(chat(0, { content: 'Gr' })),
        '{"error":"an error was encountered while running the model"}',
      ],
    },
    body: { ...chat(0, { content: 'Gr' }), error: 'an error was encountered while running the model' },
    record: { outcome: 'upstream_error', finish_reason: null, prompt_tokens: null, cost_usd: null },
  },
  {
    name: 'Ollama embed',
    source: 'https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings',
    path: 'ollama/api/embed',
    request: { model: 'all-minilm', input: 'Why is the sky blue?' },
    answer: {
      kind: 'json',
      body: '{"model":"all-minilm","embeddings":[[0.010071029,-0.0017594862]],"total_duration":14143917,"load_duration":1019500,"prompt_eval_count":8}',
    },
    body: {
      model: 'all-minilm',
      embeddings: [[0.010071029, -0.0017594862]],
      total_duration: 14143917,
      load_duration: 1019500,
      prompt_eval_count: 8,
    },
    record: { model: 'all-minilm', prompt_tokens: 8, completion_tokens: 0, cost_usd: null },
  },
];

goldenCases(CASES, {
  cost: { prices: [{ provider: 'ollama', model: 'priced', inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.2 }] },
});
