import { createOpenAI } from '@ai-sdk/openai';
import { streamText } from 'ai';

const proxy = process.env.HELICONE_PROXY_URL ?? 'http://localhost:3000/helicone';

const openai = createOpenAI({
  baseURL: `${proxy}/openai/v1`, // was https://api.openai.com/v1
});

const { textStream } = streamText({ model: openai('gpt-4o-mini'), prompt: 'Why is the sea salty?' });
for await (const text of textStream) process.stdout.write(text);
process.stdout.write('\n');
