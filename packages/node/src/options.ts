import type { EngineOptions } from '@helicone-proxy/core';

/** Options of the proxy, all optional: `heliconeProxy()` works. */
export interface HeliconeProxyOptions extends EngineOptions {
  /**
   * Path below the mount path that the proxy answers under. Default: empty when it is mounted at a path, else `/helicone`.
   * `'/'` takes every request that comes by.
   */
  basePath?: string;
  /**
   * Fastify and Nest: relay WebSocket upgrades below the prefix. Off by default, since a listener for `upgrade` changes how Node
   * treats all requests that ask for one. Elsewhere call `proxy.handleUpgrade`.
   */
  webSockets?: boolean;
}

/** The path that the proxy answers under, relative to its mount path: empty, or with a leading slash and none at its end. */
export function prefixBelow(mountPath: string, basePath: string | undefined): string {
  const path = basePath ?? (mountPath === '' || mountPath === '/' ? '/helicone' : '');
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `/${trimmed}`;
}

/** Keys from the environment count when the options say nothing of auth. */
export function withEnvironment(options: HeliconeProxyOptions, env: NodeJS.ProcessEnv): HeliconeProxyOptions {
  const keys = (env.HELICONE_API_KEY ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
  if (options.auth !== undefined || keys.length === 0) return options;
  return { ...options, auth: { keys: Object.fromEntries(keys.map((key) => [key, {}])) } };
}
