// What people type who use Helicone, snippet by snippet: the same calls with our URLs. Helicone's hosts become
//   https://oai.helicone.ai/v1      -> <proxy>/openai/v1
//   https://anthropic.helicone.ai   -> <proxy>/anthropic
//   https://api.helicone.ai         -> <proxy>/api
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import Anthropic from '@anthropic-ai/sdk';
import { type StandIn, startStandIn } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerChat, startProxyRig } from '../rig/proxy-rig.js';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { rejection } from './rejection.js';

const KEY = 'sk-helicone-xxxx';
const HELICONE_AUTH = { 'Helicone-Auth': `Bearer ${KEY}` };
const execute = promisify(execFile);

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn({ firstByteMs: 0, eventMs: 0 });
});
afterAll(() => standIn.close());

let host: ExpressHost;
let proxy: string;
beforeEach(async () => {
  standIn.requests.length = 0;
  const place = { baseUrl: standIn.url };
  host = await startExpressHost({
    auth: { keys: { [KEY]: {} } },
    providers: { openai: place, anthropic: place },
  });
  proxy = `${host.url}/helicone`;
});
afterEach(() => host.close());

function openaiClient(defaultHeaders: Record<string, string> = {}): OpenAI {
  return new OpenAI({
    apiKey: 'sk-your-openai-key',
    baseURL: `${proxy}/openai/v1`,
    defaultHeaders: { ...HELICONE_AUTH, ...defaultHeaders },
    maxRetries: 0,
  });
}

const user = (content: string) => [{ role: 'user' as const, content }];

/** Runs a Python script of the standard library's; `proxy` is the first argument. Resolves with what it printed. */
async function python(script: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, no_proxy: '*' };
  return (await execute('python3', ['-c', script, proxy, ...args], { env, timeout: 15_000 })).stdout;
}

describe('Proxy Integration', () => {
  test('OpenAI', async () => {
    const response = await openaiClient().chat.completions.create({ model: 'gpt-4', messages: user('Hello!') });
    expect(response.choices[0]?.message.content).toBe('You said: Hello!');
    expect(standIn.requests).toMatchObject([
      { url: '/v1/chat/completions', headers: { authorization: 'Bearer sk-your-openai-key' } },
    ]);
    expect(standIn.requests[0]?.headers).not.toHaveProperty('helicone-auth');
    expect(await host.records()).toMatchObject([{ model: 'gpt-4', outcome: 'success', prompt_tokens: 1 }]);
  });

  test('OpenAI, from Python', async () => {
    const printed = await python(`
import json, sys
from urllib.request import Request, urlopen
body = {"model": "gpt-4", "messages": [{"role": "user", "content": "Hello!"}]}
headers = {"Authorization": "Bearer sk-your-openai-key", "Helicone-Auth": "Bearer ${KEY}", "Content-Type": "application/json"}
with urlopen(Request(sys.argv[1] + "/openai/v1/chat/completions", json.dumps(body).encode(), headers)) as response:
    print(json.load(response)["choices"][0]["message"]["content"])
`);
    expect(printed).toBe('You said: Hello!\n');
    expect(await host.records()).toMatchObject([{ model: 'gpt-4', outcome: 'success', prompt_tokens: 1 }]);
  });

  test('Anthropic', async () => {
    const anthropic = new Anthropic({
      apiKey: 'sk-ant-xxxx',
      baseURL: `${proxy}/anthropic`,
      defaultHeaders: HELICONE_AUTH,
      maxRetries: 0,
    });
    const message = await anthropic.messages.create({
      model: 'claude-3-5-sonnet-20241022',
      max_tokens: 1024,
      messages: user('Explain caching.'),
    });
    expect(message.content).toMatchObject([{ text: 'You said: Explain caching.' }]);
    expect(standIn.requests).toMatchObject([{ url: '/v1/messages', headers: { authorization: 'Bearer sk-ant-xxxx' } }]);
    expect(await host.records()).toMatchObject([{ provider: 'anthropic', model: 'claude-3-5-sonnet-20241022' }]);
  });

  test('with another key than one of ours: 401, and nothing goes to the provider', async () => {
    const openai = openaiClient({ 'Helicone-Auth': 'Bearer sk-helicone-other' });
    const error = await rejection(openai.chat.completions.create({ model: 'gpt-4', messages: user('Hello!') }));
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(standIn.requests).toEqual([]);
  });
});

test('Custom Properties and User Tracking', async () => {
  await openaiClient().chat.completions.create(
    { model: 'gpt-4', messages: user('Help me with billing') },
    {
      headers: {
        'Helicone-User-Id': 'user-123',
        'Helicone-Session-Id': 'session-abc',
        'Helicone-Property-Feature': 'support-chat',
        'Helicone-Property-Environment': 'production',
        'Helicone-Property-Ticket-Id': 'T-5678',
      },
    },
  );
  const [record] = await host.records();
  expect(record).toMatchObject({
    request_user_id: 'user-123',
    request_properties: {
      'helicone-session-id': 'session-abc',
      feature: 'support-chat',
      environment: 'production',
      'ticket-id': 'T-5678',
    },
  });
  expect(Object.keys(standIn.requests[0]?.headers ?? {}).filter((name) => /helicone/.test(name))).toEqual([]);
});

