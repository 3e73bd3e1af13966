import type { CallRecord } from '@helicone-proxy/core';
import type { HeliconeProxy, HeliconeProxyOptions } from '@helicone-proxy/node';
import {
  type CallOptions,
  type ClientCall,
  call,
  createGate,
  type Received,
  type Script,
  type ScriptedProvider,
} from '@helicone-proxy/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { within } from '../rig/until.js';
import type { Host, HostSetup } from './hosts.js';
import { leaseRig, type Rig, sinceNow } from './rigs.js';

export interface SessionOptions {
  script?: Script;
  /** Over the defaults: all providers at the scripted one, records in memory. */
  options?: HeliconeProxyOptions | ((provider: ScriptedProvider) => HeliconeProxyOptions);
  setup?: HostSetup;
  /** A host of its own, where earlier calls would show: in the cache, on kept connections. */
  fresh?: boolean;
}

/** A scripted provider and a host with the proxy in front of it. */
export interface Session {
  readonly provider: ScriptedProvider;
  readonly proxy: HeliconeProxy;
  /** Where the proxy answers: origin and prefix. */
  readonly url: string;
  /** A route of the host’s own, for POST: it answers `{"own":<parsed body>}`. */
  readonly ownUrl: string;
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
  const rig = await leaseRig(host, options);
  try {
    const session = await openSession(rig);
    await run(session);
    await session.expectOneRecordEach();
    session.release();
  } catch (failure) {
    await rig.close();
    throw failure;
  }
  await rig.release();
}

/** A session that lasts as long as the tests of the group around it, which must not run at once; there from `beforeAll` on. */
export function lastingSession(host: Host, options: SessionOptions): () => Session {
  const opened = createGate();
  const over = createGate();
  let session: Session;
  let closed: Promise<void>;
  beforeAll(async () => {
    closed = withSession(host, options, async (fresh) => {
      session = fresh;
      opened.open();
      await over.opened;
    });
    await Promise.race([opened.opened, closed]);
  });
  afterAll(async () => {
    over.open();
    await closed;
  });
  return () => session;
}

async function openSession({ provider, running }: Rig): Promise<Session & Checked> {
  const { url, ownUrl, proxy } = running;
  const all = { tenant: 'default', filter: { kind: 'all' } } as const;
  const countBefore = await proxy.records.count(all);
  let calls = 0;
  let ended = 0;
  let wake = (): void => {};
  const onRecord = (): void => {
    ended++;
    wake();
  };
  proxy.events.on('record', onRecord);
  const allEnded = async (): Promise<void> => {
    while (ended < calls - session.unrecorded) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const settle = async (): Promise<void> => {
    await within(10_000, `records of ${calls} calls, ${ended} were there`, allEnded());
    await proxy.flush();
  };
  const session: Session & Checked = {
    provider: sinceNow(provider),
    proxy,
    url,
    ownUrl,
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
      const newest = await proxy.records.query({ ...all, bodies: true, limit: 1000 });
      return newest.slice(0, ended);
    },
    async expectOneRecordEach() {
      await settle();
      const count = (await proxy.records.count(all)) - countBefore;
      expect(count, 'L1: exactly one record per call').toBe(calls - session.unrecorded);
    },
    release() {
      proxy.events.off('record', onRecord);
    },
  };
  return session;
}

interface Checked {
  expectOneRecordEach(): Promise<void>;
  /** Stops counting. */
  release(): void;
}
