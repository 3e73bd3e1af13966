// A Node cluster without a server: its primary counts, its workers take, all at once when all of them are ready.
// Arguments: workers, takes of each, quota, window in ms, and whether the primary counts at all: counts or deaf.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { setupPrimary } from '@helicone-proxy/node';
import { clusterStore } from '../../packages/core/dist/limits/cluster-store.js';

const [, , workers = '4', takes = '50', quota = '10', windowMs = '60000', primary = 'counts'] = process.argv;

/** What one worker saw. */
export interface Report {
  points: number[];
  endsAt: number[];
  errors: string[];
}

if (cluster.isPrimary) {
  if (primary === 'counts') setupPrimary();
  const reports: Report[] = [];
  const forked = Array.from({ length: Number(workers) }, () => cluster.fork());
  const gone = forked.map((worker) => once(worker, 'exit'));
  let ready = 0;
  cluster.on('message', (_, message: Partial<Report & { ready: boolean }>) => {
    if (message.ready === true && ++ready === forked.length) for (const worker of forked) worker.send({ go: true });
    if (message.points !== undefined) reports.push(message as Report);
  });
  const codes = (await Promise.all(gone)).map(([code]) => code);
  process.send?.({ reports, codes });
  process.disconnect?.();
} else {
  const store = clusterStore({ timeoutMs: primary === 'counts' ? 30_000 : 100 });
  const going = once(process, 'message');
  process.send?.({ ready: true });
  await going;
  const report: Report = { points: [], endsAt: [], errors: [] };
  const one = async (): Promise<void> => {
    try {
      const taken = await store.take('user', 1, Number(windowMs));
      report.points.push(taken.points);
      report.endsAt.push(taken.endsAt);
      // As the limiter does with a take that it refuses.
      if (taken.points > Number(quota)) await store.adjust('user', -1, taken);
    } catch (error) {
      report.errors.push((error as Error).message);
    }
  };
  await Promise.all(Array.from({ length: Number(takes) }, one));
  await store.close();
  process.send?.(report, () => cluster.worker?.disconnect());
}
