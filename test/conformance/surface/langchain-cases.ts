import { ANSWERS } from '@helicone-proxy/testkit';
import type { AIMessageChunk } from '@langchain/core/messages';
import {
  ChatOpenAI as Chat,
  type ChatOpenAI,
  OpenAIEmbeddings as Embeddings,
  type OpenAIEmbeddings,
} from '@langchain/openai';
import { all } from './all.js';
import { published } from './answer.js';
import { embedded, json } from './openai-sdk.js';
import type { Sdk, SurfaceCase } from './surface-case.js';

/** LangChain’s models of OpenAI. */
export interface LangChain {
  chat: ChatOpenAI;
  responses: ChatOpenAI;
  embeddings: OpenAIEmbeddings;
}

export const LANGCHAIN: Sdk<LangChain> = {
  provider: 'openai',
  client({ url, headers, fetch }) {
    const configuration = { baseURL: `${url}/v1`, defaultHeaders: headers, fetch };
    const given = { apiKey: 'sk-test', configuration, maxRetries: 0 };
    return {
      chat: new Chat({ ...given, model: 'gpt-4o' }),
      responses: new Chat({ ...given, model: 'gpt-5', useResponsesApi: true }),
      embeddings: new Embeddings({ ...given, model: 'text-embedding-3-small' }),
    };
  },
};

const ASKED = 'Weather in 東京? 🌦';
const CITY = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

function dataOf({ content, tool_calls, usage_metadata, response_metadata, id }: AIMessageChunk): object {
  return { content, tool_calls, usage_metadata, response_metadata, id };
}

/** LangChain at OpenAI. */
export const LANGCHAIN_CASES: readonly SurfaceCase<LangChain>[] = [
  {
    name: 'invoke',
    answers: [published(ANSWERS.chat)],
    run: async ({ chat }) => dataOf((await chat.invoke(ASKED)) as AIMessageChunk),
    record: { ...ANSWERS.chat.tokens, model: ANSWERS.chat.model },
  },
  {
    name: 'invoke by Responses',
    answers: [published(ANSWERS.responses)],
    run: async ({ responses }) => dataOf((await responses.invoke(ASKED)) as AIMessageChunk),
    record: { ...ANSWERS.responses.tokens, model: ANSWERS.responses.model },
  },
  {
    name: 'stream',
    answers: [published(ANSWERS.chatStream)],
    run: async ({ chat }) => (await all(chat.stream(ASKED))).map(dataOf),
    record: { ...ANSWERS.chatStream.tokens },
  },
  {
    name: 'stream by Responses',
    answers: [published(ANSWERS.responsesStream)],
    run: async ({ responses }) => (await all(responses.stream(ASKED))).map(dataOf),
    record: { ...ANSWERS.responsesStream.tokens },
  },
  {
    name: 'tools',
    answers: [
      json({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1741569952,
        model: 'gpt-4o-2024-08-06',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: null,
              tool_calls: [
                { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"東京"}' } },
              ],
            },
            finish_reason: 'tool_calls',
          },
        ],
        usage: { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 },
      }),
    ],
    async run({ chat }) {
      const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: CITY } }];
      return dataOf((await chat.bindTools(tools).invoke(ASKED)) as AIMessageChunk);
    },
    gives: { tool_calls: [{ name: 'get_weather', args: { city: '東京' } }] },
    record: { finish_reason: 'tool_calls' },
  },
  {
    name: 'withStructuredOutput',
    answers: [
      json({
        id: 'chatcmpl-2',
        object: 'chat.completion',
        created: 1741569952,
        model: 'gpt-4o-2024-08-06',
        choices: [{ index: 0, message: { role: 'assistant', content: '{"city":"東京"}' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 },
      }),
    ],
    run: ({ chat }) =>
      chat.withStructuredOutput(CITY, { name: 'weather', method: 'jsonSchema', strict: true }).invoke(ASKED),
    gives: { city: '東京' },
  },
  {
    name: 'embeddings',
    answers: [
      embedded([
        [0.5, -0.25],
        [1, 2],
      ]),
      embedded([[0.5, -0.25]]),
    ],
    run: async ({ embeddings }) => [await embeddings.embedDocuments(['a', 'b']), await embeddings.embedQuery('a')],
    gives: [
      [
        [0.5, -0.25],
        [1, 2],
      ],
      [0.5, -0.25],
    ],
    record: { prompt_tokens: 8, model: 'text-embedding-3-small' },
  },
  {
    name: 'an error',
    answers: [
      json(
        { error: { message: 'Incorrect API key provided', type: 'invalid_request_error', code: 'invalid_api_key' } },
        401,
      ),
    ],
    run: ({ chat }) => chat.invoke(ASKED),
    fails: Error,
    gives: { status: 401, code: 'invalid_api_key' },
  },
];
