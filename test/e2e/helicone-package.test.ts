// `@helicone/helicone` as it is published: its manual logger, and its async logger, which sends spans.
import { HeliconeManualLogger } from '@helicone/helicone';
import type { Script } from '@helicone-proxy/testkit';
import { expect, test } from 'vitest';
import { startChild } from '../rig/child.js';
import { CHAT_ANSWER } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { until } from '../rig/until.js';

const started = startedHere();
const AUTH = { auth: { keys: { 'pk-log': {} } } };

test('HeliconeManualLogger', async () => {
  const rig = await started.rig(AUTH);
  const logger = new HeliconeManualLogger({ apiKey: 'pk-log', headers: { 'Helicone-User-Id': 'ada' } });
  // It has no option for it.
  Reflect.set(logger, 'LOGGING_ENDPOINT', `${rig.url}/api/custom/v1/log`);
  logger.registerRequest({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
  logger.sendLog(JSON.parse(CHAT_ANSWER), { status: '201', 'Helicone-Property-Feature': 'chat' });
  const [record] = await until(15_000, 'the log is written', async () => {
    const records = await rig.records();
    return records.length === 1 && records;
  });
  expect(record).toMatchObject({
    request_user_id: 'ada',
    properties: { feature: 'chat' },
    response_status: 201,
    model: 'gpt-4o-mini-2024-07-18',
    prompt_tokens: 3,
    completion_tokens: 2,
  });
});

const CHUNKS = ['Hi', '.'].map((content, index) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, delta: { content }, finish_reason: index === 1 ? 'stop' : null }],
}));

/** Answers, streams, or fails, as it is asked. */
const provider: Script = async (exchange) => {
  await exchange.request.ended;
  const asked = JSON.parse(exchange.request.body.toString());
  const json = [['content-type', 'application/json']] as const;
  if (asked.model === 'broken') {
    return exchange.respond({ status: 400, headers: json, framing: 'length' }, [
      '{"error":{"message":"no such model"}}',
    ]);
  }
  if (asked.stream !== true) return exchange.respond({ headers: json, framing: 'length' }, [CHAT_ANSWER]);
  const events = [...CHUNKS.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), 'data: [DONE]\n\n'];
  return exchange.respond({ headers: [['content-type', 'text/event-stream']] }, events);
};

test('HeliconeAsyncLogger', async () => {
  const rig = await started.rig(AUTH, { script: provider });
  const child = startChild(new URL('./helicone-async-child.ts', import.meta.url), {
    args: [`${rig.url}/api/v1/trace/log`, rig.provider.origin],
    env: { TRACELOOP_TELEMETRY: 'false' },
  });
  const { done } = await child.message<{ done: object }>('done');
  expect(done).toEqual({ answer: 'Hi.', streamed: 'Hi.', failure: '400 no such model' });
  const records = await until(10_000, 'three calls are written', async () => {
    const found = await rig.records();
    return found.length >= 3 && found;
  });
  child.process.kill();
  await child.ended;
  const call = {
    provider: 'openai',
    request_path: 'openai.chat',
    properties: { app: 'door' },
    trace_id: expect.any(String),
  };
  const answered = { ...call, outcome: 'success', model: 'gpt-4o-mini-2024-07-18', finish_reason: 'stop' };
  expect(records).toMatchObject([
    // 3 x 0.15 + 2 x 0.60 = 1.65 USD per million
    { ...answered, prompt_tokens: 3, completion_tokens: 2, cost_usd: 0.00000165 },
    // Its instrumentation counts the tokens of a stream by itself.
    { ...answered, completion_tokens: 2, response_body: { choices: [{ message: { content: 'Hi.' } }] } },
    { ...call, outcome: 'upstream_error', model: 'broken', error: '400 no such model', response_status: 500 },
  ]);
});
