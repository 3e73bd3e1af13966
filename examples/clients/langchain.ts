import { ChatOpenAI } from '@langchain/openai';

const proxy = process.env.HELICONE_PROXY_URL ?? 'http://localhost:3000/helicone';

const model = new ChatOpenAI({
  model: 'gpt-4o-mini',
  configuration: { baseURL: `${proxy}/openai/v1` }, // was https://api.openai.com/v1
});

const { text } = await model.invoke('Why is the sea salty?');
console.log(text);
