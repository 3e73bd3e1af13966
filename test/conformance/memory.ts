import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { turn } from '@helicone-proxy/testkit';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What this process holds, bytes: behind live objects and buffers, and resident. */
export interface Memory {
  live: number;
  rss: number;
}

/** What is really held: garbage is collected before, since how much of it lies about is no matter of ours. */
export async function memory(): Promise<Memory> {
  // Memory behind buffers is given back in a later turn, and only then is what hung on it garbage too.
  for (let pass = 0; pass < 3; pass++) {
    collectGarbage();
    await turn();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { live: heapUsed + external, rss };
}
