import Anthropic from '@anthropic-ai/sdk';
import { firstWords, HANDBOOK, QUESTION, WEATHER_TOOL } from './prompts.ts';
import type { DemoCall } from './traffic.ts';

const MODEL = 'claude-haiku-4-5';

/** As with OpenAI, the `baseURL` is all that changes. Anthropic's has no `/v1`. */
export function anthropicCalls(baseURL: string, apiKey: string, defaultHeaders: Record<string, string>): DemoCall[] {
  const anthropic = new Anthropic({ baseURL, apiKey, defaultHeaders, maxRetries: 0 });
  const asked = { model: MODEL, max_tokens: 200, messages: [{ role: 'user' as const, content: QUESTION }] };
  return [
    {
      title: 'Anthropic message',
      async run() {
        return spoken(await anthropic.messages.create(asked));
      },
    },
    {
      title: 'Anthropic message, streamed',
      async run() {
        return spoken(await anthropic.messages.stream(asked).finalMessage());
      },
    },
    {
      title: 'Anthropic message, tool use',
      async run() {
        const { name, description, schema } = WEATHER_TOOL;
        const answer = await anthropic.messages.create({
          ...asked,
          messages: [{ role: 'user', content: 'What is the weather in Lisbon?' }],
          tools: [{ name, description, input_schema: schema }],
          tool_choice: { type: 'any' },
        });
        const use = answer.content.find((block) => block.type === 'tool_use');
        return use === undefined ? 'no call' : firstWords(`${use.name} ${JSON.stringify(use.input)}`);
      },
    },
    ...['', ' again (cached)'].map((again) => ({
      title: `Anthropic, long prompt${again}`,
      async run() {
        const { usage } = await anthropic.messages.create({
          ...asked,
          model: 'claude-sonnet-4-6',
          system: [{ type: 'text', text: HANDBOOK, cache_control: { type: 'ephemeral' } }],
        });
        return `${usage.cache_creation_input_tokens} tokens written to the cache, ${usage.cache_read_input_tokens} read`;
      },
    })),
  ];
}

function spoken(message: Anthropic.Message): string {
  return firstWords(message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''));
}
