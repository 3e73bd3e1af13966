import OpenAI from 'openai';
import { firstWords, HANDBOOK, QUESTION, WEATHER_TOOL } from './prompts.ts';
import type { DemoCall } from './traffic.ts';

const MODEL = 'gpt-4o-mini';

/** All that an OpenAI client needs to go through the proxy is its `baseURL`; the headers say more about the calls. */
export function openaiCalls(baseURL: string, apiKey: string, defaultHeaders: Record<string, string>): DemoCall[] {
  const openai = new OpenAI({ baseURL, apiKey, defaultHeaders, maxRetries: 0 });
  const asked = { role: 'user' as const, content: QUESTION };
  return [
    {
      title: 'OpenAI chat',
      async run() {
        const answer = await openai.chat.completions.create({ model: MODEL, messages: [asked] });
        return firstWords(answer.choices[0]?.message.content);
      },
    },
    {
      title: 'OpenAI chat, streamed',
      async run() {
        const stream = await openai.chat.completions.create({
          model: MODEL,
          messages: [asked],
          stream: true,
          stream_options: { include_usage: true }, // else OpenAI's streams tell no usage
        });
        let text = '';
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
        return firstWords(text);
      },
    },
    {
      title: 'OpenAI chat, tool call',
      async run() {
        const answer = await openai.chat.completions.create({
          model: MODEL,
          messages: [{ role: 'user', content: 'What is the weather in Lisbon?' }],
          tools: [{ type: 'function', function: { ...WEATHER_TOOL, parameters: WEATHER_TOOL.schema } }],
          tool_choice: 'required',
        });
        const call = answer.choices[0]?.message.tool_calls?.[0];
        return call?.type === 'function' ? firstWords(`${call.function.name} ${call.function.arguments}`) : 'no call';
      },
    },
    ...['', ' again (cached)'].map((again) => ({
      title: `OpenAI chat, long prompt${again}`,
      async run() {
        const messages = [{ role: 'system' as const, content: HANDBOOK }, asked];
        const answer = await openai.chat.completions.create({ model: 'gpt-4o', messages });
        return `${answer.usage?.prompt_tokens_details?.cached_tokens} of ${answer.usage?.prompt_tokens} tokens cached`;
      },
    })),
    {
      title: 'OpenAI Responses',
      async run() {
        const answer = await openai.responses.create({ model: MODEL, input: QUESTION });
        return firstWords(answer.output_text);
      },
    },
    {
      title: 'OpenAI Responses, streamed',
      async run() {
        const stream = await openai.responses.create({ model: MODEL, input: QUESTION, stream: true });
        let text = '';
        for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta;
        return firstWords(text);
      },
    },
    {
      title: 'OpenAI embedding',
      async run() {
        const answer = await openai.embeddings.create({ model: 'text-embedding-3-small', input: QUESTION });
        return `${answer.data[0]?.embedding.length} dimensions`;
      },
    },
    {
      title: 'OpenAI, a model that is not there',
      async run() {
        const refused = openai.chat.completions.create({ model: 'gpt-no-such-model', messages: [asked] });
        const error = await refused.then(
          () => null,
          (reason: unknown) => reason,
        );
        if (error instanceof OpenAI.NotFoundError) return `${error.status} as expected`;
        throw error ?? new Error('the provider took a model that is not there');
      },
    },
  ];
}
