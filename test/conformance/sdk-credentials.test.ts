import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { ANSWERS, type Exchange } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { HOSTS } from './hosts.js';
import { type Session, withSession } from './session.js';
import { answerInTurn, published } from './surface/answer.js';

const OURS = 'helicone-key-of-ada';
const GENERATED = { candidates: [{ content: { parts: [{ text: 'Hi' }], role: 'model' } }] };

/** Every SDK has a place of its own for its key; a key of ours there stands for the provider’s. */
const CALLS: readonly {
  name: string;
  call(url: string): PromiseLike<unknown>;
  held: [header: string, value: string];
}[] = [
  {
    name: 'openai',
    call: (url) =>
      new OpenAI({ apiKey: OURS, baseURL: `${url}/openai/v1` }).chat.completions.create({ model: 'm', messages: [] }),
    held: ['authorization', 'Bearer sk-held'],
  },
  {
    name: 'anthropic',
    call: (url) =>
      new Anthropic({ apiKey: OURS, baseURL: `${url}/anthropic` }).messages.create({
        model: 'm',
        max_tokens: 1,
        messages: [],
      }),
    held: ['x-api-key', 'sk-ant-held'],
  },
  {
    name: 'google',
    call: (url) =>
      new GoogleGenAI({ apiKey: OURS, httpOptions: { baseUrl: `${url}/google` } }).models.generateContent({
        model: 'm',
        contents: 'Hi',
      }),
    held: ['x-goog-api-key', 'AIza-held'],
  },
];

function answer(exchange: Exchange): Promise<void> {
  const { target } = exchange.request;
  if (target.includes(':generateContent')) {
    return exchange.respond({ headers: [['content-type', 'application/json']] }, [JSON.stringify(GENERATED)]);
  }
  return answerInTurn([published(target.endsWith('/messages') ? ANSWERS.messages : ANSWERS.chat)])(exchange);
}

async function expectHeldKeys(session: Session): Promise<void> {
  session.sentBesides(CALLS.length);
  for (const [index, { call, held, name }] of CALLS.entries()) {
    await call(session.url);
    const seen = await session.provider.request(index);
    const [header, value] = held;
    expect(seen.header(header), name).toBe(value);
    expect(seen.rawHead, name).not.toContain(OURS);
  }
}

describe.each(HOSTS)('$name: keys of ours in the SDKs’ own places', (host) => {
  test('L1 the provider gets the key that the server holds', async () => {
    const options = ({ origin }: { origin: string }) => ({
      auth: { keys: { [OURS]: { userId: 'ada' } } },
      providers: {
        openai: { baseUrl: origin, apiKey: 'sk-held' },
        anthropic: { baseUrl: origin, apiKey: 'sk-ant-held' },
        google: { baseUrl: origin, apiKey: 'AIza-held' },
      },
    });
    await withSession(host, { options, script: answer }, async (session) => {
      await expectHeldKeys(session);
      const records = await session.records();
      expect(records.map(({ provider }) => provider).reverse()).toEqual(CALLS.map(({ name }) => name));
      expect(JSON.stringify(records)).not.toContain(OURS);
      expect(records.every(({ request_user_id }) => request_user_id === 'ada')).toBe(true);
    });
  });
});
