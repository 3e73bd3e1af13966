import type { HeliconeProxyOptions } from '@helicone-proxy/express';
import type { Config } from './config.ts';
import { logger } from './logger.ts';

/** Who may call, with whose keys, and under what policy. */
export function heliconeOptions({ appKey, researchKey, openaiKey, openaiUpstream }: Config): HeliconeProxyOptions {
  return {
    auth: {
      keys: {
        // Callers show these in the place of the provider's key. Records, cache and limits of tenants are apart.
        [appKey]: { tenant: 'app' },
        [researchKey]: {
          tenant: 'research',
          providers: ['openai'],
          policy: { enforce: { 'Helicone-RateLimit-Policy': '500;w=86400;u=cents' } }, // five dollars a day
        },
      },
    },
    // The provider's key stays here; no caller ever sees it.
    providers: { openai: { apiKey: openaiKey, baseUrl: openaiUpstream } },
    policy: {
      // Where callers say nothing; their own headers win.
      defaults: { 'Helicone-Cache-Enabled': true, 'Cache-Control': 'max-age=3600', 'Helicone-Retry-Enabled': true },
      // Whatever callers say: 20 calls a minute for each `Helicone-User-Id`.
      enforce: { 'Helicone-RateLimit-Policy': '20;w=60;s=user' },
    },
    records: { store: 'sqlite:.helicone/helicone.db' },
    logger,
  };
}
