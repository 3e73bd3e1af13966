import Anthropic from '@anthropic-ai/sdk';

const proxy = process.env.HELICONE_PROXY_URL ?? 'http://localhost:3000/helicone';

const anthropic = new Anthropic({
  baseURL: `${proxy}/anthropic`, // was https://api.anthropic.com
});

const message = await anthropic.messages.create({
  model: 'claude-haiku-4-5',
  max_tokens: 200,
  messages: [{ role: 'user', content: 'Why is the sea salty?' }],
});
for (const block of message.content) if (block.type === 'text') console.log(block.text);
