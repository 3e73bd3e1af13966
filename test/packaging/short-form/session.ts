import type { CallRecord, HeliconeProxy } from '@helicone-proxy/node';
import { type CallOptions, type ClientCall, call, type ScriptedProvider } from '@helicone-proxy/testkit';
import type { RunningHost } from './hosts.ts';

/** A host with the proxy in it, and the provider behind it, for one case after the other. */
export interface Session {
  readonly host: RunningHost;
  readonly provider: ScriptedProvider;
  /** SQLite file of the records. */
  readonly database: string;
  /** Starts a call; `path` is below the prefix. */
  call(path: string, options?: CallOptions): ClientCall;
  /** The newest record, once as many calls have been recorded as were made by `call` to a provider. */
  newestRecord(): Promise<CallRecord>;
  /** Calls that have left a record, or must. */
  readonly recorded: number;
}

/** Opens it. */
export function openSession(host: RunningHost, provider: ScriptedProvider, database: string): Session {
  let calls = 0;
  let ended = 0;
  let wake = (): void => {};
  host.proxy.events.on('record', () => {
    ended++;
    wake();
  });
  return {
    host,
    provider,
    database,
    get recorded() {
      return calls;
    },
    call(path, options) {
      if (path.startsWith('/openai/')) calls++;
      return call(`${host.origin}/helicone${path}`, options);
    },
    async newestRecord() {
      while (ended < calls) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await host.proxy.flush();
      const records = await allRecords(host.proxy);
      if (records.length !== calls) throw new Error(`${calls} calls left ${records.length} records`);
      return records[0] as CallRecord;
    },
  };
}

/** All records, newest first. */
export function allRecords({ records }: HeliconeProxy): Promise<CallRecord[]> {
  return records.query({ tenant: 'default', filter: { kind: 'all' }, limit: 100 });
}
