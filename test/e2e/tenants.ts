import type { RecordRow } from '@helicone-proxy/core';
import { recordRow } from '@helicone-proxy/testkit';
import { expect } from 'vitest';
import { createRouter } from '../../packages/api/src/router.js';
import { ROUTES } from '../../packages/api/src/routes.js';
import { type ProxyRig, type RestAnswer, startProxyRig } from '../rig/proxy-rig.js';

/** Time of the rows of `recordRow`: midnight of a Saturday, unix ms. The nth is n seconds later. */
export const START = Date.UTC(2026, 0, 10);
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** Keys of the tenant that the tests are about, of another one, of one without records, and one that may only log. */
export const KEYS = { mine: 'sk-mine', other: 'sk-other', empty: 'sk-empty', logging: 'pk-mine' } as const;

const route = createRouter(ROUTES);

/** A proxy with the records of two tenants, asked over a socket. */
export interface Tenants {
  rig: ProxyRig;
  /** Data of an answer of status 200. */
  data<Data>(path: string, json?: unknown, key?: string): Promise<Data>;
  /** Checks that data are as the route declares them. */
  ask(path: string, options?: { method?: string; json?: unknown; key?: string }): Promise<RestAnswer>;
}

/** `rows` are those of the first tenant; the second gets a few that would show in every sum. */
export async function startTenants(rows: readonly RecordRow[]): Promise<Tenants> {
  const rig = await startProxyRig({
    auth: {
      keys: {
        [KEYS.mine]: { tenant: 'mine' },
        [KEYS.other]: { tenant: 'other' },
        [KEYS.empty]: { tenant: 'empty' },
        [KEYS.logging]: { tenant: 'mine' },
      },
    },
  });
  const others = Array.from({ length: 3 }, (_, n) => strangeRow(n));
  await rig.proxy.records.append([...rows.map((row) => ({ ...row, tenant: 'mine' })), ...others]);
  const ask: Tenants['ask'] = async (path, { method = 'POST', json, key = KEYS.mine } = {}) => {
    const answer = await rig.rest(path, { method, json, headers: { authorization: `Bearer ${key}` } });
    const { data } = route(method, path.split('?')[0] ?? '').route;
    if (answer.status === 200) expect(data?.safeParse(answer.data).error).toBe(undefined);
    return answer;
  };
  return {
    rig,
    ask,
    async data<Data>(path: string, json?: unknown, key?: string) {
      const { status, data, error } = await ask(path, { json: json ?? {}, ...(key === undefined ? {} : { key }) });
      expect([status, error]).toEqual([200, null]);
      return data as Data;
    },
  };
}

/** Of the other tenant: same ids of requests, users, sessions and properties, and huge figures. */
function strangeRow(n: number): RecordRow {
  return recordRow(5000 + n, {
    tenant: 'other',
    requestId: recordRow(1).requestId,
    createdAt: START + n,
    userId: 'ada',
    properties: { 'helicone-session-id': 's1', 'helicone-session-name': 'plan', team: 'red', alien: 'yes' },
    model: 'alien-model',
    promptTokens: 1_000_000,
    completionTokens: 1_000_000,
    costNanoUsd: 9_000_000_000_000,
    requestBody: new TextEncoder().encode('{"alien":true}'),
  });
}

/** Asks with what is wrong; the answer must be 400 and begin with the place. */
export async function expectRefused(
  tenants: Tenants,
  path: string,
  cases: readonly [unknown, string][],
): Promise<void> {
  for (const [json, place] of cases) {
    const { status, error } = await tenants.ask(path, { json });
    expect([status, error?.slice(0, place.length)], JSON.stringify(json)).toEqual([400, place]);
  }
}

/** Keys that may only log are not told anything. */
export async function expectUnreadable(tenants: Tenants, paths: readonly string[], method = 'POST'): Promise<void> {
  for (const path of paths) {
    const given = method === 'GET' ? {} : { json: {} };
    expect((await tenants.ask(path, { method, key: KEYS.logging, ...given })).status, path).toBe(403);
    expect((await tenants.ask(path, { method, key: 'sk-unknown', ...given })).status, path).toBe(401);
  }
}
