import type { CallRecord } from '@helicone-proxy/core';
import { get, type Received } from '@helicone-proxy/testkit';
import { expect } from 'vitest';
import type { ProxyRig } from '../rig/proxy-rig.js';

/** Two tenants, and a key that only logs. */
export const KEYS = {
  auth: {
    keys: {
      'sk-a': { tenant: 'a' },
      'pk-a': { tenant: 'a' },
      'sk-b': { tenant: 'b' },
    },
  },
};
export const REQUEST = { url: 'https://api.openai.com/v1/chat/completions', json: { model: 'gpt-4o-mini' } };
export const RESPONSE = { status: 200, headers: {}, json: { model: 'gpt-4o-mini', choices: [] } };
/** A log with nothing but what is needed. */
export const LOG = { providerRequest: REQUEST, providerResponse: RESPONSE };
export const ID = '018f0000-0000-7000-8000-000000000001';

/** How a log is sent. */
export interface Sending {
  path?: string;
  key?: string;
  headers?: Record<string, string>;
}

/** Sends a body to the intake as curl would. */
export function send(
  rig: ProxyRig,
  body: unknown,
  { path = '/v1/log', key = 'sk-a', headers = {} }: Sending = {},
): Promise<Received> {
  const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const sent = { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers };
  return get(`${rig.url}/api${path}`, { headers: sent, body: bytes });
}

/** Status and body of an answer, parsed where it is JSON. */
export function said({ status, body }: Received): [number, unknown] {
  const text = body.toString();
  return [status, text.startsWith('{') ? JSON.parse(text) : text];
}

/** The one record of a tenant. */
export async function only(rig: ProxyRig, tenant = 'a'): Promise<CallRecord> {
  const records = await rig.records(tenant);
  expect(records).toHaveLength(1);
  return records[0] as CallRecord;
}
