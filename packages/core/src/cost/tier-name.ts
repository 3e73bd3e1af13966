/** What providers call the tier that their price lists are about. */
const STANDARD: ReadonlySet<string> = new Set([
  '',
  'standard',
  'default',
  'auto',
  'on_demand',
  'global',
  'not_available',
]);

/** Tiers come from outside. Characters. */
const MAX_LENGTH = 64;

/**
 * A service tier by one name, whatever the order of its parts: lower case, without parts that mean the standard, joined with `+`.
 * Empty: the provider's standard. Null when it is no tier at all.
 */
export function normalTier(tier: string | null | undefined): string | null {
  if (tier === null || tier === undefined) return '';
  if (tier.length > MAX_LENGTH) return null;
  const parts = tier.toLowerCase().split('+');
  const named = new Set(parts.map((part) => part.trim()).filter((part) => !STANDARD.has(part)));
  return [...named].sort().join('+');
}
