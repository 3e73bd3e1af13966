// What the records worker tells the request thread: true figures of calls that reservations wait for, and dearest prices.
import { afterEach, describe, expect, test } from 'vitest';
import { type Call, createCall } from '../../packages/core/dist/call.js';
import { createEvents } from '../../packages/core/dist/events.js';
import { resolveOptions } from '../../packages/core/dist/options.js';
import type { Policy } from '../../packages/core/dist/policy/policy.js';
import type { Target } from '../../packages/core/dist/policy/target.js';
import { createRecorder, type Recorder } from '../../packages/core/dist/records/recorder.js';
import type { RecordRow, RecordStore } from '../../packages/core/dist/records/store.js';
import type { Settled } from '../../packages/core/dist/records/worker/settled.js';

let recorder: Recorder | null = null;
afterEach(async () => {
  await recorder?.close();
  recorder = null;
});

function start(store: string | RecordStore): Recorder {
  const prices = [{ model: 'm', inputUsdPerMTok: 1, outputUsdPerMTok: 4, cacheWriteUsdPerMTok: 2 }];
  recorder = createRecorder(resolveOptions({ records: { store }, cost: { prices } }), createEvents(null));
  return recorder;
}

function end(to: Recorder, settles: boolean, answer: object): Call {
  const signal = new AbortController().signal;
  const request = { method: 'POST', path: '/v1/chat/completions', query: '', headers: {}, body: null, signal };
  const call = createCall(request, to.captureBudget);
  call.policy = { properties: {}, userId: null } as unknown as Policy;
  const target = {
    provider: 'openai',
    origin: 'http://p',
    path: '/v1/chat/completions',
    wire: 'openai-chat',
    headers: {},
  };
  call.target = target as unknown as Target;
  call.settles = settles;
  const body = Buffer.from(JSON.stringify(answer));
  call.responseCapture.add(body, 1e6);
  to.record(call, { response: { status: 200, headers: { 'content-type': 'application/json' }, body } });
  return call;
}

function memoryStore(): RecordStore {
  const rows: RecordRow[] = [];
  return { append: async (more: readonly RecordRow[]) => void rows.push(...more) } as unknown as RecordStore;
}

describe.each<[string, () => string | RecordStore]>([
  ['a SQLite store', () => 'sqlite::memory:'],
  ['a store of the host’s', memoryStore],
])('with %s', (_name, store) => {
  test('the true figures of each call that waits come back, once, and of no other', async () => {
    const to = start(store());
    const figures: Settled[] = [];
    to.onSettled((settled) => figures.push(...settled));
    const known = end(to, true, { model: 'm', choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } });
    end(to, false, { model: 'm', choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } });
    const unpriced = end(to, true, { model: 'x', choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } });
    const unread = end(to, true, { choices: [] });
    await to.flush();
    expect(figures).toEqual([
      [known.id, 30_000, 15],
      [unpriced.id, null, 15],
      [unread.id, null, null],
    ]);
  });

  test('the dearest price of a model is told before anything was recorded', async () => {
    const to = start(store());
    expect(await to.priceBound({ provider: 'openai', model: 'm' })).toEqual({
      standard: { input: 2000, output: 4000, call: 0 },
      dearest: { input: 2000, output: 4000, call: 0 },
    });
    expect(await to.priceBound({ provider: 'mine', model: 'x' })).toBeNull();
  });
});
