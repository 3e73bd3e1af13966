import type { CallRecord } from '@helicone-proxy/core';
import type { HeliconeProxy, HeliconeProxyOptions } from '@helicone-proxy/node';
import {
  type CallOptions,
  type ClientCall,
  call,
  type Received,
  type Script,
  type ScriptedProvider,
  startScriptedProvider,
} from '@helicone-proxy/testkit';
import { expect } from 'vitest';
import { within } from './deadline.js';
import type { Host, HostSetup, RunningHost } from './hosts.js';

export interface SessionOptions {
  script?: Script;
  /** Over the defaults: all providers at the scripted one, records in memory. */
  options?: HeliconeProxyOptions | ((provider: ScriptedProvider) => HeliconeProxyOptions);
  setup?: HostSetup;
}

/** A scripted provider and a host with the proxy in front of it. */
export interface Session {
  readonly provider: ScriptedProvider;
  readonly proxy: HeliconeProxy;
  /** Where the proxy answers: origin and prefix. */
  readonly url: string;
  /** Calls that must leave no record, of all that were made: those that reached no policy. */
  unrecorded: number;
  /** Counts calls that were made by other means than `call` and `get`. */
  sentBesides(calls: number): void;
  /** Starts a call through the proxy; `path` is below the prefix. */
  call(path: string, options?: CallOptions): ClientCall;
  /** The same, read to its end. */
  get(path: string, options?: CallOptions): Promise<Received>;
  /** Resolves when each call has left a record and the store has it. */
  settle(): Promise<void>;
  /** The records of all calls, newest first, once each call has left one. */
  records(): Promise<CallRecord[]>;
}

/** Runs a case, and checks behind it that every call left exactly one record (L1). */
export async function withSession(
  host: Host,
  options: SessionOptions,
  run: (session: Session) => Promise<void>,
): Promise<void> {
  const provider = await startScriptedProvider(options.script);
  const given = typeof options.options === 'function' ? options.options(provider) : options.options;
  const running = await host.start({ ...defaults(provider), ...given }, options.setup);
  const session = openSession(provider, running);
  try {
    await run(session);
    await session.expectOneRecordEach();
  } finally {
    await running.close();
    await provider.close();
  }
}

function defaults({ origin }: ScriptedProvider): HeliconeProxyOptions {
  return {
    providers: { openai: { baseUrl: origin }, anthropic: { baseUrl: origin }, acme: { baseUrl: `${origin}/base` } },
    records: { store: 'sqlite::memory:' },
  };
}

function openSession(provider: ScriptedProvider, { url, proxy }: RunningHost): Session & OneRecordEach {
  let calls = 0;
  let ended = 0;
  let wake = (): void => {};
  proxy.events.on('record', () => {
    ended++;
    wake();
  });
  const allEnded = async (): Promise<void> => {
    while (ended < calls - session.unrecorded) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const settle = async (): Promise<void> => {
    await within(5000, `records of ${calls} calls, ${ended} were there`, allEnded());
    await proxy.flush();
  };
  const session: Session & OneRecordEach = {
    provider,
    proxy,
    url,
    unrecorded: 0,
    sentBesides(more) {
      calls += more;
    },
    call(path, options) {
      calls++;
      return call(url + path, options);
    },
    settle,
    get: (path, options) => session.call(path, options).whole,
    async records() {
      await settle();
      return proxy.records.query({ tenant: 'default', filter: { kind: 'all' }, bodies: true, limit: 1000 });
    },
    async expectOneRecordEach() {
      await settle();
      const count = await proxy.records.count({ tenant: 'default', filter: { kind: 'all' } });
      expect(count, 'L1: exactly one record per call').toBe(calls - session.unrecorded);
    },
  };
  return session;
}

interface OneRecordEach {
  expectOneRecordEach(): Promise<void>;
}
