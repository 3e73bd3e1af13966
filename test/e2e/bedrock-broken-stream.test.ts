// Bedrock breaks off in the middle of a stream: what the AWS SDK's own client makes of it.
import {
  ConverseStreamCommand,
  InvokeModelWithResponseStreamCommand,
  ModelStreamErrorException,
} from '@aws-sdk/client-bedrock-runtime';
import type { Exchange } from '@helicone-proxy/testkit';
import { expect, test } from 'vitest';
import { awsEvent } from '../rig/aws-frame.js';
import { startedHere } from '../rig/started.js';
import { within } from '../rig/until.js';
import { bedrockClient, CONVERSATION, INVOCATION, MODEL } from './bedrock-clients.js';

const { rig: startRig } = startedHere();

const START = awsEvent('messageStart', { role: 'assistant' });
const TEXT = awsEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Olá 🌍' } });
const CHUNK = awsEvent('chunk', {
  bytes: Buffer.from('{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Olá"}}').toString(
    'base64',
  ),
});

/** A proxy whose Bedrock sends these bytes, each as a packet of its own, and then closes its connection. */
async function start(...sent: Uint8Array[]) {
  const script = async (exchange: Exchange): Promise<void> => {
    await exchange.head({ headers: [['content-type', 'application/vnd.amazon.eventstream']] });
    for (const bytes of sent) await exchange.write(bytes);
    exchange.cut();
  };
  const rig = await startRig((provider) => ({ providers: { bedrock: { baseUrl: provider.origin } } }), { script });
  const credentials = { accessKeyId: 'AKIACLIENT0000000001', secretAccessKey: 'client-secret' };
  return { rig, client: bedrockClient(`${rig.url}/bedrock`, { credentials }) };
}

/** The events that came, and what was thrown behind them. */
async function drained<T>(events: AsyncIterable<T> | undefined): Promise<{ events: T[]; thrown: unknown }> {
  const seen: T[] = [];
  const read = async (): Promise<unknown> => {
    for await (const event of events ?? []) seen.push(event);
    return null;
  };
  const thrown = await within(10_000, 'the stream', read()).catch((error: unknown) => error);
  return { events: seen, thrown };
}

const RECORD = { provider: 'bedrock', model: MODEL, outcome: 'truncated', truncated: true };

test('Converse, between two events: the SDK throws an exception of Bedrock’s', async () => {
  const { rig, client } = await start(START, TEXT);
  const { stream } = await client.send(new ConverseStreamCommand(CONVERSATION));
  const { events, thrown } = await drained(stream);
  expect(events).toEqual([
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Olá 🌍' } } },
  ]);
  expect(thrown).toBeInstanceOf(ModelStreamErrorException);
  expect(thrown).toMatchObject({ name: 'ModelStreamErrorException', message: expect.stringMatching(/closed/) });
  expect(await rig.records()).toMatchObject([
    { ...RECORD, response_body: { output: { message: { content: [{ text: 'Olá 🌍' }] } } } },
  ]);
});

test('Converse, before its first event: the same, which the SDK throws before it hands out a stream', async () => {
  const { rig, client } = await start();
  const asked = client.send(new ConverseStreamCommand(CONVERSATION));
  await expect(within(10_000, 'the answer', asked)).rejects.toBeInstanceOf(ModelStreamErrorException);
  expect(await rig.records()).toMatchObject([RECORD]);
});

test.each([1, 4, 11, 12, 40, TEXT.length - 1])(
  'Converse, %i bytes into an event: the connection breaks',
  async (at) => {
    const { rig, client } = await start(START, TEXT.subarray(0, at));
    const { stream } = await client.send(new ConverseStreamCommand(CONVERSATION));
    const { events, thrown } = await drained(stream);
    expect(events).toEqual([{ messageStart: { role: 'assistant' } }]);
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).not.toBeInstanceOf(ModelStreamErrorException);
    expect(await rig.records()).toMatchObject([RECORD]);
  },
);

test('InvokeModel, between two events: the SDK throws an exception of Bedrock’s', async () => {
  const { rig, client } = await start(CHUNK);
  const { body } = await client.send(new InvokeModelWithResponseStreamCommand(INVOCATION));
  const { events, thrown } = await drained(body);
  expect(events).toHaveLength(1);
  expect(thrown).toBeInstanceOf(ModelStreamErrorException);
  expect(await rig.records()).toMatchObject([{ ...RECORD, response_body: { content: [{ text: 'Olá' }] } }]);
});

test('InvokeModel, inside an event: the connection breaks', async () => {
  const { rig, client } = await start(CHUNK, CHUNK.subarray(0, 50));
  const { body } = await client.send(new InvokeModelWithResponseStreamCommand(INVOCATION));
  const { events, thrown } = await drained(body);
  expect(events).toHaveLength(1);
  expect(thrown).toBeInstanceOf(Error);
  expect(thrown).not.toBeInstanceOf(ModelStreamErrorException);
  expect(await rig.records()).toMatchObject([RECORD]);
});
