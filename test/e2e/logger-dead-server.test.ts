// A log server that is gone, hangs or fails: the calls that are observed must not feel it.
import { HeliconeAsyncLogger } from '@helicone-proxy/logger';
import { ANSWERS, createGate, type Script, unreachableOrigin } from '@helicone-proxy/testkit';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { within } from '../rig/until.js';

const started = startedHere();
const CHAT = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };

const CHUNK = { id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'hi ' } }] };

/** Log servers that are no help, by what is wrong with them. */
const DEAD: Record<string, () => Promise<string>> = {
  'nobody listens': unreachableOrigin,
  'it never answers': async () => (await started.provider(() => {})).origin,
  'it answers 500': async () => (await started.provider(answering(500))).origin,
  'it answers 404': async () => (await started.provider(answering(404))).origin,
  'it resets': async () => (await started.provider((exchange) => exchange.reset())).origin,
};

function answering(status: number): Script {
  return (exchange) => exchange.respond({ status, framing: 'length' }, ['no']);
}

async function startDead(origin: string): Promise<HeliconeAsyncLogger> {
  const logger = new HeliconeAsyncLogger({ baseUrl: `${origin}/api`, flushIntervalMs: 10 });
  started.running.push({ close: () => logger.close({ deadlineMs: 50 }) });
  return logger;
}

function openaiAt(origin: string): OpenAI {
  return new OpenAI({ apiKey: 'sk-test', baseURL: `${origin}/v1`, maxRetries: 0 });
}

const chat: Script = (exchange) => exchange.respond({ headers: ANSWERS.chat.headers }, [ANSWERS.chat.body]);

/** Median time of a call, ms. */
async function medianMs(calls: number, call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < calls; i++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(calls / 2)] as number;
}

describe.each(Object.keys(DEAD))('%s', (name) => {
  test('calls give the same, and take no longer', async () => {
    const provider = await started.provider(chat);
    const openai = openaiAt(provider.origin);
    const call = () => openai.chat.completions.create(CHAT);
    const expected = await call();
    await medianMs(30, call);
    const without = await medianMs(60, call);
    const logger = await startDead(await (DEAD[name] as () => Promise<string>)());
    logger.init({ openAI: OpenAI });
    expect(await call()).toEqual(expected);
    await medianMs(30, call);
    const withLogger = await medianMs(60, async () => logger.log(await call(), { userId: 'ada' }));
    // A busy machine may double either; a wait for the server would be a hundred times as long.
    expect(withLogger).toBeLessThan(without * 3 + 2);
    const { sent, queued, dropped, failed } = logger.stats();
    expect({ sent, known: queued + dropped + failed }).toEqual({ sent: 0, known: 91 });
  });

  test('each chunk of a stream is there before the next one is sent', async () => {
    const events = Array.from({ length: 10 }, (_, index) => `data: ${JSON.stringify({ ...CHUNK, index })}\n\n`);
    const gates = events.map(() => createGate());
    const provider = await started.provider((exchange) =>
      exchange.respond(
        { headers: [['content-type', 'text/event-stream']] },
        events.flatMap((event, index) => [(gates[index] as (typeof gates)[0]).opened, event]),
      ),
    );
    const logger = await startDead(await (DEAD[name] as () => Promise<string>)());
    logger.init({ openAI: OpenAI });
    gates[0]?.open();
    const stream = await openaiAt(provider.origin).chat.completions.create({ ...CHAT, stream: true });
    let seen = 0;
    const reading = (async () => {
      for await (const _ of stream) {
        seen += 1;
        gates[seen]?.open();
      }
    })();
    await within(5000, 'the stream ends', reading);
    expect(seen).toBe(events.length);
  });
});

test('what waits for a dead server stays within its bound, and what is dropped is counted', async () => {
  const maxQueueBytes = 4 * 1024 * 1024;
  const errors: string[] = [];
  const logger = new HeliconeAsyncLogger({
    baseUrl: await unreachableOrigin(),
    maxQueueBytes,
    onError: ({ message }) => errors.push(message),
  });
  started.running.push({ close: () => logger.close({ deadlineMs: 50 }) });
  const content = 'x'.repeat(10_000);
  const response = { id: 'r', object: 'chat.completion', model: 'm', choices: [{ message: { content } }] };
  let highest = 0;
  for (let i = 0; i < 10_000; i++) {
    await logger.log({ ...response });
    highest = Math.max(highest, logger.stats().queuedBytes);
    if (i % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const { queued, queuedBytes, dropped, sent, failed } = logger.stats();
  expect(highest).toBeLessThanOrEqual(maxQueueBytes);
  expect(queuedBytes).toBeGreaterThan(maxQueueBytes / 2);
  expect(queued + dropped).toBe(10_000);
  expect({ sent, failed }).toEqual({ sent: 0, failed: 0 });
  expect(errors.filter((message) => message.includes('queue is full'))).toHaveLength(dropped);
});

test('once the server is back, everything that waited arrives, each once', async () => {
  const rig = await started.rig();
  let down = true;
  const gateway = await started.provider(async (exchange) => {
    if (down) return exchange.respond({ status: 503, headers: [['retry-after', '0']], framing: 'length' }, ['no']);
    await exchange.request.ended;
    const { target, body } = exchange.request;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(rig.origin + target, { method: 'POST', headers, body: new Uint8Array(body) });
    // The first answer gets lost: the logger must send again what was accepted.
    if (gateway.requests.length === lost) return exchange.reset();
    await exchange.respond({ status: answer.status, framing: 'length' }, [await answer.text()]);
  });
  const logger = new HeliconeAsyncLogger({ baseUrl: `${gateway.origin}/helicone/api`, flushIntervalMs: 5 });
  started.running.push(logger);
  const chatAnswer = JSON.parse(ANSWERS.chat.body.toString());
  for (let i = 0; i < 250; i++) await logger.log({ ...chatAnswer }, { properties: { number: i } });
  await gateway.request(1);
  down = false;
  const lost = gateway.requests.length + 1;
  await logger.flush();
  const records = await rig.records();
  expect(logger.stats()).toMatchObject({ sent: 250, queued: 0, dropped: 0, failed: 0 });
  expect(records.map(({ properties }) => Number(properties.number)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 250 }, (_, index) => index),
  );
  expect(gateway.requests.length).toBeGreaterThan(lost);
});
