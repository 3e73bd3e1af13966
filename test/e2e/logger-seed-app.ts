// The async example of helicone-usage.md; only the package's name is ours.
import { HeliconeAsyncLogger } from '@helicone-proxy/logger';
import OpenAI from 'openai';

const logger = new HeliconeAsyncLogger({
  apiKey: 'sk-helicone-xxxx',
});
logger.init();

const openai = new OpenAI();

const response = await openai.chat.completions.create({
  model: 'gpt-4',
  messages: [{ role: 'user', content: 'Hello' }],
});

// Log asynchronously — no added latency to user requests
await logger.log(response, {
  userId: 'user-123',
  properties: { feature: 'chat' },
});