test('Caching', async () => {
  const openai = openaiClient({ 'Helicone-Cache-Enabled': 'true' });
  const ask = async (content: string, headers: Record<string, string> = {}): Promise<string | null> => {
    const asked = { model: 'gpt-3.5-turbo', messages: user(content) };
    const { data, response } = await openai.chat.completions.create(asked, { headers }).withResponse();
    expect(data.choices[0]?.message.content).toBe(`You said: ${content}`);
    return response.headers.get('helicone-cache');
  };
  expect([await ask('What is 2+2?'), await ask('What is 2+2?')]).toEqual(['MISS', 'HIT']);
  expect(standIn.requests).toHaveLength(1);
  expect(await host.records()).toMatchObject([{ cost_usd: expect.any(Number) }, { cost_usd: 0 }]);

  const bucket = { 'Helicone-Cache-Bucket-Max-Size': '3' };
  const answers: (string | null)[] = [];
  for (let i = 0; i < 5; i += 1) answers.push(await ask('Summarize our FAQ', bucket));
  expect(answers).toEqual(['MISS', 'MISS', 'MISS', 'HIT', 'HIT']);
  expect(standIn.requests).toHaveLength(4);
});

test('Rate Limiting', async () => {
  const openai = openaiClient({ 'Helicone-RateLimit-Policy': '10;w=60;s=user' });
  const call = (id: string) =>
    openai.chat.completions.create(
      { model: 'gpt-4', messages: user('Hello') },
      { headers: { 'Helicone-User-Id': id } },
    );
  for (let i = 0; i < 10; i += 1) await call('user-123');
  const error = await rejection(call('user-123'));
  expect(error).toBeInstanceOf(OpenAI.RateLimitError);
  const { headers } = error as InstanceType<typeof OpenAI.RateLimitError>;
  expect(Number(headers?.get('retry-after'))).toBeGreaterThan(0);
  expect(headers?.get('helicone-ratelimit-remaining')).toBe('0');
  await call('user-456');
  expect(standIn.requests).toHaveLength(11);
});

test('Retries and Fallbacks', async () => {
  let failures = 3;
  const rig = await startProxyRig(
    ({ origin }) => ({
      auth: { keys: { [KEY]: {} } },
      providers: { openai: { baseUrl: origin } },
      // The snippet leaves the waits at their defaults, which are seconds.
      policy: { defaults: { 'Helicone-Retry-Min-Timeout': 1, 'Helicone-Retry-Max-Timeout': 10 } },
    }),
    {
      script: (exchange) =>
        failures-- > 0 ? exchange.respond({ status: 500, framing: 'length' }, ['{}']) : answerChat(exchange),
    },
  );
  proxy = rig.url;
  try {
    const openai = openaiClient({
      'Helicone-Retry-Enabled': 'true',
      'Helicone-Retry-Num': '3',
      'Helicone-Retry-Factor': '2',
    });
    const asked = { model: 'gpt-4', messages: user('Analyze this data') };
    const { data, response } = await openai.chat.completions.create(asked).withResponse();
    expect(data.choices[0]?.message.content).toBe('Hi.');
    expect(response.headers.get('helicone-retries')).toBe('3');
    expect(rig.provider.requests).toHaveLength(4);

    failures = 4;
    expect(await rejection(openai.chat.completions.create(asked))).toBeInstanceOf(OpenAI.InternalServerError);
    expect(rig.provider.requests).toHaveLength(8);
  } finally {
    await rig.close();
  }
});

describe('Feedback and Scoring', () => {
  async function requestId(): Promise<string> {
    const asked = { model: 'gpt-4', messages: user('Hello!') };
    const { response } = await openaiClient().chat.completions.create(asked).withResponse();
    return response.headers.get('helicone-id') ?? '';
  }

  test('curl', async () => {
    const id = await requestId();
    const { stdout } = await execute('curl', [
      ...['--noproxy', '*', '-sS', '-X', 'POST', `${proxy}/api/v1/request/${id}/feedback`],
      ...['-H', `Authorization: Bearer ${KEY}`],
      ...['-H', 'Content-Type: application/json'],
      ...['-d', '{"rating": true}'],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ error: null });
    expect(await host.record(id)).toMatchObject({ feedback_rating: true });
  });

  test('Python', async () => {
    const scoreRequest = `
import json, sys
from urllib.request import Request, urlopen
def score_request(request_id, rating):
    urlopen(Request(
        f"{sys.argv[1]}/api/v1/request/{request_id}/feedback",
        json.dumps({"rating": rating}).encode(),
        {"Authorization": "Bearer ${KEY}", "Content-Type": "application/json"},
    )).close()
score_request(sys.argv[2], sys.argv[3] == "True")
`;
    const id = await requestId();
    await python(scoreRequest, id, 'True');
    expect(await host.record(id)).toMatchObject({ feedback_rating: true });
    await python(scoreRequest, id, 'False');
    expect(await host.record(id)).toMatchObject({ feedback_rating: false });
  });
});
