import type { Usage } from './usage.js';

/** The parts without those that are null: of what few answers tell, only what was told is put into a usage. */
export function knownParts(parts: Partial<Usage>): Partial<Usage> {
  const known: Partial<Usage> = {};
  for (const name of Object.keys(parts) as (keyof Usage)[]) {
    const value = parts[name];
    if (typeof value === 'number') known[name] = value;
  }
  return known;
}
