import { expectKeys } from '../option-values.js';
import { asksNothing, type CacheDirectives } from './cache-directives.js';
import {
  ANY_PROPERTY,
  HEADERS,
  type HeaderRow,
  type HeaderValues,
  headerRow,
  PROPERTY_PREFIX,
} from './header-table.js';
import { asksForCache, type ReadRules, readValue, setProperty } from './header-values.js';
import type { Fallback } from './policy.js';
import { withoutDoubles } from './rate-limit-policy.js';

/** Request headers as server-side policy: names in any case. `Helicone-Auth` and `Helicone-Request-Id` cannot be among them. */
export type HeaderMap = Record<string, string | number | boolean>;

/** Policy for all calls of one key, in the language of the request headers. */
export interface LayerOptions {
  /** Hold where the client says nothing. */
  defaults?: HeaderMap;
  /**
   * Win over what clients say. Rate limits of the options and of the key add up; what `Helicone-Cache-Enabled` enforces, a
   * client's `-Read` and `-Save` do not change.
   */
  enforce?: HeaderMap;
  /**
   * Names of headers that clients may not use, `Helicone-Property-*` for all properties; `Helicone-Cache-Enabled` takes `-Read`
   * and `-Save` along. Each use is told in `Helicone-Warning`.
   */
  ignore?: string[];
}

/** Policy for all calls. Precedence: enforced here, enforced for the key, the client, defaults of the key, defaults here. */
export interface PolicyOptions extends LayerOptions {
  /** Refuse also calls whose observing headers cannot be used, or are not known. Default false: they are named in `Helicone-Warning`. */
  strict?: boolean;
}

/** A layer's headers, read by the table. */
export interface LayerValues {
  readonly values: HeaderValues;
  readonly properties: Readonly<Record<string, string>>;
}

/** A layer, checked and read once. */
export interface PolicyLayer {
  readonly defaults: LayerValues;
  readonly enforce: LayerValues;
  /** Lower-case names. */
  readonly ignore: readonly string[];
}

/** The layers that a call stands under, merged. */
export interface MergedLayers {
  readonly rules: ReadRules;
  readonly defaults: LayerValues;
  readonly enforce: LayerValues;
}

const EMPTY: LayerValues = Object.freeze({ values: Object.freeze({}), properties: Object.freeze({}) });

/**
 * Checks a layer of policy and reads its headers. `where` begins the message of what is wrong: `policy`,
 * `auth.keys["abcd…"].policy`. Throws a `TypeError` or `RangeError` that names the key.
 */
export function compileLayer(where: string, options: LayerOptions): PolicyLayer {
  expectKeys(where, options, ['defaults', 'enforce', 'ignore']);
  const { ignore = [] } = options;
  if (!Array.isArray(ignore)) throw new TypeError(`${where}.ignore: must be a list of header names`);
  return Object.freeze({
    defaults: compileMap(`${where}.defaults`, options.defaults),
    enforce: compileMap(`${where}.enforce`, options.enforce),
    ignore: ignore.map((name, index) => ignoredName(`${where}.ignore[${index}]`, name)),
  });
}

/** Checks the policy of the options. Throws as `compileLayer` does. */
export function compilePolicy(options: PolicyOptions): PolicyLayer & { strict: boolean } {
  expectKeys('policy', options, ['defaults', 'enforce', 'ignore', 'strict']);
  const { strict = false, ...layer } = options;
  if (typeof strict !== 'boolean') throw new TypeError('policy.strict: must be true or false');
  return { ...compileLayer('policy', layer), strict };
}

function compileMap(where: string, map: HeaderMap | undefined): LayerValues {
  if (map === undefined) return EMPTY;
  if (typeof map !== 'object' || map === null || Array.isArray(map))
    throw new TypeError(`${where}: must be an object of headers`);
  const values: Record<string, unknown> = {};
  const properties: Record<string, string> = {};
  const seen = new Set<string>();
  for (const [given, value] of Object.entries(map)) {
    if (value === undefined) continue;
    const key = `${where}[${JSON.stringify(given)}]`;
    const name = given.toLowerCase();
    const row = knownRow(key, name);
    if (row.perCall === true || name === ANY_PROPERTY) throw new TypeError(`${key}: cannot be set for many calls`);
    // Both names of a header mean the same here, and one would hide the other.
    const place = row.standsFor ?? name;
    if (seen.has(place)) throw new TypeError(`${key}: the same header is given twice`);
    seen.add(place);
    const read = readLayerValue(key, row, value);
    if (row.name === ANY_PROPERTY) setProperty(properties, name.slice(PROPERTY_PREFIX.length), read as string);
    else values[place] = read;
  }
  return Object.freeze({ values: Object.freeze(values), properties: Object.freeze(properties) });
}

