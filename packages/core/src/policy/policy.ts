import { PROPERTY_PREFIX } from './header-table.js';
import type { HeaderValues } from './header-values.js';

/** What was asked for one call, resolved once and never changed. */
export interface Policy {
  readonly userId: string | null;
  /** Lower-case names, session and prompt headers among them under Helicone's own names. */
  readonly properties: Readonly<Record<string, string>>;
  readonly promptId: string | null;
  readonly modelOverride: string | null;
  readonly omitRequest: boolean;
  readonly omitResponse: boolean;
}

/** Headers that Helicone also keeps as properties, under these very names. */
const ALSO_PROPERTIES = [
  'helicone-session-id',
  'helicone-session-path',
  'helicone-session-name',
  'helicone-prompt-id',
] as const;

/** Properties of one call; more are left out, since each can become a row in a roll-up. */
const MAX_PROPERTIES = 100;

/** Resolves a call's headers into its policy. An identity's own user wins over the header. */
export function resolvePolicy(headers: HeaderValues, identityUserId: string | null): Policy {
  const { values } = headers;
  return Object.freeze({
    userId: identityUserId ?? values.get('helicone-user-id') ?? null,
    properties: readProperties(headers),
    promptId: values.get('helicone-prompt-id') ?? null,
    modelOverride: values.get('helicone-model-override') ?? null,
    omitRequest: values.get('helicone-omit-request') === 'true',
    omitResponse: values.get('helicone-omit-response') === 'true',
  });
}

function readProperties({ values, warnings }: HeaderValues): Record<string, string> {
  const properties: Record<string, string> = {};
  if (values.size === 0) return properties;
  let count = 0;
  for (const [name, value] of values) {
    if (!name.startsWith(PROPERTY_PREFIX)) continue;
    if (++count > MAX_PROPERTIES) {
      warnings.push(`${name}: more than ${MAX_PROPERTIES} properties; left out`);
      continue;
    }
    // Not an assignment: a property called __proto__ is a property like any other.
    Object.defineProperty(properties, name.slice(PROPERTY_PREFIX.length), {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  for (const name of ALSO_PROPERTIES) {
    const value = values.get(name);
    if (value !== undefined) properties[name] = value;
  }
  return properties;
}
