export type {
  Authenticate,
  CallRecord,
  HeliconeProxy,
  HeliconeProxyOptions,
  Identity,
  RecordStore,
} from '@helicone-proxy/node';
export { setupPrimary } from '@helicone-proxy/node';
export { HeliconeProxyModule } from './helicone-proxy.module.js';
export { HeliconeProxyService } from './helicone-proxy.service.js';
