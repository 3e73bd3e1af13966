// Counts 5 points of one key in a database, tells so, and waits to be killed. Arguments: database file.
import { EmbeddedStore } from '../../packages/core/dist/limits/embedded-store.js';
import { resolveOptions } from '../../packages/core/dist/options.js';
import { createStoreFacade } from '../../packages/core/dist/records/store-facade.js';

const [, , file = ''] = process.argv;

const options = resolveOptions({ records: { store: `sqlite:${file}` } });
const facade = createStoreFacade(options, () => {}, { settled() {}, deliveries() {} });
const store = new EmbeddedStore({ keeper: facade.counters, timeoutMs: 10_000, logger: null });
for (let point = 0; point < 5; point += 1) await store.take('a', 1, 3_600_000);
// Someone who listens keeps the process alive.
process.on('message', () => {});
process.send?.({ counted: 5 });
