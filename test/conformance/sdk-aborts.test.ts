import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { ANSWERS, type Answer } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { HOSTS } from './hosts.js';
import type { Session } from './session.js';
import { surfaceSession } from './surface/surface-session.js';

const MESSAGES = [{ role: 'user' as const, content: 'Write a long story.' }];
const CHAT = { model: 'gpt-4o', messages: MESSAGES, stream: true as const };
const MESSAGE = { model: 'claude-haiku-4-5', max_tokens: 4096, messages: MESSAGES };
const GOOGLE_EVENT = 'data: {"candidates":[{"content":{"parts":[{"text":"Es war"}],"role":"model"}}]}\r\n\r\n';

interface Leaving {
  name: string;
  headers: Answer['headers'];
  /** What comes before the client leaves. */
  events: readonly (Uint8Array | string)[];
  /** Opens the stream. */
  open(url: string, signal: AbortSignal): PromiseLike<AsyncIterable<unknown>> | AsyncIterable<unknown>;
}

function started({ headers, events }: Answer): Pick<Leaving, 'headers' | 'events'> {
  return { headers, events: events.slice(0, -3) };
}

function openai(url: string): OpenAI {
  return new OpenAI({ apiKey: 'sk-test', baseURL: `${url}/openai/v1` });
}

function anthropic(url: string): Anthropic {
  return new Anthropic({ apiKey: 'sk-ant-test', baseURL: `${url}/anthropic` });
}

const LEAVING: readonly Leaving[] = [
  {
    name: 'openai: chat',
    ...started(ANSWERS.chatStream),
    open: (url, signal) => openai(url).chat.completions.create(CHAT, { signal }),
  },
  {
    name: 'openai: Responses',
    ...started(ANSWERS.responsesStream),
    open: (url, signal) => openai(url).responses.create({ model: 'gpt-5', input: 'Hi', stream: true }, { signal }),
  },
  {
    name: 'openai: chat by the helper',
    ...started(ANSWERS.chatStream),
    open: (url, signal) => openai(url).chat.completions.stream(CHAT, { signal }),
  },
  {
    name: 'anthropic: messages',
    ...started(ANSWERS.messagesStream),
    open: (url, signal) => anthropic(url).messages.create({ ...MESSAGE, stream: true }, { signal }),
  },
  {
    name: 'anthropic: messages by the helper',
    ...started(ANSWERS.messagesStream),
    open: (url, signal) => anthropic(url).messages.stream(MESSAGE, { signal }),
  },
  {
    name: 'google: content',
    headers: [['content-type', 'text/event-stream']],
    events: [GOOGLE_EVENT],
    open: (url, abortSignal) =>
      new GoogleGenAI({ apiKey: 'AIza-test', httpOptions: { baseUrl: `${url}/google` } }).models.generateContentStream({
        model: 'gemini-2.5-flash',
        contents: 'Hi',
        config: { abortSignal },
      }),
  },
];

/** Leaves once something has come; resolves when the SDK is done with the stream. */
async function leaveAfterTheFirst(session: Session, { headers, events, open }: Leaving): Promise<void> {
  const leave = new AbortController();
  session.provider.script = async (exchange) => {
    await exchange.request.ended;
    await exchange.head({ headers });
    for (const event of events) await exchange.write(event);
  };
  session.sentBesides(1);
  let came = 0;
  const consume = async (): Promise<void> => {
    for await (const _item of await open(session.url, leave.signal)) {
      if (came++ === 0) leave.abort();
    }
  };
  // Some SDKs end the iteration, others throw: both are their own way to leave.
  await consume().catch(() => {});
  expect(came).toBeGreaterThan(0);
}

describe.each(HOSTS)('$name: a signal that aborts in mid-stream', (host) => {
  const open = surfaceSession(host);

  test.each(LEAVING)('S6 $name: the provider’s connection is closed', async (each) => {
    const session = open();
    const index = session.provider.requests.length;
    await within(10_000, 'the SDK to end the stream', leaveAfterTheFirst(session, each));
    const request = await session.provider.request(index);
    await within(10_000, 'the provider to be left', session.provider.connectionOf(request).closed);
  });

  test('S6 L1 each left a record that says so', async () => {
    const records = await open().records();
    expect(records).toHaveLength(LEAVING.length);
    for (const record of records) {
      expect(record).toMatchObject({ outcome: 'client_closed', response_status: -3, stream: true });
    }
  });
});
