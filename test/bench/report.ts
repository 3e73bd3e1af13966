/** One kind of traffic. */
export interface Load {
  name: string;
  stream: boolean;
  requests: number;
  connections: number;
  /** What the figures are divided by, per request. */
  unitsPerRequest: number;
}

/** CPU of one server in one round: microseconds per unit, and resident memory in bytes. */
export interface Sample {
  /** All threads of the process. */
  all: number;
  /** The request thread alone. */
  thread: number;
  rss: number;
}

const BASELINE = 'pass-through';

/** Prints one table: medians over the rounds, and ratios to the pass-through taken round by round. */
export function printReport(load: Load, samples: Map<string, Sample[]>): void {
  const baseline = samples.get(BASELINE) ?? [];
  const lines = [
    ['', 'request thread µs', 'ratio', 'all threads µs', 'ratio', '(min-max)', 'RSS MiB'],
    ...[...samples].map(([name, own]) => {
      const thread = ratios(own, baseline, 'thread');
      const all = ratios(own, baseline, 'all');
      return [
        name,
        median(own.map((sample) => sample.thread)).toFixed(1),
        median(thread).toFixed(2),
        median(own.map((sample) => sample.all)).toFixed(1),
        median(all).toFixed(2),
        `${Math.min(...all).toFixed(2)}-${Math.max(...all).toFixed(2)}`,
        (Math.max(...own.map((sample) => sample.rss)) / 2 ** 20).toFixed(0),
      ];
    }),
  ];
  printTable(`CPU per ${load.name} (median of ${baseline.length} rounds)`, lines);
}

/**
 * Prints what each framework costs when it answers a JSON request itself, and what the proxy costs on top of it; the last column
 * compares that to what the pass-through costs on top of a bare `node:http` server.
 */
export function printHosts(names: string[], samples: Map<string, Sample[]>): void {
  const of = (name: string, key: 'all' | 'thread'): number =>
    median((samples.get(name) ?? []).map((sample) => sample[key]));
  const least = of(BASELINE, 'thread') - of('node:http, bare', 'thread');
  const leastOfAll = of(BASELINE, 'all') - of('node:http, bare', 'all');
  printTable('CPU per JSON request in each framework, µs', [
    ['', 'bare', 'with ours', 'on top', 'on top, all threads', 'on top / pass-through'],
    ['pass-through on node:http', of('node:http, bare', 'thread'), of(BASELINE, 'thread'), least, leastOfAll, 1],
    ...names.map((name) => {
      const bare = of(`${name}, bare`, 'thread');
      const ours = of(`${name}, ours`, 'thread');
      const all = of(`${name}, ours`, 'all') - of(`${name}, bare`, 'all');
      return [name, bare, ours, ours - bare, all, (ours - bare) / least];
    }),
  ]);
}

function printTable(title: string, cells: (string | number)[][]): void {
  const lines = cells.map((line) => line.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell)));
  const widths = (lines[0] as string[]).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] as string).length)),
  );
  const format = (line: string[]): string =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
      )
      .join('  ');
  process.stdout.write(`\n${title}\n${lines.map(format).join('\n')}\n`);
}

function ratios(own: Sample[], baseline: Sample[], key: 'all' | 'thread'): number[] {
  return own.map((sample, round) => sample[key] / (baseline[round] as Sample)[key]);
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