function readLayerValue(key: string, row: HeaderRow, value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw new TypeError(`${key}: must be text, a number or true or false`);
  const read = readValue(row, String(value));
  if ('fault' in read) throw new RangeError(`${key}: ${read.fault}`);
  const place = row.standsFor ?? row.name;
  if (place === 'helicone-cache-control' && asksNothing(read.value as CacheDirectives))
    throw new RangeError(`${key}: must have one of ${row.type.takes.replaceAll('`', '')}`);
  if (place !== 'helicone-fallbacks') return read.value;
  // Written by whoever runs the proxy.
  return (read.value as readonly Fallback[]).map((entry) => Object.freeze({ ...entry, trusted: true }));
}

function ignoredName(key: string, given: unknown): string {
  if (typeof given !== 'string') throw new TypeError(`${key}: must be the name of a header`);
  const name = given.toLowerCase();
  knownRow(key, name);
  if (name === 'helicone-auth') throw new TypeError(`${key}: says who is calling, which cannot be ignored`);
  return name;
}

function knownRow(key: string, name: string): HeaderRow {
  const row = headerRow(name);
  if (row === undefined) throw new TypeError(`${key}: not a header that this proxy knows`);
  return row;
}

/** Merges the layers of the options with those of a key. */
export function mergeLayers(all: (PolicyLayer & { strict: boolean }) | null, key: PolicyLayer | null): MergedLayers {
  const enforce = mergeValues(key?.enforce ?? EMPTY, all?.enforce ?? EMPTY);
  const limits = [all, key].flatMap((layer) => layer?.enforce.values['helicone-ratelimit-policy'] ?? []);
  const added: HeaderValues = limits.length === 0 ? {} : { 'helicone-ratelimit-policy': withoutDoubles(limits) };
  const defaults = mergeValues(all?.defaults ?? EMPTY, key?.defaults ?? EMPTY);
  const ignored = new Set([...(all?.ignore ?? []), ...(key?.ignore ?? [])].flatMap(withOthers));
  const barred = new Set([...ignored, ...namesOf(enforce).flatMap(withOthers)]);
  return {
    rules: {
      barred: barred.size === 0 ? null : barred,
      ignored,
      strict: all?.strict ?? false,
      cacheMayBeOn: asksForCache(defaults.values) || asksForCache(enforce.values),
    },
    defaults,
    enforce: { values: { ...enforce.values, ...added }, properties: enforce.properties },
  };
}

/** Values with those of more right over them, which also overrule what their headers cover. */
export function mergeValues(lower: LayerValues, higher: LayerValues): LayerValues {
  const values: Record<string, unknown> = { ...lower.values };
  for (const name in higher.values) {
    for (const covered of COVERS.get(name) ?? []) values[covered] = undefined;
  }
  // Spread, not assigned: a property may be called __proto__.
  return { values: Object.assign(values, higher.values), properties: { ...lower.properties, ...higher.properties } };
}

const COVERS: ReadonlyMap<string, readonly string[]> = new Map(
  HEADERS.flatMap(({ name, covers }) => (covers === undefined ? [] : [[name, covers]])),
);

/** A name, and the names of those headers that would undo what is said of it. */
function withOthers(name: string): string[] {
  const others = HEADERS.filter(({ standsFor }) => standsFor === name);
  return [name, ...others.map((row) => row.name), ...(COVERS.get(name) ?? [])];
}

function namesOf({ values, properties }: LayerValues): string[] {
  return [...Object.keys(values), ...Object.keys(properties).map((name) => PROPERTY_PREFIX + name)];
}
