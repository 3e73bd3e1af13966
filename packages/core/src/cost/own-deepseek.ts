import { type OwnPrice, perMTok } from './own-price.js';
import type { PriceTable } from './price-table.js';

// The library cannot say that a price by the time of day holds from a date on, nor that weekends are cheap.

/**
 * Holidays of mainland China on a weekday, on which no hour is a peak hour: the State Council's list for 2026. Those of later years
 * are announced each November, and belong here.
 */
const HOLIDAYS: ReadonlySet<string> = new Set([
  '2026-09-25',
  '2026-10-01',
  '2026-10-02',
  '2026-10-05',
  '2026-10-06',
  '2026-10-07',
  '2027-01-01',
]);

const BEIJING_MS = 8 * 3_600_000;

/**
 * Peak hours are 01:00 to 04:00 and 06:00 to 10:00 UTC; since 2026-08-23 only from Monday to Friday, and not on holidays.
 * https://api-docs.deepseek.com/quick_start/pricing, seen 2026-10-27
 */
function isPeak(at: Date): boolean {
  const hour = at.getUTCHours();
  if (!((hour >= 1 && hour < 4) || (hour >= 6 && hour < 10))) return false;
  const there = new Date(at.getTime() + BEIJING_MS);
  const day = there.getUTCDay();
  const date = there.toISOString().slice(0, 10);
  return date < '2026-08-23' || !(day === 0 || day === 6 || HOLIDAYS.has(date));
}

/** Off-peak costs half. */
function byTheHour(offPeak: PriceTable, peak: PriceTable): (at: Date) => PriceTable {
  return (at) => (isPeak(at) ? peak : offPeak);
}

const flash = {
  from: '2026-09-10',
  table: byTheHour(
    perMTok({ input: 0.15, read: 0.003, output: 0.6 }),
    perMTok({ input: 0.3, read: 0.006, output: 1.2 }),
  ),
};
const v4Flash = [
  // V4-Flash, until the change of prices that was announced for 16:00 UTC.
  { from: '2026-04-24', table: perMTok({ input: 0.14, read: 0.0028, output: 0.28 }) },
  {
    from: '2026-08-16T16:00:00Z',
    table: byTheHour(
      perMTok({ input: 0.22, read: 0.007, output: 0.66 }),
      perMTok({ input: 0.44, read: 0.014, output: 1.32 }),
    ),
  },
  // V4.1-Flash serves the old names, too, at its own price.
  flash,
];

/** DeepSeek's own API. https://api-docs.deepseek.com/quick_start/pricing, seen 2026-08-14 and 2026-10-27 */
export const DEEPSEEK_PRICES: readonly OwnPrice[] = [
  { providers: ['deepseek'], models: ['deepseek-flash', 'deepseek-v4.1-flash'], prices: [{ table: flash.table }] },
  {
    providers: ['deepseek'],
    models: ['deepseek-v4-flash', 'deepseek-v4-flash-vision-exp', 'deepseek-v4-flash-0731'],
    prices: v4Flash,
  },
  {
    providers: ['deepseek'],
    models: ['deepseek-v4-pro', 'deepseek-v4-pro-0813'],
    prices: [
      { from: '2026-04-24', table: perMTok({ input: 0.435, read: 0.003625, output: 0.87 }) },
      {
        from: '2026-08-16T16:00:00Z',
        table: byTheHour(
          perMTok({ input: 0.66, read: 0.022, output: 1.98 }),
          perMTok({ input: 1.32, read: 0.044, output: 3.96 }),
        ),
      },
    ],
  },
  {
    // Names for what was newest: V3.1, with which the price by the time of day ended (https://api-docs.deepseek.com/news/news250821),
    // then V3.2 (https://api-docs.deepseek.com/news/news250929), then V4-Flash. Up to the first date the library is right.
    providers: ['deepseek'],
    models: ['deepseek-chat', 'deepseek-reasoner'],
    prices: [
      { from: '2025-09-05T16:00:00Z', table: perMTok({ input: 0.56, read: 0.07, output: 1.68 }) },
      { from: '2025-09-29', table: perMTok({ input: 0.28, read: 0.028, output: 0.42 }) },
      ...v4Flash,
    ],
  },
];
