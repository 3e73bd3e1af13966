import { ANSWERS } from '@helicone-proxy/testkit';
import { all } from './all.js';
import { published, type TypedEvent, typedBlocks } from './answer.js';
import { deleted, events, json, type OpenAICase, page } from './openai-sdk.js';

const ID = 'resp_67ccd3a9da748190baa7f1570fe91ac604becb25c45c1d41';
const CONVERSATION = { id: 'conv_123', object: 'conversation', created_at: 1741900000, metadata: { topic: 'demo' } };
const ITEM = {
  id: 'msg_abc',
  type: 'message',
  status: 'completed',
  role: 'user',
  content: [{ type: 'input_text', text: 'Hello — 好!' }],
};
const USAGE = {
  input_tokens: 36,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 87,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 123,
};

function response(more: object = {}): { id: string } {
  const text = { type: 'output_text', text: '{"city":"東京"}', annotations: [], logprobs: [] };
  return {
    id: ID,
    object: 'response',
    created_at: 1741476777,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model: 'gpt-4o-2024-08-06',
    output: [{ id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content: [text] }],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: true,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: USAGE,
    user: null,
    metadata: {},
    ...more,
  } as { id: string };
}

const BACKGROUND = { background: true, status: 'in_progress', output: [], usage: null };

/** A function call whose arguments come in two pieces. */
function toolEvents(): TypedEvent[] {
  const call = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'get_weather' };
  const done = { ...call, status: 'completed', arguments: '{"city":"Köln"}' };
  const at = { item_id: 'fc_1', output_index: 0 };
  return [
    { type: 'response.created', response: response(BACKGROUND) },
    { type: 'response.output_item.added', output_index: 0, item: { ...call, status: 'in_progress', arguments: '' } },
    { type: 'response.function_call_arguments.delta', ...at, delta: '{"city":' },
    { type: 'response.function_call_arguments.delta', ...at, delta: '"Köln"}' },
    { type: 'response.function_call_arguments.done', ...at, name: 'get_weather', arguments: done.arguments },
    { type: 'response.output_item.done', output_index: 0, item: done },
    { type: 'response.completed', response: response({ output: [done] }) },
  ].map((event, index) => ({ ...event, sequence_number: index }));
}

/** Responses, and the conversations they belong to. */
export const RESPONSES_CASES: readonly OpenAICase[] = [
  {
    name: 'response',
    answers: [published(ANSWERS.responses)],
    run: (openai) => openai.responses.create({ model: 'gpt-5', input: 'How are you?', store: false }),
    record: { ...ANSWERS.responses.tokens, model: ANSWERS.responses.model },
  },
  {
    name: 'response, streamed',
    answers: [published(ANSWERS.responsesStream)],
    run: (openai) => all(openai.responses.create({ model: 'gpt-5', input: 'How are you?', stream: true })),
    record: { ...ANSWERS.responsesStream.tokens, model: ANSWERS.responsesStream.model, finish_reason: 'completed' },
  },
  {
    name: 'response with a tool, streamed by the helper',
    answers: [events(typedBlocks(toolEvents()))],
    run: (openai) =>
      openai.responses
        .stream({
          model: 'gpt-4o',
          input: 'Weather?',
          tools: [{ type: 'function', name: 'get_weather', parameters: { type: 'object' }, strict: false }],
        })
        .finalResponse(),
    gives: { output: [{ type: 'function_call', arguments: '{"city":"Köln"}' }] },
    record: { prompt_tokens: 36, completion_tokens: 87 },
  },
  {
    name: 'response, parsed into an object',
    answers: [json(response())],
    run: (openai) =>
      openai.responses.parse({
        model: 'gpt-4o',
        input: 'Which city?',
        text: { format: { type: 'json_schema', name: 'city', schema: { type: 'object' }, strict: false } },
      }),
    gives: { output_text: '{"city":"東京"}' },
    record: { prompt_tokens: 36, completion_tokens: 87, model: 'gpt-4o-2024-08-06' },
  },
  {
    name: 'response in the background: made, asked for, streamed from a place on, cancelled, deleted',
    answers: [
      json(response(BACKGROUND)),
      json(response()),
      events(typedBlocks(toolEvents().slice(3))),
      json(response({ ...BACKGROUND, status: 'cancelled' })),
      deleted(ID, 'response.deleted'),
    ],
    async run({ responses }) {
      return [
        await responses.create({ model: 'gpt-4o', input: 'Write a novel.', background: true }),
        await responses.retrieve(ID, { include: ['reasoning.encrypted_content'] }),
        await all(responses.retrieve(ID, { stream: true, starting_after: 2 })),
        await responses.cancel(ID),
        await responses.delete(ID).then(() => 'deleted'),
      ];
    },
  },
  {
    name: 'input items of a response, page by page',
    answers: [page([ITEM, { ...ITEM, id: 'msg_b' }], true), page([{ ...ITEM, id: 'msg_c' }])],
    run: (openai) => all(openai.responses.inputItems.list(ID, { limit: 2, order: 'asc' })),
    gives: [{ id: 'msg_abc' }, { id: 'msg_b' }, { id: 'msg_c' }],
  },
  {
    name: 'input tokens and compaction',
    answers: [
      json({ object: 'response.input_tokens', input_tokens: 11 }),
      json({
        id: 'resp_001',
        object: 'response.compaction',
        created_at: 1764967971,
        output: [{ id: 'cmp_001', type: 'compaction', encrypted_content: 'gAAAAABpM0Yj-' }],
        usage: USAGE,
      }),
    ],
    run: async ({ responses }) => [
      await responses.inputTokens.count({ model: 'gpt-5', input: 'Tell me a joke.' }),
      await responses.compact({ model: 'gpt-5.1-codex-max', input: 'Tell me a joke.' }),
    ],
    gives: [{ input_tokens: 11 }, { object: 'response.compaction' }],
  },
  {
    name: 'conversations',
    answers: [
      json(CONVERSATION),
      json(CONVERSATION),
      json({ ...CONVERSATION, metadata: { topic: 'changed' } }),
      deleted(CONVERSATION.id, 'conversation.deleted'),
    ],
    run: async ({ conversations }) => [
      await conversations.create({
        metadata: { topic: 'demo' },
        items: [{ type: 'message', role: 'user', content: 'Hello!' }],
      }),
      await conversations.retrieve(CONVERSATION.id),
      await conversations.update(CONVERSATION.id, { metadata: { topic: 'changed' } }),
      await conversations.delete(CONVERSATION.id),
    ],
  },
  {
    name: 'items of a conversation',
    answers: [page([ITEM]), page([ITEM], true), page([{ ...ITEM, id: 'msg_z' }]), json(ITEM), json(CONVERSATION)],
    async run({ conversations: { items } }) {
      const id = CONVERSATION.id;
      return [
        await items.create(id, { items: [{ type: 'message', role: 'user', content: 'Hello!' }] }),
        await all(items.list(id, { limit: 1 })),
        await items.retrieve('msg_abc', { conversation_id: id }),
        await items.delete('msg_abc', { conversation_id: id }),
      ];
    },
  },
];
