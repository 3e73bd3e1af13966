import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import type { CallRecord } from '@helicone-proxy/core';
import { type HeliconeProxy, type HeliconeProxyOptions, heliconeProxy } from '@helicone-proxy/express';
import express from 'express';
import OpenAI from 'openai';
import { within } from '../rig/until.js';

export interface HostOptions extends HeliconeProxyOptions {
  /** Path that the proxy is mounted at; without it, it answers under `/helicone`. */
  mountAt?: string;
}

/** An Express 5 app in this process with the proxy in it. */
export interface ExpressHost {
  url: string;
  proxy: HeliconeProxy;
  /** A real client of the proxy that tries each call once. */
  openai(headers?: Record<string, string>): OpenAI;
  anthropic(headers?: Record<string, string>): Anthropic;
  /** Everything recorded so far, oldest first, with bodies. */
  records(tenant?: string): Promise<CallRecord[]>;
  /** The record of the call that got this `helicone-id`, once that call has ended. */
  record(id: string | null): Promise<CallRecord>;
  close(): Promise<void>;
}

/** Starts an app whose records live in memory. */
export async function startExpressHost({ mountAt, ...options }: HostOptions): Promise<ExpressHost> {
  const app = express();
  const helicone = heliconeProxy({ records: { store: 'sqlite::memory:' }, ...options });
  if (mountAt === undefined) app.use(helicone);
  else app.use(mountAt, helicone);
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const prefix = `${url}${mountAt ?? '/helicone'}`;
  const { proxy } = helicone;
  const ended = new Set<string>();
  proxy.events.on('record', ({ requestId }: { requestId: string }) => ended.add(requestId));
  // An SDK may be done with a stream before its last byte has come: a call ends when its record says so.
  const hasEnded = async (id: string): Promise<void> => {
    while (!ended.has(id)) await once(proxy.events, 'record');
  };
  return {
    url,
    proxy,
    openai: (defaultHeaders) =>
      new OpenAI({ baseURL: `${prefix}/openai/v1`, apiKey: 'sk-test', defaultHeaders, maxRetries: 0 }),
    anthropic: (defaultHeaders) =>
      new Anthropic({ baseURL: `${prefix}/anthropic`, apiKey: 'sk-ant-test', defaultHeaders, maxRetries: 0 }),
    async records(tenant = 'default') {
      await proxy.flush();
      const sort = { by: 'request_created_at', direction: 'asc' } as const;
      return proxy.records.query({ tenant, filter: { kind: 'all' }, sort, bodies: true, limit: 1000 });
    },
    async record(id) {
      if (id === null) throw new Error('the answer has no helicone-id');
      await within(5_000, `the end of call ${id}`, hasEnded(id));
      await proxy.flush();
      const record = await proxy.records.get('default', id, { bodies: true });
      if (record === null) throw new Error(`no record of call ${id}`);
      return record;
    },
    async close() {
      server.close();
      await proxy.close();
      server.closeAllConnections();
    },
  };
}
