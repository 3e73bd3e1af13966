import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HeliconeProxy, heliconeProxy } from '@helicone-proxy/node';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';

// Uploads and pictures are longer than what is kept of a body, and are understood all the same.

/** How much of a body is kept here, and how long media are, bytes. */
const KEPT_BYTES = 20_000;
const MEDIA_BYTES = 300_000;

let provider: Server;
let host: Server;
let proxy: HeliconeProxy;
let openai: OpenAI;

beforeAll(async () => {
  provider = createServer((request, response) => request.resume().on('end', () => answer(request, response)));
  await listening(provider);
  const handler = heliconeProxy({
    records: { store: 'sqlite::memory:' },
    limits: { recordBodyBytes: KEPT_BYTES },
    providers: { openai: { baseUrl: originOf(provider) } },
  });
  proxy = handler.proxy;
  host = createServer(handler);
  await listening(host);
  openai = new OpenAI({ baseURL: `${originOf(host)}/helicone/openai/v1`, apiKey: 'of-the-client', maxRetries: 0 });
});
afterAll(async () => {
  host.close();
  host.closeAllConnections();
  await proxy.close();
  provider.close();
  provider.closeAllConnections();
});

async function listening(server: Server): Promise<void> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const PICTURE = Buffer.alloc(MEDIA_BYTES, 'picture').toString('base64');
const IMAGE_USAGE = {
  total_tokens: 322,
  input_tokens: 50,
  output_tokens: 272,
  input_tokens_details: { text_tokens: 50, image_tokens: 0 },
};
const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'completed',
  error: null,
  model: 'gpt-5-2025-08-07',
  output: [{ id: 'ig_1', type: 'image_generation_call', status: 'completed', result: PICTURE }],
  usage: { input_tokens: 1000, output_tokens: 30, total_tokens: 1030 },
};
/** What newer answers tell besides. */
const TOLD = {
  service_tier: 'default',
  tool_usage: {
    image_gen: {
      input_tokens: 120,
      input_tokens_details: { image_tokens: 100, text_tokens: 20 },
      output_tokens: 272,
      output_tokens_details: { image_tokens: 272, text_tokens: 0 },
      total_tokens: 392,
    },
    web_search: { num_requests: 0 },
  },
  tools: [{ type: 'image_generation', background: 'auto', model: 'gpt-image-1.5', size: 'auto' }],
};

function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  if (url.endsWith('/transcriptions')) {
    const usage = {
      type: 'tokens',
      input_tokens: 1300,
      input_token_details: { audio_tokens: 1300 },
      output_tokens: 45,
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ text: 'Hi', usage }));
    return;
  }
  if (url.endsWith('/whole/responses') || url.endsWith('/told/responses')) {
    const told = url.includes('/told/') ? { ...RESPONSE, ...TOLD } : RESPONSE;
    // As the provider sends it, with white space.
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told, null, 2));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of url.endsWith('/responses') ? responseEvents() : imageEvents()) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
}

interface Event {
  type: string;
  [member: string]: unknown;
}

function imageEvents(): Event[] {
  const picture = { b64_json: PICTURE, created_at: 1, size: '1024x1024' };
  return [
    { type: 'image_generation.partial_image', ...picture, partial_image_index: 0 },
    { type: 'image_generation.completed', ...picture, usage: IMAGE_USAGE },
  ];
}

function responseEvents(): Event[] {
  const head = { ...RESPONSE, status: 'in_progress', output: [], usage: null };
  return [
    { type: 'response.created', response: head },
    { type: 'response.output_item.added', output_index: 0, item: { id: 'ig_1', type: 'image_generation_call' } },
    { type: 'response.completed', response: RESPONSE },
  ];
}

async function lastRecord() {
  await proxy.flush();
  const [record] = await proxy.records.query({ tenant: 'default', filter: { kind: 'all' }, limit: 1, offset: 0 });
  return record;
}

test('an upload says its model in a field of its form, behind the file', async () => {
  const file = await toFile(Buffer.alloc(MEDIA_BYTES), 'spräche.wav', { type: 'audio/wav' });
  await openai.audio.transcriptions.create({ file, model: 'gpt-4o-transcribe' });
  expect(await lastRecord()).toMatchObject({
    request_model: 'gpt-4o-transcribe',
    model: 'gpt-4o-transcribe',
    prompt_tokens: 1300,
    prompt_audio_tokens: 1300,
    completion_tokens: 45,
    // 1300 x 6 + 45 x 10 = 8250 USD per million
    cost_usd: 0.00825,
  });
});

test('a streamed picture tells its usage behind itself', async () => {
  const events = await openai.images.generate({ model: 'gpt-image-1', prompt: 'A fox', stream: true });
  const types: string[] = [];
  for await (const event of events) types.push(event.type);
  expect(types).toEqual(['image_generation.partial_image', 'image_generation.completed']);
  expect(await lastRecord()).toMatchObject({
    outcome: 'success',
    model: 'gpt-image-1',
    prompt_tokens: 50,
    completion_tokens: 272,
    usage_source: 'provider',
    // 50 x 5 + 272 x 40 = 11130 USD per million
    cost_usd: 0.01113,
  });
});

test('a whole response with a picture is not said to cost less than it does', async () => {
  await openai.post('/whole/responses', { body: { model: 'gpt-5', input: 'A fox' } });
  expect(await lastRecord()).toMatchObject({
    outcome: 'success',
    model: 'gpt-5-2025-08-07',
    prompt_tokens: 1000,
    completion_tokens: 30,
    usage_details: { images: 1 },
    cost_usd: null,
  });
});

test('a whole response with a picture that tells its model and its tokens is priced', async () => {
  await openai.post('/told/responses', { body: { model: 'gpt-5', input: 'A fox' } });
  expect(await lastRecord()).toMatchObject({
    model: 'gpt-5-2025-08-07',
    prompt_tokens: 1120,
    completion_tokens: 302,
    // 1000 x 1.25 + 30 x 10 = 1550, and gpt-image-1.5: 20 x 5 + 100 x 8 + 272 x 32 = 9604 USD per million
    cost_usd: 0.011154,
  });
});

test('nor is a streamed one, of which nobody knows what it cost', async () => {
  const events = await openai.responses.create({ model: 'gpt-5', input: 'A fox', stream: true });
  for await (const _ of events);
  expect(await lastRecord()).toMatchObject({
    outcome: 'success',
    model: 'gpt-5-2025-08-07',
    prompt_tokens: 1000,
    completion_tokens: 30,
    usage_source: 'provider',
    usage_details: { images: 1 },
    cost_usd: null,
  });
});
