import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HeliconeProxy } from '@helicone-proxy/node';
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
    /** A server with a host's own way of mounting the proxy; resolves its origin. */
    async serve(host: RequestListener, proxy: HeliconeProxy): Promise<string> {
      const server = createServer(host).listen(0, '127.0.0.1');
      await once(server, 'listening');
      keep({
        async close() {
          server.close();
          server.closeAllConnections();
          await proxy.close();
        },
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    provider: async (script: Script): Promise<ScriptedProvider> => keep(await startScriptedProvider(script)),
  };
}
