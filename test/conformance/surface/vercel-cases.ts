import { type AnthropicProvider, createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI, type OpenAIProvider } from '@ai-sdk/openai';
import { ANSWERS } from '@helicone-proxy/testkit';
import { APICallError, embed, embedMany, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import { all } from './all.js';
import { dataBlocks, published, type SurfaceAnswer } from './answer.js';
import { json as anthropicJson } from './anthropic-sdk.js';
import { events, json } from './openai-sdk.js';
import type { Sdk, SurfaceCase } from './surface-case.js';

export const VERCEL_OPENAI: Sdk<OpenAIProvider> = {
  provider: 'openai',
  client: ({ url, headers, fetch }) => createOpenAI({ apiKey: 'sk-test', baseURL: `${url}/v1`, headers, fetch }),
};

export const VERCEL_ANTHROPIC: Sdk<AnthropicProvider> = {
  provider: 'anthropic',
  client: ({ url, headers, fetch }) => createAnthropic({ apiKey: 'sk-ant-test', baseURL: `${url}/v1`, headers, fetch }),
};

const ASKED = { prompt: 'Weather in 東京? 🌦', maxRetries: 0 };
const CITY = jsonSchema<{ city: string }>({
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
});
const WEATHER = { get_weather: tool({ inputSchema: CITY, execute: ({ city }) => ({ city, degrees: 22 }) }) };
const MODEL = 'gpt-4o-2024-08-06';
const USAGE = { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 };

function chat(message: object, finishReason = 'stop'): SurfaceAnswer {
  const choice = { index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason: finishReason };
  return json({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1741569952,
    model: MODEL,
    choices: [choice],
    usage: USAGE,
  });
}

function vectors(list: readonly number[][]): SurfaceAnswer {
  const data = list.map((embedding, index) => ({ object: 'embedding', index, embedding }));
  return json({ object: 'list', data, model: 'text-embedding-3-small', usage: { prompt_tokens: 8, total_tokens: 8 } });
}

const CALLS_WEATHER = {
  id: 'call_1',
  type: 'function',
  function: { name: 'get_weather', arguments: '{"city":"東京"}' },
};

type Generated = Pick<
  Awaited<ReturnType<typeof generateText>>,
  'text' | 'usage' | 'finishReason' | 'content' | 'response'
> & { toolCalls: unknown };

/** What an answer holds: the SDK’s own results also have its methods, and the head of the answer. */
function dataOf({ text, usage, finishReason, toolCalls, content, response }: Generated): object {
  return { text, usage, finishReason, toolCalls, content, id: response.id, model: response.modelId };
}

/** Vercel’s SDK at OpenAI. */
export const VERCEL_OPENAI_CASES: readonly SurfaceCase<OpenAIProvider>[] = [
  {
    name: 'generateText by Responses',
    answers: [published(ANSWERS.responses)],
    run: async (openai) => dataOf(await generateText({ model: openai('gpt-5'), ...ASKED })),
    gives: { text: 'Ça va — 好 👋', finishReason: 'stop' },
    record: { ...ANSWERS.responses.tokens, model: ANSWERS.responses.model },
  },
  {
    name: 'streamText by Responses',
    answers: [published(ANSWERS.responsesStream)],
    async run(openai) {
      const result = streamText({ model: openai('gpt-5'), ...ASKED });
      return { parts: await all(result.textStream), usage: await result.usage, finish: await result.finishReason };
    },
    gives: { parts: ['Ça va', ' — 好 👋'], finish: 'stop' },
    record: { ...ANSWERS.responsesStream.tokens },
  },
  {
    name: 'generateText by chat',
    answers: [chat({ content: 'Sunny ☀' })],
    run: async (openai) => dataOf(await generateText({ model: openai.chat('gpt-4o'), ...ASKED })),
    gives: { text: 'Sunny ☀', model: MODEL },
    record: { prompt_tokens: 9, completion_tokens: 5, model: MODEL },
  },
  {
    name: 'streamText by chat',
    answers: [published(ANSWERS.chatStream)],
    async run(openai) {
      const result = streamText({ model: openai.chat('gpt-4o'), ...ASKED });
      return { parts: await all(result.textStream), usage: await result.usage };
    },
    record: { ...ANSWERS.chatStream.tokens },
  },
  {
    name: 'a tool that is run, by chat',
    answers: [chat({ tool_calls: [CALLS_WEATHER] }, 'tool_calls'), chat({ content: '22 °C.' })],
    async run(openai) {
      const asked = { model: openai.chat('gpt-4o'), ...ASKED, tools: WEATHER, stopWhen: stepCountIs(2) };
      const { text, steps } = await generateText(asked);
      return { text, results: steps.flatMap(({ toolResults }) => toolResults.map(({ output }) => output)) };
    },
    gives: { text: '22 °C.', results: [{ city: '東京', degrees: 22 }] },
  },
  {
    name: 'an object, by chat',
    answers: [chat({ content: '{"city":"東京"}' })],
    run: async (openai) =>
      (await generateText({ model: openai.chat('gpt-4o'), ...ASKED, output: Output.object({ schema: CITY }) })).output,
    gives: { city: '東京' },
  },
  {
    name: 'an object, streamed by chat',
    answers: [
      events(
        dataBlocks(
          ['{"city":', '"東京', '"}'].map((content, at) => ({
            id: 'chatcmpl-1',
            object: 'chat.completion.chunk',
            created: 1741569952,
            model: MODEL,
            choices: [{ index: 0, delta: { content }, finish_reason: at === 2 ? 'stop' : null }],
          })),
        ),
      ),
    ],
    run(openai) {
      const asked = { model: openai.chat('gpt-4o'), ...ASKED, output: Output.object({ schema: CITY }) };
      return all(streamText(asked).partialOutputStream);
    },
    gives: [{}, { city: '東京' }],
  },
  {
    name: 'embed and embedMany',
    answers: [
      vectors([[0.5, -0.25]]),
      vectors([
        [0.5, -0.25],
        [1, 2],
      ]),
    ],
    async run(openai) {
      const model = openai.embedding('text-embedding-3-small');
      const one = await embed({ model, value: 'sunny day', maxRetries: 0 });
      const many = await embedMany({ model, values: ['sunny day', 'rain'], maxRetries: 0 });
      return [one.embedding, one.usage, many.embeddings, many.usage];
    },
    gives: [
      [0.5, -0.25],
      { tokens: 8 },
      [
        [0.5, -0.25],
        [1, 2],
      ],
      { tokens: 8 },
    ],
    record: { prompt_tokens: 8, model: 'text-embedding-3-small' },
  },
  {
    name: 'an error',
    answers: [
      json({ error: { message: 'Rate limit reached', type: 'tokens', param: null, code: 'rate_limit_exceeded' } }, 429),
    ],
    run: (openai) => generateText({ model: openai('gpt-5'), ...ASKED }),
    fails: APICallError,
    gives: { statusCode: 429, message: 'Rate limit reached', isRetryable: true },
  },
];

/** Vercel’s SDK at Anthropic. */
export const VERCEL_ANTHROPIC_CASES: readonly SurfaceCase<AnthropicProvider>[] = [
  {
    name: 'generateText',
    answers: [published(ANSWERS.messages)],
    run: async (anthropic) =>
      dataOf(
        await generateText({
          model: anthropic('claude-haiku-4-5'),
          ...ASKED,
          tools: { get_weather: tool({ inputSchema: CITY }) },
        }),
      ),
    gives: { text: 'Let me look 🌤', toolCalls: [{ input: { city: '東京' } }] },
    record: { ...ANSWERS.messages.tokens, model: ANSWERS.messages.model },
  },
  {
    name: 'streamText',
    answers: [published(ANSWERS.messagesStream)],
    async run(anthropic) {
      const tools = { get_weather: tool({ inputSchema: CITY }) };
      const result = streamText({ model: anthropic('claude-haiku-4-5'), ...ASKED, tools });
      return { text: await all(result.textStream), calls: await result.toolCalls, usage: await result.usage };
    },
    gives: { text: ['Let me look 🌤'], calls: [{ input: { city: '東京' } }] },
    record: { ...ANSWERS.messagesStream.tokens },
  },
  {
    name: 'an error',
    answers: [anthropicJson({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 529)],
    run: (anthropic) => generateText({ model: anthropic('claude-haiku-4-5'), ...ASKED }),
    fails: APICallError,
    gives: { statusCode: 529, message: 'Overloaded' },
  },
];
