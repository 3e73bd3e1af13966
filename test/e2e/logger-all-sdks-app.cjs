// The installed SDKs as a CommonJS application uses them, each loaded by the application before or after the logger looks.
const { Anthropic } = require('@anthropic-ai/sdk');
const { HeliconeAsyncLogger } = require('@helicone-proxy/logger');

const logger = new HeliconeAsyncLogger();
logger.init();
const { OpenAI } = require('openai');
const { GoogleGenAI } = require('@google/genai');

const baseUrl = process.env.ANTHROPIC_BASE_URL;
const messages = [{ role: 'user', content: 'Hello' }];

async function main() {
  await new OpenAI({ baseURL: `${baseUrl}/v1` }).chat.completions.create({ model: 'gpt-4', messages });
  await new Anthropic().messages.create({ model: 'claude-test', max_tokens: 9, messages });
  const google = new GoogleGenAI({ apiKey: 'AIza-test', httpOptions: { baseUrl } });
  await google.models.generateContent({ model: 'gemini-test', contents: 'Hello' }).catch(() => {});
}

main();
