export type { CallRecord, HeliconeProxy, HeliconeProxyOptions, RecordStore } from '@helicone-proxy/node';
export { HeliconeProxyModule } from './helicone-proxy.module.js';
export { HeliconeProxyService } from './helicone-proxy.service.js';
