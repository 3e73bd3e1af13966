// What is kept of WebSocket sessions where something must not be.
import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { startNodeHost } from '../rig/websocket-host.js';
import { closing, messages, type WebSocketRig, webSocketRigs } from '../rig/websocket-rig.js';

const rig = webSocketRigs(startNodeHost);

const KEY = 'sk-session/0123456789';
const ASKED = JSON.stringify({ type: 'conversation.item.create', item: { content: `private, and my key is ${KEY}` } });
const ANSWERED = JSON.stringify({ type: 'conversation.item.created', item: { content: `no such key: ${KEY}` } });
const DONE = JSON.stringify({
  type: 'response.done',
  response: {
    id: 'r',
    model: 'gpt-realtime',
    status: 'completed',
    output: [],
    usage: { input_tokens: 7, output_tokens: 3 },
  },
});

async function talk({ connect }: WebSocketRig, headers: Record<string, string>): Promise<void> {
  const { client, server } = await connect({ headers: { authorization: `Bearer ${KEY}`, ...headers } });
  const say = async (from: WebSocket, to: WebSocket, text: string): Promise<void> => {
    const got = messages(to, 1);
    from.send(text);
    await got;
  };
  await say(client, server, ASKED);
  await say(server, client, ANSWERED);
  await say(server, client, DONE);
  const closed = [closing(server), once(client, 'close')];
  client.close(1000);
  await Promise.all(closed);
}

test('credentials are in no message', async () => {
  const started = await rig();
  await talk(started, {});
  const [record] = await started.records();
  expect(JSON.stringify(record)).not.toContain('0123456789');
  expect(record?.request_body).toMatchObject([{ item: { content: 'private, and my key is [redacted]' } }, {}]);
  expect(record?.response_body).toMatchObject([{ item: { content: 'no such key: [redacted]' } }, {}, {}]);
});

test('omitted messages are not kept, and what was used is', async () => {
  const started = await rig();
  await talk(started, { 'Helicone-Omit-Request': 'true' });
  await talk(started, { 'Helicone-Omit-Response': 'true' });
  const [first, second] = await started.records();
  const used = { prompt_tokens: 7, completion_tokens: 3, model: 'gpt-realtime' };
  expect(first).toMatchObject({
    ...used,
    request_body: null,
    response_body: [{ type: 'conversation.item.created' }, {}, {}],
  });
  expect(second).toMatchObject({
    ...used,
    request_body: [{ type: 'conversation.item.create' }, {}],
    response_body: null,
  });
});

test('a function sees messages as they would be kept', async () => {
  const started = await rig({
    options: (origin) => ({
      providers: { openai: { baseUrl: origin } },
      records: {
        store: 'sqlite::memory:',
        redact: (record) => ({ ...record, requestBody: record.requestBody?.replace('private', '…') ?? null }),
      },
    }),
  });
  await talk(started, {});
  const [record] = await started.records();
  expect(record?.request_body).toMatchObject([{ item: { content: '…, and my key is [redacted]' } }, {}]);
});
