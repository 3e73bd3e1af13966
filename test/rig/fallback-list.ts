/** Codes of a list's entry that may move on at any failure of the provider's. */
export const ON_5XX = [{ from: 500, to: 599 }];

/** An entry of `Helicone-Fallbacks`; it moves on at `ON_5XX` unless it says otherwise. */
export type Entry = { 'target-url': string; headers?: object; onCodes?: unknown[]; bodyKeyOverride?: object };

/** The header with these entries. */
export function listOf(...entries: Entry[]): { 'helicone-fallbacks': string } {
  return { 'helicone-fallbacks': JSON.stringify(entries.map((entry) => ({ headers: {}, onCodes: ON_5XX, ...entry }))) };
}
