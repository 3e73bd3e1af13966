import type { HeliconeProxy } from '@helicone-proxy/node';

/** The running proxy, to be injected: `constructor(private readonly helicone: HeliconeProxyService) {}`. */
export abstract class HeliconeProxyService implements HeliconeProxy {
  abstract close(): Promise<void>;
  abstract flush(): Promise<void>;
  abstract log(wire: Parameters<HeliconeProxy['log']>[0]): Promise<{ requestId: string }>;
  abstract readonly handleUpgrade: HeliconeProxy['handleUpgrade'];
  abstract readonly records: HeliconeProxy['records'];
  abstract readonly events: HeliconeProxy['events'];
}
