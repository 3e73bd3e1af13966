import type { HeliconeProxyOptions } from '@helicone-proxy/node';
import { type ScriptedProvider, startScriptedProvider } from '@helicone-proxy/testkit';
import { afterAll } from 'vitest';
import type { Host, RunningHost } from './hosts.js';
import type { SessionOptions } from './session.js';

/** A scripted provider and a host with the proxy in front of it, for one session at a time. */
export interface Rig {
  provider: ScriptedProvider;
  running: RunningHost;
  /** Gives it to the next session that wants the same, or closes it. */
  release(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starting the proxy's threads costs more than most cases do, so those that differ in nothing but the script take their turns
 * at the same rig. One that a case failed with is not used again.
 */
const idle = new Map<string, Rig[]>();

afterAll(async () => {
  const rigs = [...idle.values()].flat();
  idle.clear();
  await Promise.all(rigs.map((rig) => rig.close()));
});

/** A rig that nobody uses. */
export async function leaseRig(host: Host, options: SessionOptions): Promise<Rig> {
  const key = keyOf(host, options);
  const rig = (key === null ? undefined : idle.get(key)?.pop()) ?? (await startRig(host, options, key));
  rig.provider.script = options.script ?? (() => {});
  rig.provider.accept = () => {};
  return rig;
}

/** Null where nobody else can want the same. */
function keyOf({ name }: Host, { options, setup = {}, fresh }: SessionOptions): string | null {
  const isData = Object.values(setup).every((value) => typeof value !== 'function') && setup.second === undefined;
  return options !== undefined || fresh === true || !isData ? null : `${name} ${JSON.stringify(setup)}`;
}

async function startRig(host: Host, { options, setup }: SessionOptions, key: string | null): Promise<Rig> {
  const provider = await startScriptedProvider();
  const given = typeof options === 'function' ? options(provider) : options;
  const running = await host.start({ ...defaults(provider), ...given }, setup);
  const rig: Rig = {
    provider,
    running,
    async release() {
      if (key === null) await rig.close();
      else idle.set(key, [...(idle.get(key) ?? []), rig]);
    },
    async close() {
      await running.close();
      await provider.close();
    },
  };
  return rig;
}

function defaults({ origin }: ScriptedProvider): HeliconeProxyOptions {
  return {
    providers: { openai: { baseUrl: origin }, anthropic: { baseUrl: origin }, acme: { baseUrl: `${origin}/base` } },
    records: { store: 'sqlite::memory:' },
  };
}

/** The provider as one session sees it: requests count from now on. */
export function sinceNow(provider: ScriptedProvider): ScriptedProvider {
  const first = provider.requests.length;
  return Object.create(provider, {
    requests: { get: () => provider.requests.slice(first) },
    request: { value: (index: number) => provider.request(first + index) },
    script: { get: () => provider.script, set: (script) => Object.assign(provider, { script }) },
    accept: { get: () => provider.accept, set: (accept) => Object.assign(provider, { accept }) },
  }) as ScriptedProvider;
}
