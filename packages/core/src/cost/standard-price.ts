import { libraryPrice } from './library-price.js';
import { tableName } from './model-names.js';
import { ANTHROPIC_PRICES } from './own-anthropic.js';
import { DEEPSEEK_PRICES } from './own-deepseek.js';
import { OPENAI_PRICES } from './own-openai.js';
import { OTHER_PRICES } from './own-others.js';
import { findOwnPrice, type OwnPrice } from './own-price.js';
import type { PriceTable } from './price-table.js';
import { withFees } from './tool-fees.js';

/** Our own rows; they go before the library. */
export const OWN_PRICES: readonly OwnPrice[] = [
  ...OPENAI_PRICES,
  ...ANTHROPIC_PRICES,
  ...DEEPSEEK_PRICES,
  ...OTHER_PRICES,
];

/** Where a table comes from that is no override: our own rows, or the library. */
export type TableSource = 'helicone-proxy' | 'genai-prices';

export interface StandardPrice {
  table: PriceTable;
  source: TableSource;
}

/** Fine-tuned models of OpenAI's are in our rows alone: the library takes some for their bases. */
const FINE_TUNED = /^ft:/;

/** A provider's list price of a model at a time (unix ms), with its fees. Null when it is not known. */
export function standardPrice(provider: string, model: string, at: number): StandardPrice | null {
  const name = tableName(provider, model)?.model ?? model;
  const own = findOwnPrice(OWN_PRICES, { provider, model: name, at });
  if (own === null) return null;
  const table = own ?? (FINE_TUNED.test(name) ? null : libraryPrice(provider, model, at));
  if (table === null) return null;
  return {
    table: withFees({ provider, model: name, table }),
    source: own === undefined ? 'genai-prices' : 'helicone-proxy',
  };
}
