import { ANSWERS } from '@helicone-proxy/testkit';
import { all } from './all.js';
import { dataBlocks, published } from './answer.js';
import { deleted, events, gzip, json, type OpenAICase, page } from './openai-sdk.js';

const ASKED = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'How’s the weather in 東京? 🌦' }] };
const MODEL = 'gpt-4o-2024-08-06';
const USAGE = { prompt_tokens: 82, completion_tokens: 17, total_tokens: 99 };
const TOKENS = { prompt_tokens: 82, completion_tokens: 17, usage_source: 'provider' as const };
const WEATHER = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const TOOLS = [{ type: 'function' as const, function: { name: 'get_weather', parameters: WEATHER, strict: true } }];

function completion(message: object, finishReason = 'stop'): object {
  return {
    id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
    object: 'chat.completion',
    created: 1741569952,
    model: MODEL,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, annotations: [], ...message },
        logprobs: null,
        finish_reason: finishReason,
      },
    ],
    usage: { ...USAGE, prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 } },
    service_tier: 'default',
    system_fingerprint: 'fp_fc9f1d7035',
  };
}

const CALLED = completion(
  {
    tool_calls: [
      { id: 'call_abc123', type: 'function', function: { name: 'get_weather', arguments: '{"city":"東京"}' } },
    ],
  },
  'tool_calls',
);

function textChunk(choice: object, usage?: object): object {
  return {
    id: 'cmpl-7iA7iJjj8V2zOkCGvWF2hAkDWBQZe',
    object: 'text_completion',
    created: 1690759702,
    choices: choice === NO_CHOICE ? [] : [{ index: 0, logprobs: null, finish_reason: null, ...choice }],
    model: 'gpt-3.5-turbo-instruct',
    usage: usage ?? null,
  };
}

const NO_CHOICE = {};

/** Chat completions in every form. */
export const CHAT_CASES: readonly OpenAICase[] = [
  {
    name: 'chat',
    answers: [published(ANSWERS.chat)],
    run: (openai) => openai.chat.completions.create(ASKED),
    record: { ...ANSWERS.chat.tokens, model: ANSWERS.chat.model, finish_reason: ANSWERS.chat.finishReason },
  },
  {
    name: 'chat, compressed',
    answers: [gzip(completion({ content: 'Sunny ☀' }))],
    run: (openai) => openai.chat.completions.create(ASKED),
    gives: { choices: [{ message: { content: 'Sunny ☀' } }] },
    record: { ...TOKENS, model: MODEL },
  },
  {
    name: 'chat, streamed with its usage',
    answers: [published(ANSWERS.chatStream)],
    run: (openai) =>
      all(openai.chat.completions.create({ ...ASKED, stream: true, stream_options: { include_usage: true } })),
    record: { ...ANSWERS.chatStream.tokens, model: ANSWERS.chatStream.model },
  },
  {
    name: 'chat with tools, streamed by the helper',
    answers: [published(ANSWERS.chatToolStream)],
    run: (openai) => openai.chat.completions.stream({ ...ASKED, tools: TOOLS }).finalChatCompletion(),
    record: { model: ANSWERS.chatToolStream.model, finish_reason: ANSWERS.chatToolStream.finishReason },
  },
  {
    name: 'chat with a tool that is run',
    answers: [json(CALLED), json(completion({ content: 'It is sunny.' }))],
    async run(openai) {
      const runner = openai.chat.completions.runTools({
        ...ASKED,
        tools: [
          {
            type: 'function',
            function: {
              name: 'get_weather',
              description: 'Weather of a city',
              parameters: WEATHER,
              parse: JSON.parse,
              function: ({ city }: { city: string }) => ({ city, weather: 'sunny' }),
            },
          },
        ],
      });
      return { final: await runner.finalContent(), messages: runner.messages };
    },
    gives: { final: 'It is sunny.' },
    record: { ...TOKENS, model: MODEL },
  },
  {
    name: 'chat, parsed into an object',
    answers: [json(completion({ content: '{"city":"東京"}' }))],
    run: (openai) =>
      openai.chat.completions.parse({
        ...ASKED,
        response_format: { type: 'json_schema', json_schema: { name: 'weather', schema: WEATHER, strict: true } },
      }),
    record: { finish_reason: 'stop' },
  },
  {
    name: 'stored completions',
    answers: [
      page([{ ...(CALLED as { id: string }) }], true),
      page([{ ...(CALLED as { id: string }), id: 'chatcmpl-2' }]),
      json(CALLED),
      json({ ...CALLED, metadata: { topic: 'weather' } }),
      page([{ id: 'msg-1', role: 'user', content: 'Hi' } as { id: string }]),
      deleted('chatcmpl-1', 'chat.completion.deleted'),
    ],
    async run({ chat: { completions } }) {
      return [
        await all(completions.list({ limit: 1, model: 'gpt-4o', metadata: { topic: 'weather report' } })),
        await completions.retrieve('chatcmpl-1'),
        await completions.update('chatcmpl-1', { metadata: { topic: 'weather' } }),
        await all(completions.messages.list('chatcmpl-1')),
        await completions.delete('chatcmpl-1'),
      ];
    },
  },
  {
    name: 'legacy completions',
    answers: [
      json({
        ...textChunk({ text: '\n\nThis is indeed a test', finish_reason: 'length' }),
        usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
      }),
    ],
    run: (openai) =>
      openai.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Say this is a test', max_tokens: 7 }),
    record: { prompt_tokens: 5, completion_tokens: 7, model: 'gpt-3.5-turbo-instruct' },
  },
  {
    name: 'legacy completions, streamed',
    answers: [
      events(
        dataBlocks([
          textChunk({ text: '\n\nThis' }),
          textChunk({ text: ' is é test', finish_reason: 'stop' }),
          textChunk(NO_CHOICE, { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 }),
        ]),
      ),
    ],
    run: (openai) =>
      all(openai.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Say this is a test', stream: true })),
    record: { prompt_tokens: 5, completion_tokens: 7, finish_reason: 'stop' },
  },
];
