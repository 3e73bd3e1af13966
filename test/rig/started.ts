import { type Script, type ScriptedProvider, startScriptedProvider } from '@helicone-proxy/testkit';
import { afterEach } from 'vitest';
import { type ProxyRig, startProxyRig } from './proxy-rig.js';

/** Something that a test has started. */
interface Started {
  close(): Promise<void>;
}

/** Starts what the tests of a file need; behind each test all of it is closed, the newest first. Call it at the top of a file. */
export function startedHere() {
  const running: Started[] = [];
  afterEach(async () => {
    for (const each of running.splice(0).reverse()) await each.close();
  });
  function keep<T extends Started>(started: T): T {
    running.push(started);
    return started;
  }
  return {
    /** To be closed behind the test, too. */
    running,
    rig: async (...given: Parameters<typeof startProxyRig>): Promise<ProxyRig> => keep(await startProxyRig(...given)),
    provider: async (script: Script): Promise<ScriptedProvider> => keep(await startScriptedProvider(script)),
  };
}
