import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { openRecords, type PriceOverrides, type RecordStore, type Repriced } from '@helicone-proxy/node';
import { Command } from 'commander';
import { CliError } from './cli-error.js';
import type { CliIo } from './io.js';
import { readPrices } from './read-prices.js';

const DEFAULT_STORE = 'sqlite:.helicone/helicone.db';

interface Options {
  store?: string;
  prices?: string;
  tenant?: string;
  provider?: string;
  model?: string;
  from?: string;
  to?: string;
  all: boolean;
  dryRun: boolean;
}

/** `prices recompute`: gives records a price that was not known when they were made. */
export function pricesRecompute(io: CliIo): Command {
  return new Command('recompute')
    .description(
      'Prices records again, each as of the time of its call. By default those whose cost is not known. The proxy may go on running.',
    )
    .option('--store <url>', `where the records are; default: HELICONE_STORE, else ${DEFAULT_STORE}`)
    .option('--prices <file>', 'JSON file with prices of your own, as the option cost.prices has them')
    .option('--tenant <name>', 'only records of this tenant')
    .option('--provider <name>', 'only records of this provider')
    .option('--model <name>', 'only records of this model')
    .option('--from <time>', 'only calls from this ISO 8601 time on, such as 2026-01-31 or 2026-01-31T12:00Z')
    .option('--to <time>', 'only calls before this ISO 8601 time')
    .option('--all', 'also records that have a price', false)
    .option('--dry-run', 'only tell what would change', false)
    .action((options: Options) => recompute(options, io));
}

async function recompute(options: Options, io: CliIo): Promise<void> {
  const { tenant, provider, model, all, dryRun } = options;
  const store = storeOf(options.store ?? io.env.HELICONE_STORE ?? DEFAULT_STORE, io.cwd);
  const prices = options.prices === undefined ? [] : await readPrices(resolve(io.cwd, options.prices));
  const from = timeOf('--from', options.from);
  const to = timeOf('--to', options.to);
  const records = recordsIn(store, prices);
  try {
    const query = { tenant, provider, model, from, to, all, dryRun };
    io.out(told(await records.reprice(query), dryRun));
  } finally {
    await records.close();
  }
}

function recordsIn(store: string, prices: PriceOverrides): RecordStore {
  try {
    return openRecords({ records: { store }, cost: { prices } });
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

/** A store that is not there is none to be made here: its name is misspelt. */
function storeOf(url: string, cwd: string): string {
  const path = /^sqlite:(.*)$/.exec(url)?.[1];
  if (path === undefined) return url;
  const file = resolve(cwd, path);
  if (path === ':memory:' || !existsSync(file)) throw new CliError(`--store: there are no records at ${url}`);
  return `sqlite:${file}`;
}

function timeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  // Date.parse makes a time of nearly anything that has a number in it.
  const time = /^\d{4}-\d\d-\d\d(?:T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new CliError(`${option}: "${text}" is not an ISO 8601 time`);
  return time;
}

function told({ read, changed, unknown, addedNanoUsd }: Repriced, dryRun: boolean): string {
  const sign = addedNanoUsd < 0 ? '' : '+';
  const sum = `${sign}${(addedNanoUsd / 1e9).toFixed(9)} USD`;
  const verb = dryRun ? 'would be priced' : 'priced';
  return `${read} records read, ${changed} ${verb} (${sum}), ${unknown} still without a price\n`;
}
