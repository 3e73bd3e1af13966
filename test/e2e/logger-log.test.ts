// What `log` finds the record of, and what it makes of responses that were not recorded by themselves.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { HeliconeAsyncLogger } from '@helicone-proxy/logger';
import { ANSWERS, type Answer, type Script } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { startLoggerRig } from './logger-rig.js';

const started = startedHere();
const CHAT = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };

const answer =
  ({ headers, events, body }: Pick<Answer, 'headers' | 'events' | 'body'>): Script =>
  (exchange) =>
    exchange.respond({ headers }, events.length > 0 ? events : [body]);

const json = (value: object): Script =>
  answer({ headers: [['content-type', 'application/json']], events: [], body: Buffer.from(JSON.stringify(value)) });

function openaiAt(origin: string): OpenAI {
  return new OpenAI({ apiKey: 'sk-test', baseURL: `${origin}/v1`, maxRetries: 0 });
}

test.each(['create', 'parse'] as const)('answers with the same id are told apart, of %s', async (method) => {
  const rig = await startLoggerRig(started, { sdks: { openAI: OpenAI }, script: answer(ANSWERS.chat) });
  const openai = openaiAt(rig.provider.origin);
  const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
  const responses = await Promise.all(
    users.map((content) =>
      openai.chat.completions[method]({ ...CHAT, messages: [{ role: 'user' as const, content }] }),
    ),
  );
  for (const [index, response] of responses.entries()) await rig.logger.log(response, { userId: users[index] });
  const records = await rig.records();
  expect(records).toHaveLength(20);
  for (const record of records) {
    expect(record.request_body).toMatchObject({ messages: [{ content: record.request_user_id }] });
  }
});

test('what helpers make of an answer is found: parsed, put together of a stream', async () => {
  const rig = await startLoggerRig(started, { sdks: { openAI: OpenAI }, script: answer(ANSWERS.chat) });
  const openai = openaiAt(rig.provider.origin);
  const parsed = await openai.chat.completions.parse(CHAT);
  await rig.logger.log(parsed, { userId: 'parsed' });
  rig.provider.script = answer(ANSWERS.chatStream);
  const final = await openai.chat.completions.stream(CHAT).finalChatCompletion();
  await rig.logger.log(final, { userId: 'final' });
  rig.provider.script = answer(ANSWERS.responses);
  await rig.logger.log(await openai.responses.create({ model: 'o3', input: 'hi' }), { userId: 'response' });
  rig.provider.script = answer(ANSWERS.embeddings);
  const asked = { model: 'text-embedding-3-small', input: 'hi' };
  await rig.logger.log(await openai.embeddings.create(asked), { userId: 'vectors' });
  const records = await rig.records();
  expect(rig.errors).toEqual([]);
  expect(records.map(({ request_user_id }) => request_user_id)).toEqual(['parsed', 'final', 'response', 'vectors']);
});

test('a message that is put together of a stream is found', async () => {
  const rig = await startLoggerRig(started, { sdks: { anthropic: Anthropic }, script: answer(ANSWERS.messagesStream) });
  const anthropic = new Anthropic({ apiKey: 'sk-ant-test', baseURL: rig.provider.origin, maxRetries: 0 });
  const message = await anthropic.messages.stream({ ...CHAT, model: 'claude-test', max_tokens: 9 }).finalMessage();
  await rig.logger.log(message, { userId: 'final' });
  expect((await rig.records()).map(({ request_user_id }) => request_user_id)).toEqual(['final']);
});

