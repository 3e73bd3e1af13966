// Ollama's own SDK through the proxy. Ollama is a provider once the options say where it runs.
import { Ollama } from 'ollama';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { rejection } from './rejection.js';
import { type ScriptedAnswer, type ScriptedUpstream, startScriptedUpstream } from './scripted-upstream.js';

const COUNTS = { total_duration: 5e9, load_duration: 1e6, prompt_eval_count: 26, eval_count: 282 };
const DONE = { done: true, done_reason: 'stop', ...COUNTS };
const CALL = { function: { name: 'get', arguments: { city: 'Köln' } } };

const chat = (model: unknown, message: object, more: object = { done: false }): object => ({
  model,
  created_at: '2025-01-01T00:00:00Z',
  message: { role: 'assistant', content: '', ...message },
  ...more,
});
const generated = (model: unknown, response: string, more: object = { done: false }): object => ({
  model,
  created_at: '2025-01-01T00:00:00Z',
  response,
  ...more,
});

const LINES = 'application/x-ndjson';
const lines = (documents: object[]): string[] => documents.map((one) => `${JSON.stringify(one)}\n`);

function answer(path: string, { model, stream }: Record<string, unknown>): ScriptedAnswer {
  if (model === 'unknown') return { status: 404, pieces: ['{"error":"model \'unknown\' not found"}'] };
  if (model === 'broken') return { type: LINES, pieces: lines([chat(model, { content: 'Zo' })]), breaks: true };
  if (path === '/api/embed') {
    return { pieces: [JSON.stringify({ model, embeddings: [[0.5, -0.25]], total_duration: 1, prompt_eval_count: 8 })] };
  }
  if (path === '/api/generate') {
    const whole = generated(model, 'Zoë 🦊', { ...DONE, context: [1, 2] });
    const pieces = [generated(model, 'Zoë'), generated(model, ' 🦊'), { ...whole, response: '' }];
    return stream === false ? { pieces: [JSON.stringify(whole)] } : { type: LINES, pieces: lines(pieces) };
  }
  const whole = chat(model, { thinking: 'Hm', content: 'Zoë 🦊', tool_calls: [CALL] }, DONE);
  const pieces = [{ thinking: 'Hm' }, { content: 'Zoë' }, { content: ' 🦊' }, { tool_calls: [CALL] }];
  return stream === false
    ? { pieces: [JSON.stringify(whole)] }
    : { type: LINES, pieces: lines([...pieces.map((piece) => chat(model, piece)), chat(model, {}, DONE)]) };
}

let upstream: ScriptedUpstream;
let host: ExpressHost;
let ollama: Ollama;
beforeAll(async () => {
  upstream = await startScriptedUpstream(answer);
  host = await startExpressHost({
    providers: { ollama: { baseUrl: upstream.url } },
    cost: { prices: [{ provider: 'ollama', model: 'priced', inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.2 }] },
  });
  ollama = new Ollama({ host: `${host.url}/helicone/ollama` });
});
afterAll(async () => {
  await host.close();
  await upstream.close();
});

/** The last `count` records. */
async function last(count: number) {
  return (await host.records()).slice(-count);
}

const messages = [{ role: 'user', content: 'hello' }];
const USED = {
  provider: 'ollama',
  outcome: 'success',
  truncated: false,
  finish_reason: 'stop',
  prompt_tokens: 26,
  completion_tokens: 282,
};

test('chat, plain and streamed: the same answer, and the same record', async () => {
  const plain = await ollama.chat({ model: 'llama3.2', messages });
  expect(plain.message).toEqual({ role: 'assistant', thinking: 'Hm', content: 'Zoë 🦊', tool_calls: [CALL] });
  let content = '';
  for await (const part of await ollama.chat({ model: 'llama3.2', messages, stream: true }))
    content += part.message.content;
  expect(content).toBe('Zoë 🦊');

  const [first, second] = await last(2);
  expect(first).toMatchObject({ ...USED, model: 'llama3.2', stream: false, cost_usd: null });
  expect(second).toMatchObject({ ...USED, model: 'llama3.2', stream: true, cost_usd: null });
  expect(first?.response_body).toEqual(plain);
  expect(second?.response_body).toEqual(plain);
  expect(second?.time_to_first_token).toBeGreaterThan(0);
});

test('generate, plain and streamed, at a price of the user’s', async () => {
  const plain = await ollama.generate({ model: 'priced', prompt: 'hello' });
  let text = '';
  for await (const part of await ollama.generate({ model: 'priced', prompt: 'hello', stream: true }))
    text += part.response;
  expect([plain.response, text]).toEqual(['Zoë 🦊', 'Zoë 🦊']);
  const [first, second] = await last(2);
  // 26 x 0.10 + 282 x 0.20 = 59 USD per million
  expect(first).toMatchObject({ ...USED, model: 'priced', cost_usd: 0.000059, response_body: plain });
  expect(second).toMatchObject({ ...USED, model: 'priced', cost_usd: 0.000059, response_body: plain });
});

test('embed', async () => {
  const { embeddings } = await ollama.embed({ model: 'all-minilm', input: 'hello' });
  expect(embeddings).toEqual([[0.5, -0.25]]);
  expect(await last(1)).toMatchObject([
    { model: 'all-minilm', outcome: 'success', prompt_tokens: 8, completion_tokens: 0, cost_usd: null },
  ]);
});

test('errors: of a status of its own, and of a stream that breaks', async () => {
  expect(await rejection(ollama.chat({ model: 'unknown', messages }))).toMatchObject({
    status_code: 404,
    error: "model 'unknown' not found",
  });
  expect(await last(1)).toMatchObject([{ outcome: 'upstream_error', error: "model 'unknown' not found" }]);

  const seen: string[] = [];
  const error = await rejection(
    (async () => {
      for await (const part of await ollama.chat({ model: 'broken', messages, stream: true }))
        seen.push(part.message.content);
    })(),
  );
  expect(seen).toEqual(['Zo']);
  // Our own event, which the SDK throws as it is.
  expect(error).toMatchObject({ message: 'the provider closed the connection before its answer was complete' });
});

test('a log of its lines is read as its stream is', async () => {
  const { requestId } = await host.proxy.log({
    provider: 'ollama',
    providerRequest: { json: { model: 'llama3.2', messages } },
    providerResponse: { status: 200, textBody: answer('/api/chat', { model: 'llama3.2' }).pieces.join('') },
  });
  const record = await host.proxy.records.get('default', requestId, { bodies: true });
  expect(record).toMatchObject({ ...USED, model: 'llama3.2', stream: true });
  expect(record?.response_body).toEqual(
    JSON.parse(answer('/api/chat', { model: 'llama3.2', stream: false }).pieces[0] as string),
  );
});
