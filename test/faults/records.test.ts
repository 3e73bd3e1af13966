// A store that the host handed in hangs or fails for a while. Calls must not notice.
import type { EventEmitter } from 'node:events';
import type { HeliconeProxyOptions, Logger } from '@helicone-proxy/node';
import { type Script, turn } from '@helicone-proxy/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHAT_PATH, type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';
import { until, within } from '../rig/until.js';
import { createHeldStore, type HeldStore } from './held-store.js';

const MIB = 1024 * 1024;
/** How long a call may take although the store does nothing; generous, since nothing should be felt at all. */
const CALL_MS = 3_000;

/** Told by the proxy: what was dropped, and whether the store works. */
interface Told {
  drops: { bodies: number; rows: number }[];
  states: string[];
  errors: string[];
}

let store: HeldStore;
let rig: ProxyRig | null = null;
beforeEach(() => {
  store = createHeldStore('works');
});
afterEach(async () => {
  // A store that works again lets everything end.
  store.state = 'works';
  if (rig !== null) await within(15_000, 'the proxy closes once its store works', rig.close());
  rig = null;
});

async function start(given: HeliconeProxyOptions['records'], script?: Script): Promise<{ rig: ProxyRig; told: Told }> {
  const told: Told = { drops: [], states: [], errors: [] };
  const quiet = (): void => {};
  const error: Logger['error'] = (_details, message) => void told.errors.push(message);
  const logger: Logger = { debug: quiet, info: quiet, warn: quiet, error };
  const records = { store, ...given };
  const started = await startProxyRig(
    ({ origin }) => ({ providers: { openai: { baseUrl: origin } }, records, logger }),
    script === undefined ? {} : { script },
  );
  listen(started.proxy.events, told);
  rig = started;
  return { rig: started, told };
}

function listen(events: EventEmitter, told: Told): void {
  events.on('drop', (what: Told['drops'][number]) => told.drops.push(what));
  events.on('store', ({ state }: { state: string }) => told.states.push(state));
}

/** An answer of that many bytes of text, so that bodies weigh something. */
function answerOf(bytes: number): Script {
  const text = JSON.stringify({ model: 'gpt-4o-mini', padding: 'x'.repeat(bytes) });
  return (exchange) => exchange.respond({ headers: [['content-type', 'application/json']], framing: 'length' }, [text]);
}

/** Makes calls one after the other; resolves with their ids. */
async function callInTurn(to: ProxyRig, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const answer = await within(CALL_MS, `call ${i}`, to.chat());
    expect(answer.status).toBe(200);
    ids.push(answer.header('helicone-id') as string);
  }
  return ids;
}

function sum(told: Told): { bodies: number; rows: number } {
  return told.drops.reduce((all, each) => ({ bodies: all.bodies + each.bodies, rows: all.rows + each.rows }), {
    bodies: 0,
    rows: 0,
  });
}

async function writtenIds(count: number): Promise<string[]> {
  await until(
    15_000,
    `${count} rows are written, ${store.rows.length} were at first`,
    () => store.rows.length >= count,
  );
  // Whatever else might be on its way would come with a flush.
  await rig?.proxy.flush();
  return store.rows.map(({ id }) => id);
}

test('a store that works gets each call once, bodies and all', async () => {
  const { rig, told } = await start({});
  const ids = await callInTurn(rig, 20);
  expect((await writtenIds(20)).sort()).toEqual(ids.sort());
  expect(store.rows.every(({ requestBody, responseBody }) => requestBody !== null && responseBody !== null)).toBe(true);
  expect(told).toEqual({ drops: [], states: [], errors: [] });
});