test('Google: an answer, a chunk of a stream', async () => {
  const generated = {
    candidates: [{ content: { parts: [{ text: 'Hi.' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 21, totalTokenCount: 29 },
    modelVersion: 'gemini-2.5-flash',
    responseId: 'answer-1',
  };
  const rig = await startLoggerRig(started, { sdks: { google: GoogleGenAI }, script: json(generated) });
  const google = new GoogleGenAI({ apiKey: 'AIza-test', httpOptions: { baseUrl: rig.provider.origin } });
  const asked = { model: 'gemini-2.5-flash', contents: 'hi' };
  await rig.logger.log(await google.models.generateContent(asked), { userId: 'whole' });
  const event = Buffer.from(`data: ${JSON.stringify({ ...generated, responseId: 'answer-2' })}\r\n\r\n`);
  rig.provider.script = answer({ headers: [['content-type', 'text/event-stream']], events: [event], body: event });
  let last: unknown;
  for await (const chunk of await google.models.generateContentStream(asked)) last = chunk;
  await rig.logger.log(last, { userId: 'streamed' });
  const records = await rig.records();
  expect(rig.errors).toEqual([]);
  expect(records).toMatchObject([
    { request_user_id: 'whole', provider: 'google', stream: false, prompt_tokens: 8 },
    { request_user_id: 'streamed', provider: 'google', stream: true, completion_tokens: 21 },
  ]);
});

test('Google: answers with the same id are told apart', async () => {
  const generated = { candidates: [], usageMetadata: { promptTokenCount: 8 }, responseId: 'always' };
  const rig = await startLoggerRig(started, { sdks: { google: GoogleGenAI }, script: json(generated) });
  const google = new GoogleGenAI({ apiKey: 'AIza-test', httpOptions: { baseUrl: rig.provider.origin } });
  const users = Array.from({ length: 10 }, (_, index) => `user-${index}`);
  const responses = await Promise.all(
    users.map((contents) => google.models.generateContent({ model: 'gemini-test', contents })),
  );
  for (const [index, response] of responses.entries()) await rig.logger.log(response, { userId: users[index] });
  const records = await rig.records();
  expect(records).toHaveLength(10);
  for (const record of records) {
    expect(JSON.stringify(record.request_body)).toContain(`"${record.request_user_id}"`);
  }
});

test('a response that was not recorded is logged as it is, and told by its shape', async () => {
  const rig = await startLoggerRig(started, {
    sdks: null,
    script: () => {},
    options: { headers: { 'Helicone-Property-App': 'a' } },
  });
  const chat = JSON.parse(ANSWERS.chat.body.toString());
  const startTime = new Date('2026-01-02T03:04:05.678Z');
  const { requestId } = await rig.logger.log(chat, {
    userId: 'ada',
    properties: { feature: 'chat', size: 3 },
    sessionId: 's-1',
    sessionName: 'Plan',
    sessionPath: '/plan',
    promptId: 'p-1',
    request: CHAT,
    startTime,
    endTime: startTime.getTime() + 1500,
  });
  await rig.logger.log(JSON.parse(ANSWERS.messages.body.toString()));
  await rig.logger.log({ any: 'thing' }, { provider: 'Acme', request: { model: 'own-model' } });
  const records = await rig.records();
  expect(rig.errors).toEqual([]);
  expect(records[0]).toMatchObject({
    request_id: requestId,
    request_user_id: 'ada',
    properties: {
      app: 'a',
      feature: 'chat',
      size: '3',
      'helicone-session-id': 's-1',
      'helicone-session-path': '/plan',
    },
    prompt_id: 'p-1',
    provider: 'openai',
    request_path: '/v1/chat/completions',
    request_created_at: startTime.toISOString(),
    delay_ms: 1500,
    ...ANSWERS.chat.tokens,
    request_body: CHAT,
    response_body: chat,
  });
  const byProvider = (name: string) => records.find(({ provider }) => provider === name);
  expect(byProvider('anthropic')).toMatchObject(ANSWERS.messages.tokens);
  expect(byProvider('acme')).toMatchObject({ model: 'own-model', response_body: { any: 'thing' } });
});

test.each([
  ['nothing', undefined],
  ['a text', 'hello'],
  ['a stream', (async function* () {})()],
  ['an object that no model answers with', { hello: 1 }],
  ['a cycle', cyclic()],
])('%s is told to onError, and the application goes on', async (_, response) => {
  const rig = await startLoggerRig(started, { sdks: null, script: () => {} });
  expect(await rig.logger.log(response)).toEqual({ requestId: null });
  expect(rig.errors).toHaveLength(1);
  expect(await rig.records()).toEqual([]);
});

function cyclic(): object {
  const response: Record<string, unknown> = { object: 'chat.completion' };
  response.self = response;
  return response;
}

test('Helicone headers of a client describe its calls; its credentials go nowhere', async () => {
  const rig = await startLoggerRig(started, { sdks: { openAI: OpenAI }, script: answer(ANSWERS.chat) });
  const openai = new OpenAI({
    apiKey: 'sk-canary',
    baseURL: `http://user:canary@${new URL(rig.provider.origin).host}/v1`,
    defaultQuery: { key: 'canary' },
    defaultHeaders: { 'Helicone-Auth': 'Bearer canary', 'Helicone-User-Id': 'ada', 'X-Secret': 'canary' },
    fetch: (url, init) => fetch(String(url).replace('user:canary@', ''), init),
  });
  await openai.chat.completions.create(CHAT);
  const [record] = await rig.records();
  expect(record).toMatchObject({ request_user_id: 'ada', target_url: `${rig.provider.origin}/v1/chat/completions` });
  expect(JSON.stringify(record)).not.toContain('canary');
});

test('a call that goes through a Helicone proxy is recorded there, and only there', async () => {
  const rig = await started.rig();
  const logger = new HeliconeAsyncLogger({ baseUrl: `${rig.url}/api` });
  started.running.push(logger);
  logger.init({ openAI: OpenAI });
  const response = await openaiAt(`${rig.url}/openai`).chat.completions.create(CHAT);
  const { requestId } = await logger.log(response, { properties: { feature: 'chat' } });
  await logger.flush();
  expect(await rig.records()).toMatchObject([{ request_id: requestId, properties: { feature: 'chat' } }]);
});

test('with a proxy of this process nothing goes over HTTP', async () => {
  const rig = await started.rig();
  const provider = await started.provider(answer(ANSWERS.chat));
  const errors: Error[] = [];
  const logger = new HeliconeAsyncLogger({ proxy: rig.proxy, onError: (error) => errors.push(error) });
  started.running.push(logger);
  logger.init({ openAI: OpenAI });
  const response = await openaiAt(provider.origin).chat.completions.create(CHAT);
  await logger.log(response, { userId: 'ada', properties: { feature: 'chat' } });
  await logger.flush();
  expect(errors).toEqual([]);
  expect(await rig.records()).toMatchObject([{ request_user_id: 'ada', properties: { feature: 'chat' } }]);
});

test('one client alone is recorded when it is given itself', async () => {
  const rig = await startLoggerRig(started, { sdks: null, script: answer(ANSWERS.chat) });
  const [own, other] = [openaiAt(rig.provider.origin), openaiAt(rig.provider.origin)];
  rig.logger.init({ openAI: own });
  rig.logger.init({ openAI: own });
  await own.chat.completions.create(CHAT);
  await other.chat.completions.create(CHAT);
  expect(await rig.records()).toHaveLength(1);
});
