// Every operation of REST, once for its own tenant and once for another one that has the same ids.
import { get } from '@helicone-proxy/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { ROUTES } from '../../packages/api/src/routes.js';
import { nameOf, type RestCall } from '../rig/checked-rest.js';
import type { ProxyRig } from '../rig/proxy-rig.js';
import { restCalls, type WorldCall } from '../rig/rest-calls.js';
import { CANARY, KEYS, makeRestWorld, type RestWorld } from '../rig/rest-world.js';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { startWebhookReceiver } from '../rig/webhook-receiver.js';

const started = startedHere();
const temporaryFolder = temporaryFolders();

let rig: ProxyRig;
let world: RestWorld;
let file: string;
beforeEach(async () => {
  file = `${temporaryFolder()}/records.db`;
  const receiver = await startWebhookReceiver();
  started.running.push(receiver);
  rig = await started.rig({
    auth: { keys: { [KEYS.a]: { tenant: 'a' }, [KEYS.b]: { tenant: 'b' }, [KEYS.logging]: { tenant: 'a' } } },
    targets: { privateNetworks: true },
    records: { store: `sqlite:${file}` },
  });
  world = await makeRestWorld(rig, receiver.url);
});

/** Everything of tenant a in the database, whatever table it is in, and its bodies. */
async function everythingOfA(): Promise<unknown> {
  await rig.proxy.flush();
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%tenant%'")
      .all();
    expect(tables.length).toBeGreaterThan(3);
    const rows = tables.map(({ name }) => [name, database.prepare(`SELECT * FROM ${name} WHERE tenant = 'a'`).all()]);
    return { rows: Object.fromEntries(rows), records: await rig.records('a') };
  } finally {
    database.close();
  }
}

function callOf(calls: Record<string, WorldCall>, route: (typeof ROUTES)[number], key: string | null): RestCall {
  const call = calls[nameOf(route)];
  if (call === undefined) throw new Error(`${nameOf(route)} has no call in rest-calls.ts`);
  const { path, foreignPath, ...rest } = call;
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  return { ...rest, method: route.method, path: (key === KEYS.b ? foreignPath : undefined) ?? path, headers };
}

describe('every operation', () => {
  test('answers its tenant as it is declared', async () => {
    const calls = restCalls(world);
    const told: string[] = [];
    for (const route of ROUTES) {
      const answer = await world.rest.send(callOf(calls, route, KEYS.a));
      expect([nameOf(route), answer.status, answer.error]).toEqual([nameOf(route), route.status ?? 200, null]);
      if (answer.text.includes(CANARY)) told.push(nameOf(route));
    }
    expect([...world.rest.succeeded].sort()).toEqual(ROUTES.map(nameOf).sort());
    expect(Object.keys(calls).sort(), 'no call is left over').toEqual(ROUTES.map(nameOf).sort());
    // Whose answers could give something away: the other test stands on this.
    expect(told.length).toBeGreaterThan(20);
  });

  test('tells another tenant nothing, and changes nothing of what it has not', async () => {
    const before = await everythingOfA();
    expect(JSON.stringify(before)).toContain(CANARY);
    const calls = restCalls(world);
    for (const route of ROUTES) {
      const answer = await world.rest.send(callOf(calls, route, KEYS.b));
      expect(answer.status, nameOf(route)).toBeLessThan(500);
      expect(answer.text.includes(CANARY), `${nameOf(route)} ${answer.status}: ${answer.text}`).toBe(false);
    }
    expect(await everythingOfA()).toEqual(before);
    expect((await rig.records('b')).length, 'it has worked on its own').toBeGreaterThan(4);
  });

  test('wants a key, and one that may read', async () => {
    const before = await everythingOfA();
    const calls = restCalls(world);
    for (const route of ROUTES.filter(({ access }) => access !== 'open')) {
      const statuses: number[] = [];
      for (const key of [null, 'sk-unknown', ...(route.access === 'read' ? [KEYS.logging] : [])]) {
        const { method, path, headers = {}, json } = callOf(calls, route, key);
        const body = json === undefined ? {} : { body: JSON.stringify(json) };
        const { status, body: text } = await get(`${rig.url}/api${path}`, { method, headers, ...body });
        statuses.push(status);
        expect(text.includes(CANARY)).toBe(false);
      }
      expect([nameOf(route), ...statuses]).toEqual([
        nameOf(route),
        401,
        401,
        ...(route.access === 'read' ? [403] : []),
      ]);
    }
    expect(await everythingOfA()).toEqual(before);
  });
});
