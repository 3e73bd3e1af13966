import { GoogleGenAI } from '@google/genai';

const proxy = process.env.HELICONE_PROXY_URL ?? 'http://localhost:3000/helicone';

const google = new GoogleGenAI({
  apiKey: process.env.GEMINI_API_KEY,
  httpOptions: { baseUrl: `${proxy}/google` }, // was https://generativelanguage.googleapis.com
});

const { text } = await google.models.generateContent({ model: 'gemini-2.5-flash', contents: 'Why is the sea salty?' });
console.log(text);
