import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HeliconeProxy, HeliconeProxyOptions } from '@helicone-proxy/node';
import type { HostSetup, RunningHost } from './host.js';

interface Listening {
  server: Server;
  proxy: HeliconeProxy;
  options: HeliconeProxyOptions;
  setup: HostSetup;
  /** Path of the host's own route. Default `/own`. */
  ownPath?: string;
  /** Closes the server and all that the framework has opened. */
  close(): Promise<unknown>;
}

/** A host whose server listens. */
export function runningHost({ server, proxy, options, setup, ownPath = '/own', close }: Listening): RunningHost {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin + prefixOf(options, setup),
    ownUrl: origin + ownPath,
    proxy,
    async close() {
      server.closeAllConnections();
      const closed = close();
      // Those that came while it was closing.
      server.closeAllConnections();
      await Promise.all([closed, proxy.close()]);
    },
  };
}

function prefixOf({ basePath }: HeliconeProxyOptions, setup: HostSetup): string {
  const mount = mountPaths(setup);
  const below = basePath ?? (mount.length === 0 ? '/helicone' : '');
  return joined([...mount, below]);
}

/** The paths of a setup, outermost first. */
export function mountPaths({ mount = [] }: Pick<HostSetup, 'mount'>): readonly string[] {
  return typeof mount === 'string' ? [mount] : mount;
}

/** Options for a host that knows no mounting: the paths are a part of `basePath`. */
export function asBasePath(options: HeliconeProxyOptions, setup: Pick<HostSetup, 'mount'>): HeliconeProxyOptions {
  const mount = mountPaths(setup);
  return mount.length === 0 ? options : { ...options, basePath: joined([...mount, options.basePath ?? '']) };
}

function joined(paths: readonly string[]): string {
  const parts = paths.map((path) => path.replace(/^\/|\/$/g, '')).filter((part) => part !== '');
  return parts.length === 0 ? '' : `/${parts.join('/')}`;
}
