import OpenAI from 'openai';

const proxy = process.env.HELICONE_PROXY_URL ?? 'http://localhost:3000/helicone';

const openai = new OpenAI({
  baseURL: `${proxy}/openai/v1`, // was https://api.openai.com/v1
  defaultHeaders: { 'Helicone-Property-App': 'clients-example' }, // a label of your own on every call
});

// That is all. What follows are features that a call asks for by header.
const { data, response } = await openai.chat.completions
  .create(
    { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Why is the sea salty?' }] },
    {
      headers: {
        'Helicone-User-Id': 'ada',
        'Helicone-Session-Id': crypto.randomUUID(), // calls that belong together
        'Helicone-Session-Name': 'Sea',
        'Helicone-Session-Path': '/sea/salt',
        'Helicone-Cache-Enabled': 'true',
        'Cache-Control': 'max-age=3600', // seconds
        'Helicone-RateLimit-Policy': '10;w=60;s=user', // ten calls a minute for each user
        'Helicone-Retry-Enabled': 'true',
        'Helicone-Retry-Num': '3',
      },
    },
  )
  .withResponse();

console.log(data.choices[0]?.message.content);
console.log(`cache: ${response.headers.get('helicone-cache')}, id: ${response.headers.get('helicone-id')}`);
