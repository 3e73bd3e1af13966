import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { startNodeHost } from '../rig/websocket-host.js';
import { closing, messages, webSocketRigs } from '../rig/websocket-rig.js';

/** `response.done` of the Realtime API as OpenAI documents it. */
function realtimeDone(usage: object | null, more: object = {}): string {
  const response = { object: 'realtime.response', id: 'r', status: 'completed', output: [], usage, ...more };
  return JSON.stringify({ type: 'response.done', event_id: 'event_1', response });
}

const FIRST = {
  total_tokens: 150,
  input_tokens: 100,
  output_tokens: 50,
  input_token_details: {
    text_tokens: 60,
    audio_tokens: 40,
    image_tokens: 0,
    cached_tokens: 30,
    cached_tokens_details: { text_tokens: 20, audio_tokens: 10, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 10, audio_tokens: 40 },
};
const SECOND = {
  total_tokens: 220,
  input_tokens: 200,
  output_tokens: 20,
  input_token_details: {
    text_tokens: 120,
    audio_tokens: 80,
    image_tokens: 0,
    cached_tokens: 128,
    cached_tokens_details: { text_tokens: 64, audio_tokens: 64, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 20, audio_tokens: 0 },
};
const CREATED =
  '{"type":"session.created","event_id":"e","session":{"object":"realtime.session","model":"gpt-realtime"}}';
const SOUND = 'QUJD'.repeat(4_000);

/** Sends each and waits until all are there. */
async function say(from: WebSocket, to: WebSocket, texts: readonly (string | Buffer)[]): Promise<void> {
  const got = messages(to, texts.length);
  for (const text of texts) from.send(text);
  await got;
}

async function hangUp(client: WebSocket, server: WebSocket): Promise<void> {
  const closed = [closing(server), closing(client)];
  client.close(1000, 'bye');
  await Promise.all(closed);
}

const rig = webSocketRigs(startNodeHost);

describe('what a session used', () => {
  test('the sum of all responses, audio and cached parts with it, at the prices of gpt-realtime', async () => {
    const { connect, records } = await rig();
    const { client, server } = await connect();
    await say(server, client, [CREATED, realtimeDone(FIRST), realtimeDone(SECOND)]);
    await hangUp(client, server);
    const [record] = await records();
    expect(record).toMatchObject({
      outcome: 'success',
      response_status: 101,
      request_method: 'GET',
      request_path: '/v1/realtime',
      provider: 'openai',
      model: 'gpt-realtime',
      request_model: 'gpt-realtime',
      response_model: 'gpt-realtime',
      stream: true,
      truncated: false,
      finish_reason: 'completed',
      prompt_tokens: 300,
      completion_tokens: 70,
      prompt_cache_read_tokens: 158,
      prompt_audio_tokens: 120,
      completion_audio_tokens: 40,
      reasoning_tokens: null,
      usage_source: 'provider',
      // 40·4 + 20·0.4 + 30·32 + 10·0.4 + 10·16 + 40·64 and 56·4 + 64·0.4 + 16·32 + 64·0.4 + 20·16 USD per million.
      cost_usd: 0.0049592,
      price_source: 'genai-prices',
    });
    expect(record?.time_to_first_token).toBeGreaterThan(0);
    expect(record?.delay_ms).toBeGreaterThan(record?.time_to_first_token as number);
    expect(record?.attempts).toMatchObject([{ provider: 'openai', status: 101 }]);
    expect(record?.attempts[0]?.durationMs).toBeGreaterThan(0);
  });

  test('what the user said is written down by a model of its own, at its own price', async () => {
    const { connect, records } = await rig();
    const { client, server } = await connect();
    const created =
      '{"type":"session.created","session":{"type":"realtime","model":"gpt-realtime","audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"}}}}}';
    const said =
      '{"type":"conversation.item.input_audio_transcription.completed","transcript":"Hi","usage":{"type":"tokens","input_tokens":14,"input_token_details":{"audio_tokens":14},"output_tokens":5,"total_tokens":19}}';
    await say(server, client, [created, said, realtimeDone(FIRST)]);
    await hangUp(client, server);
    expect(await records()).toMatchObject([
      {
        model: 'gpt-realtime',
        prompt_tokens: 114,
        completion_tokens: 55,
        prompt_cache_read_tokens: 30,
        prompt_audio_tokens: 54,
        // 40·4 + 20·0.4 + 30·32 + 10·0.4 + 10·16 + 40·64 and 14·6 + 5·10 USD per million.
        cost_usd: 0.003986,
      },
    ]);
  });

  test('a session without a response used nothing that is known', async () => {
    const { connect, records } = await rig();
    const { client, server } = await connect();
    await say(server, client, [CREATED]);
    await hangUp(client, server);
    expect(await records()).toMatchObject([
      { model: 'gpt-realtime', prompt_tokens: null, cost_usd: null, usage_source: 'none', finish_reason: null },
    ]);
  });

  test('a response that does not tell makes the sum unknown; one that was cancelled without usage does not', async () => {
    const { connect, records } = await rig();
    const one = await connect();
    await say(one.server, one.client, [realtimeDone(FIRST), realtimeDone(null)]);
    await hangUp(one.client, one.server);
    const other = await connect();
    await say(other.server, other.client, [realtimeDone(FIRST), realtimeDone(null, { status: 'cancelled' })]);
    await hangUp(other.client, other.server);
    const told = (await records()).map(({ prompt_tokens, completion_tokens, usage_details }) => [
      prompt_tokens,
      completion_tokens,
      usage_details?.charged_parts,
    ]);
    // A session with one answer is charged as one.
    expect(told).toEqual([
      [null, null, undefined],
      [100, 50, undefined],
    ]);
  });

  test('the Responses API’s WebSocket mode, each answer at the price of its own model', async () => {
    const { connect, records } = await rig();
    const { client, server } = await connect({ path: '/openai/v1/responses' });
    await say(client, server, ['{"type":"response.create","model":"gpt-4o-mini","input":"hi"}']);
    const done = (type: string, model: string, usage: object): string =>
      JSON.stringify({
        type,
        sequence_number: 3,
        response: { id: 'r', model, status: 'completed', output: [], usage },
      });
    const usage = { input_tokens: 1000, output_tokens: 100, input_tokens_details: { cached_tokens: 0 } };
    await say(server, client, [
      done('response.completed', 'gpt-4o-mini-2024-07-18', usage),
      done('response.incomplete', 'gpt-4o-2024-08-06', usage),
    ]);
    await hangUp(client, server);
    expect(await records()).toMatchObject([
      {
        request_model: 'gpt-4o-mini',
        response_model: 'gpt-4o-2024-08-06',
        prompt_tokens: 2000,
        completion_tokens: 200,
        prompt_cache_read_tokens: 0,
        // 1000·0.15 + 100·0.6 and 1000·2.5 + 100·10 USD per million.
        cost_usd: 0.00371,
        usage_details: { charged_parts: 2 },
      },
    ]);
  });

  test('a session that says more than is kept still tells all that it used', async () => {
    const { connect, records } = await rig({
      options: (origin) => ({
        providers: { openai: { baseUrl: origin } },
        records: { store: 'sqlite::memory:' },
        limits: { recordBodyBytes: 4_000 },
      }),
    });
    const { client, server } = await connect();
    const said: string[] = [CREATED];
    for (let i = 0; i < 300; i++) {
      said.push(JSON.stringify({ type: 'response.output_text.done', text: 'word '.repeat(100) }));
      said.push(realtimeDone(FIRST, { output: [{ type: 'message', text: 'x'.repeat(i === 150 ? 400_000 : 300) }] }));
    }
    await say(server, client, said);
    await hangUp(client, server);
    const [record] = await records();
    expect(record).toMatchObject({
      prompt_tokens: 30_000,
      completion_tokens: 15_000,
      truncated: true,
      outcome: 'success',
    });
    expect(record?.cost_usd).toBeCloseTo(300 * 0.003852, 9);
    expect(JSON.stringify(record?.response_body).length).toBeLessThan(5_000);
    expect([record?.response_body].flat().at(-1)).toHaveProperty('helicone_omitted.messages');
  });

  test('an event that tells its type behind a text too long to be kept may have told a usage: the sum is unknown', async () => {
    const { connect, records } = await rig();
    const { client, server } = await connect();
    const response = { status: 'completed', output: 'x'.repeat(300_000), usage: FIRST };
    await say(server, client, [realtimeDone(FIRST), JSON.stringify({ response, type: 'response.done' })]);
    await hangUp(client, server);
    expect(await records()).toMatchObject([{ prompt_tokens: null, cost_usd: null, usage_source: 'none' }]);
  });

  test('where a usage may have passed unread, the sum is unknown and not too small', async () => {
    const { connect, records } = await rig({
      options: (origin) => ({
        providers: { openai: { baseUrl: origin } },
        records: { store: 'sqlite::memory:', maxQueueBytes: 2_000 },
      }),
    });
    const { client, server } = await connect();
    await say(
      server,
      client,
      Array.from({ length: 20 }, () => realtimeDone(FIRST)),
    );
    await hangUp(client, server);
    expect(await records()).toMatchObject([{ prompt_tokens: null, cost_usd: null, usage_source: 'none' }]);
  });
});

describe('what was said', () => {
  test('stands in the record as JSON arrays, sound and pictures left out, with how each side closed', async () => {
    const { connect, records } = await rig();
    const { client, server } = await connect();
    const picture = `data:image/png;base64,${SOUND}`;
    const item = {
      type: 'message',
      content: [
        { type: 'input_image', image_url: picture },
        { type: 'input_text', text: 'é' },
      ],
    };
    const sounds = [
      `{"event_id":"1","type":"input_audio_buffer.append","audio":"${SOUND}"}`,
      `{"type":"input_audio_buffer.append","audio":"${SOUND}"}`,
    ];
    await say(client, server, [
      '{"type":"session.update","session":{"instructions":"be kind"}}',
      ...sounds,
      Buffer.from([1, 2, 3]),
      JSON.stringify({ item, type: 'conversation.item.create' }),
      'not json',
    ]);
    await say(server, client, [
      CREATED,
      `{"type":"response.output_audio.delta","delta":"${SOUND}"}`,
      '{"type":"response.output_audio_transcript.delta","delta":"Hi"}',
      realtimeDone(FIRST),
    ]);
    await hangUp(client, server);
    const [record] = await records();
    expect(record?.request_body).toEqual([
      { type: 'session.update', session: { instructions: 'be kind' } },
      { type: 'input_audio_buffer.append', helicone_omitted: { messages: 2, bytes: sounds.join('').length } },
      { type: 'binary', helicone_omitted: { messages: 1, bytes: 3 } },
      {
        item: {
          type: 'message',
          content: [
            { type: 'input_image', image_url: `<${picture.length} characters left out>` },
            { type: 'input_text', text: 'é' },
          ],
        },
        type: 'conversation.item.create',
      },
      'not json',
      { helicone_close: { code: 1000, reason: 'bye' } },
    ]);
    expect(record?.response_body).toEqual([
      JSON.parse(CREATED),
      { type: 'response.output_audio.delta', helicone_omitted: { messages: 1, bytes: SOUND.length + 49 } },
      { type: 'response.output_audio_transcript.delta', delta: 'Hi' },
      JSON.parse(realtimeDone(FIRST)),
      { helicone_close: { code: 1000, reason: 'bye' } },
    ]);
    expect(record?.truncated).toBe(false);
  });

  test('is left out where the call says so, and its usage is not', async () => {
    const { connect, records } = await rig();
    const { client, server } = await connect({
      headers: { 'helicone-omit-request': 'true', 'helicone-omit-response': 'true', 'helicone-property-app': 'voice' },
    });
    await say(client, server, ['{"type":"secret"}']);
    await say(server, client, [realtimeDone(FIRST)]);
    await hangUp(client, server);
    expect(await records()).toMatchObject([
      { request_body: null, response_body: null, prompt_tokens: 100, request_properties: { app: 'voice' } },
    ]);
  });

  test('what had come of a message when the provider was cut is kept', async () => {
    const { connect, records, provider } = await rig();
    const { client } = await connect();
    const part = Buffer.from('{"type":"response.output_text.delta","delta":"half a');
    const closed = once(client, 'close');
    provider.sockets[0]?.end(Buffer.concat([Buffer.from([0x81, 126, 1, 0]), part]));
    await closed;
    expect(await records()).toMatchObject([
      { outcome: 'truncated', response_body: [{ helicone_cut: String(part), bytes: part.length }] },
    ]);
  });
});