describe('while the store hangs', () => {
  test('calls go on, and everything is written once, in order, when it goes on too', async () => {
    store.state = 'hangs';
    const { rig, told } = await start({});
    const ids = await callInTurn(rig, 50);
    await within(5_000, 'append is called', store.attempted(1));
    expect(store.rows).toHaveLength(0);
    store.state = 'works';
    expect(await writtenIds(50)).toEqual(ids);
    expect(sum(told)).toEqual({ bodies: 0, rows: 0 });
  });

  test('the bodies of the oldest records that wait are dropped first and counted; rows stay', async () => {
    store.state = 'hangs';
    const { rig, told } = await start({ maxQueueBytes: 24 * MIB }, answerOf(512 * 1024));
    const ids = await callInTurn(rig, 100);
    await until(15_000, 'something is dropped', () => told.drops.length > 0);
    store.state = 'works';
    expect((await writtenIds(100)).sort()).toEqual([...ids].sort());

    const { bodies, rows } = sum(told);
    expect(rows, 'rows go last').toBe(0);
    const without = ids.filter((id) => store.rows.find((row) => row.id === id)?.responseBody === null);
    expect(without.length, 'dropped bodies are counted').toBe(bodies);
    // 100 x 0.5 MiB came, 24 MiB may wait.
    expect(bodies).toBeGreaterThan(40);
    expect(bodies).toBeLessThan(80);
    // The first ones were in the worker already; of those that waited the oldest went, so what is missing has no holes.
    const first = ids.indexOf(without[0] as string);
    expect(without).toEqual(ids.slice(first, first + without.length));
    expect(first + without.length, 'the newest keep theirs').toBeLessThan(100);
    for (const row of store.rows) expect(row).toMatchObject({ status: 200, outcome: 'success' });
  });

  test('a limit below what the worker may hold costs bodies, not rows', async () => {
    store.state = 'hangs';
    const { rig, told } = await start({ maxQueueBytes: 4 * MIB }, answerOf(256 * 1024));
    const ids = await callInTurn(rig, 60);
    await until(15_000, 'something is dropped', () => told.drops.length > 0);
    store.state = 'works';
    const { rows } = sum(told);
    // 60 rows are 60 KiB by the queue's own measure.
    expect(rows, 'rows dropped though they would fit').toBe(0);
    expect((await writtenIds(60)).sort()).toEqual(ids.sort());
  });

  test('small bodies that come slowly are not dropped while they fit', async () => {
    store.state = 'hangs';
    const { rig, told } = await start({ maxQueueBytes: 32 * MIB }, answerOf(1024));
    const ids: string[] = [];
    for (let i = 0; i < 50; i++) {
      ids.push(...(await callInTurn(rig, 1)));
      // Longer than the queue collects calls for, so that each call goes its own way.
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    store.state = 'works';
    expect((await writtenIds(50)).sort()).toEqual(ids.sort());
    // 50 x about 1 KiB waited, of 32 MiB that may.
    expect(sum(told)).toEqual({ bodies: 0, rows: 0 });
  });

  test('rows go when even they do not fit, and are counted', async () => {
    store.state = 'hangs';
    const { rig, told } = await start({ maxQueueBytes: 20 * 1024 });
    const ids = await callInTurn(rig, 100);
    await until(15_000, 'rows are dropped', () => sum(told).rows > 0);
    // Batches close on a timer; the last one has when nothing more is dropped by the next call's turn.
    await until(15_000, 'every call is with the store or counted', async () => {
      await turn();
      return store.attempts > 0 || sum(told).rows === 100;
    });
    store.state = 'works';
    await rig.proxy.flush();
    const { rows } = sum(told);
    expect(store.rows.length + rows, 'written or counted').toBe(100);
    for (const { id } of store.rows) expect(ids).toContain(id);
    expect(new Set(store.rows.map(({ id }) => id)).size).toBe(store.rows.length);
  });

  test('close() ends within its deadline', async () => {
    store.state = 'hangs';
    const { rig } = await start({});
    await callInTurn(rig, 3);
    await within(5_000, 'append is called', store.attempted(1));
    await within(8_000, 'close() with a store that hangs', rig.proxy.close());
  });
});

describe('while the store fails', () => {
  test('calls go on, the trouble is told once, and everything is written once when it works again', async () => {
    store.state = 'fails';
    const { rig, told } = await start({});
    const ids = await callInTurn(rig, 30);
    await within(10_000, 'append is tried again', store.attempted(4));
    expect(told.states).toEqual(['trouble']);
    expect(told.errors).toHaveLength(1);
    store.state = 'works';
    const more = await callInTurn(rig, 10);
    expect((await writtenIds(40)).sort()).toEqual([...ids, ...more].sort());
    expect(told.states).toEqual(['trouble', 'recovered']);
    expect(told.errors).toHaveLength(1);
    expect(sum(told)).toEqual({ bodies: 0, rows: 0 });
  });

  test('close() ends within its deadline', async () => {
    store.state = 'fails';
    const { rig } = await start({});
    await callInTurn(rig, 3);
    await within(5_000, 'append is tried', store.attempted(1));
    await within(8_000, 'close() with a store that fails', rig.proxy.close());
  });

  test('streams go on as well', async () => {
    store.state = 'fails';
    const event = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x'.repeat(1000) } }] })}\n\n`;
    const { rig } = await start({}, (exchange) =>
      exchange.respond({ headers: [['content-type', 'text/event-stream']] }, [
        ...Array(20).fill(event),
        'data: [DONE]\n\n',
      ]),
    );
    for (let i = 0; i < 10; i++) {
      const answer = await within(CALL_MS, 'a stream', rig.get(CHAT_PATH, { body: '{"stream":true}' }));
      expect([answer.complete, answer.body.length]).toEqual([true, 20 * event.length + 14]);
    }
    store.state = 'works';
    expect(new Set(await writtenIds(10)).size).toBe(10);
  });
});
