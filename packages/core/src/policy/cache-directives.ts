import type { HeaderType } from './header-types.js';
import { splitList } from './split-list.js';

/** Longest lifetime that can be asked for: 365 days, in seconds. */
const MAX_AGE_SECONDS = 31_536_000;

/** Lifetime of an entry when none is asked for: 7 days, in seconds. */
export const DEFAULT_AGE_SECONDS = 604_800;

/** What `Cache-Control` of a request asks for. */
export interface CacheDirectives {
  readonly noStore: boolean;
  readonly noCache: boolean;
  /** Seconds, at most 365 days; null: not said. */
  readonly maxAgeSeconds: number | null;
}

/** `Helicone-Cache-Control` and `Cache-Control`. */
export const CACHE_DIRECTIVES: HeaderType<CacheDirectives> = {
  takes: '`no-store`, `no-cache`, `max-age=seconds`, `s-maxage=seconds`',
  read: (text) => ({ value: readCacheDirectives(text) }),
};

/**
 * Reads the directives of RFC 9111 section 5.2 that mean something to us; the rest, and what makes no sense, is passed over.
 * Of a directive that is there twice the first counts; `s-maxage` wins over `max-age`, as with Helicone.
 */
export function readCacheDirectives(text: string): CacheDirectives {
  let noStore = false;
  let noCache = false;
  let maxAge: number | null = null;
  let sharedMaxAge: number | null = null;
  for (const item of splitList(text)) {
    const equals = item.indexOf('=');
    const name = (equals < 0 ? item : item.slice(0, equals)).trim().toLowerCase();
    if (name === 'no-store') noStore = true;
    else if (name === 'no-cache') noCache = true;
    else if (name === 'max-age' && equals > 0) maxAge ??= readSeconds(item.slice(equals + 1));
    else if (name === 's-maxage' && equals > 0) sharedMaxAge ??= readSeconds(item.slice(equals + 1));
  }
  return { noStore, noCache, maxAgeSeconds: sharedMaxAge ?? maxAge };
}

/** Whether none of these directives asks for anything. */
export function asksNothing({ noStore, noCache, maxAgeSeconds }: CacheDirectives): boolean {
  return !noStore && !noCache && maxAgeSeconds === null;
}

/** The quoted form is legal to receive (RFC 9111 section 5.2). */
function readSeconds(text: string): number | null {
  const digits = /^(?:(\d+)|"(\d+)")$/.exec(text.trim());
  return digits === null ? null : Math.min(Number(digits[1] ?? digits[2]), MAX_AGE_SECONDS);
}
