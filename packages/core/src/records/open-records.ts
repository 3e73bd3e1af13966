import { type EngineOptions, resolveOptions } from '../options.js';
import type { RecordStore } from './store.js';
import { createStoreFacade } from './store-facade.js';

/**
 * Opens records without a proxy around them, beside any number of proxies on the same store: nobody is served, no webhook is
 * delivered, no rate limit counted. Nothing is opened before it is asked for; `close` writes what waits and closes it.
 *
 * @throws TypeError or RangeError that names the option that is wrong.
 */
export function openRecords(options: Pick<EngineOptions, 'records' | 'cost'> = {}): RecordStore {
  const unheard = (): void => {};
  const facade = createStoreFacade(resolveOptions(options), unheard, { settled: unheard, deliveries: unheard });
  return { ...facade.store(unheard), close: facade.close };
}
