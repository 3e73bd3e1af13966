import Anthropic from '@anthropic-ai/sdk';
import { ANSWERS } from '@helicone-proxy/testkit';
import { all } from './all.js';
import { published, typedBlocks } from './answer.js';
import { type AnthropicCase, events, gzip, json } from './anthropic-sdk.js';

const ASKED = {
  model: 'claude-haiku-4-5',
  max_tokens: 1024,
  messages: [{ role: 'user' as const, content: 'What’s the weather in 東京? 🌤' }],
};
const TOOL = {
  name: 'get_weather',
  description: 'Weather of a city',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
};
const STARTED = { input_tokens: 12, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };

function message(text: string): object {
  return {
    id: 'msg_013Zva2CMHLNnXjNJJKqJ2EF',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5-20250929',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { ...STARTED, output_tokens: 6 },
  };
}

const CITED = {
  ...message(''),
  content: [
    {
      type: 'text',
      text: 'The grass is green.',
      citations: [
        { type: 'char_location', cited_text: 'green', document_index: 0, start_char_index: 0, end_char_index: 5 },
      ],
    },
  ],
};

const MESSAGES: readonly AnthropicCase[] = [
  {
    name: 'message with thinking and a tool',
    answers: [published(ANSWERS.messages)],
    run: (anthropic) => anthropic.messages.create({ ...ASKED, tools: [TOOL] }),
    record: { ...ANSWERS.messages.tokens, model: ANSWERS.messages.model, finish_reason: 'tool_use' },
  },
  {
    name: 'message, compressed',
    answers: [gzip(message('Sunny ☀'))],
    run: (anthropic) => anthropic.messages.create(ASKED),
    gives: { content: [{ text: 'Sunny ☀' }] },
    record: { prompt_tokens: 12, completion_tokens: 6, model: 'claude-sonnet-4-5-20250929' },
  },
  {
    name: 'message with a document and a cached system prompt',
    answers: [json(CITED)],
    run: (anthropic) =>
      anthropic.messages.create({
        ...ASKED,
        system: [{ type: 'text', text: 'Be brief — kurz.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
        messages: [
          {
            role: 'user',
            content: [
              {
                type: 'document',
                source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjcK' },
                citations: { enabled: true },
              },
              { type: 'text', text: 'What colour is the grass?' },
            ],
          },
        ],
      }),
  },
  {
    name: 'message, streamed',
    answers: [published(ANSWERS.messagesStream)],
    run: (anthropic) => all(anthropic.messages.create({ ...ASKED, stream: true })),
    record: { ...ANSWERS.messagesStream.tokens, model: ANSWERS.messagesStream.model, finish_reason: 'tool_use' },
  },
  {
    name: 'message, streamed by the helper',
    answers: [published(ANSWERS.messagesStream)],
    async run(anthropic) {
      const stream = anthropic.messages.stream({ ...ASKED, tools: [TOOL] });
      const texts: string[] = [];
      stream.on('text', (text) => texts.push(text));
      return { final: await stream.finalMessage(), texts };
    },
    gives: { texts: ['Let me look 🌤'], final: { stop_reason: 'tool_use' } },
  },
  {
    name: 'message of the beta, streamed',
    answers: [published(ANSWERS.messagesStream)],
    run: (anthropic) => anthropic.beta.messages.stream({ ...ASKED, betas: ['context-1m-2025-08-07'] }).finalMessage(),
    record: { ...ANSWERS.messagesStream.tokens },
  },
  {
    name: 'tool use, answered',
    answers: [published(ANSWERS.messages), json(message('Sunny, 22 °C.'))],
    async run(anthropic) {
      const first = await anthropic.messages.create({ ...ASKED, tools: [TOOL] });
      const use = first.content.find(({ type }) => type === 'tool_use') as Anthropic.ToolUseBlock;
      const result = { type: 'tool_result' as const, tool_use_id: use.id, content: '22 °C' };
      const asked = [...ASKED.messages, { role: 'assistant' as const, content: first.content }];
      return anthropic.messages.create({
        ...ASKED,
        tools: [TOOL],
        messages: [...asked, { role: 'user', content: [result] }],
      });
    },
    gives: { content: [{ text: 'Sunny, 22 °C.' }] },
  },
  {
    name: 'token count',
    answers: [json({ input_tokens: 2095 })],
    run: (anthropic) => anthropic.messages.countTokens({ model: ASKED.model, messages: ASKED.messages, tools: [TOOL] }),
    gives: { input_tokens: 2095 },
    // What was counted was not used.
    record: { prompt_tokens: null, completion_tokens: null, usage_source: 'none' },
  },
];

function error(type: string, text: string): object {
  return { type: 'error', error: { type, message: text }, request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' };
}

const ONCE = { maxRetries: 0 };
const OVERLOADED = error('overloaded_error', 'Overloaded');

const ERRORS: readonly AnthropicCase[] = [
  {
    name: '401',
    answers: [json(error('authentication_error', 'invalid x-api-key'), 401, [['x-should-retry', 'false']])],
    run: (anthropic) => anthropic.messages.create(ASKED),
    fails: Anthropic.AuthenticationError,
    gives: { status: 401, requestID: 'req_011CSHoEeqs5C35K2UUqR7Fy' },
  },
  {
    name: '404 of a streamed call',
    answers: [json(error('not_found_error', 'model: claude-9'), 404)],
    run: (anthropic) => anthropic.messages.stream({ ...ASKED, model: 'claude-9' }).finalMessage(),
    fails: Anthropic.NotFoundError,
  },
  {
    name: '429 that is not to be repeated',
    answers: [
      json(error('rate_limit_error', 'This request would exceed your organization’s rate limit.'), 429, [
        ['retry-after', '14'],
        ['x-should-retry', 'false'],
      ]),
    ],
    run: (anthropic) => anthropic.messages.create(ASKED),
    fails: Anthropic.RateLimitError,
    gives: { status: 429, type: 'rate_limit_error' },
  },
  {
    name: '529 that the SDK waits out',
    answers: [
      json(OVERLOADED, 529, [
        ['x-should-retry', 'true'],
        ['retry-after-ms', '1'],
      ]),
      json(message('Here again.')),
    ],
    run: (anthropic) => anthropic.messages.create(ASKED),
    gives: { content: [{ text: 'Here again.' }] },
  },
  {
    name: '500',
    answers: [json(error('api_error', 'Internal server error'), 500)],
    run: (anthropic) => anthropic.messages.create(ASKED, ONCE),
    fails: Anthropic.InternalServerError,
  },
  {
    name: 'overloaded in the middle of a stream',
    answers: [
      events(
        typedBlocks([
          { type: 'message_start', message: { ...message(''), content: [], stop_reason: null, usage: STARTED } },
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Let' } },
          { ...OVERLOADED, type: 'error' },
        ]),
      ),
    ],
    run: (anthropic) => anthropic.messages.stream(ASKED, ONCE).finalMessage(),
    fails: Anthropic.APIError,
    gives: { type: 'overloaded_error' },
    record: { outcome: 'upstream_error', truncated: true },
  },
];

export const MESSAGE_CASES: readonly AnthropicCase[] = [...MESSAGES, ...ERRORS];
