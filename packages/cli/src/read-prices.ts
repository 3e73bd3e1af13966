import { readFile } from 'node:fs/promises';
import type { PriceOverrides } from '@helicone-proxy/node';
import { CliError } from './cli-error.js';

/** Reads a JSON file with a list of prices. What its rows say is checked where they are used. @throws {CliError} */
export async function readPrices(file: string): Promise<PriceOverrides> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CliError(`--prices: ${error.message}`);
  });
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (error) {
    throw new CliError(`--prices: ${file} is not JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(rows)) throw new CliError(`--prices: ${file} must hold a JSON array of prices`);
  return rows as PriceOverrides;
}
