import { HeliconeAsyncLogger } from '@helicone-proxy/logger';
import OpenAI from 'openai';

const proxy = process.env.HELICONE_PROXY_URL ?? 'http://localhost:3000/helicone';

// No proxy in the path: the call goes to OpenAI, and its record is sent afterwards.
const logger = new HeliconeAsyncLogger({
  baseUrl: `${proxy}/api`, // was https://api.helicone.ai
  apiKey: process.env.HELICONE_API_KEY ?? 'none', // needed where the proxy has keys
});
logger.init({ openAI: OpenAI }); // without arguments: every SDK that is installed

const openai = new OpenAI();
const response = await openai.chat.completions.create({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Why is the sea salty?' }],
});
console.log(response.choices[0]?.message.content);

// Says more of that call. It waits for nothing: what is to be sent is sent before the process ends.
await logger.log(response, { userId: 'ada', properties: { app: 'clients-example' } });
