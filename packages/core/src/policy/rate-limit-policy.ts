import { type HeaderType, type Read, repeated } from './header-types.js';
import type { RateLimit } from './policy.js';

/** One year, the longest window, in seconds. */
const MAX_WINDOW_SECONDS = 31_536_000;
const MAX_POLICIES = 10;
/** Most requests or tokens of one window. */
const MAX_QUOTA = 1e12;
/** Most cents of one window: more would not fit a double when it is counted in nano-USD. */
const MAX_CENTS = 9e8;
/** A name that can be a header's (RFC 9110 section 5.6.2), since a property's is a part of one. */
const SEGMENT = /^[!#$%&'*+.^_`|~0-9a-z-]{1,256}$/;

/** `Helicone-RateLimit-Policy`: one or several policies, in the order in which they are consumed. */
export const RATE_LIMITS: HeaderType<readonly RateLimit[]> = {
  takes: '`quota;w=seconds;u=unit;s=segment`, several with commas between them',
  read: repeated(readRateLimits),
};

/**
 * Reads `quota;w=seconds[;u=request|cents|tokens][;s=user|<property>]`, several separated by commas: any order after the
 * quota, any case, white space where it does not split a word. A policy that is there twice counts once.
 */
export function readRateLimits(text: string): Read<readonly RateLimit[]> {
  const parts = text.split(',');
  if (parts.length > MAX_POLICIES) return { fault: `more than ${MAX_POLICIES} policies` };
  const limits: RateLimit[] = [];
  for (let i = 0; i < parts.length; i += 1) {
    const read = readRateLimit(parts[i] as string);
    if ('fault' in read) return { fault: parts.length === 1 ? read.fault : `policy ${i + 1}: ${read.fault}` };
    limits.push(read.value);
  }
  return { value: withoutDoubles(limits) };
}

/** The limits without those that are the same as an earlier one: both would count in one window, each call twice. */
export function withoutDoubles(limits: readonly RateLimit[]): readonly RateLimit[] {
  if (limits.length < 2) return limits;
  return limits.filter(({ text }, index) => limits.findIndex((other) => other.text === text) === index);
}

function readRateLimit(text: string): Read<RateLimit> {
  const fields = text.split(';');
  const quotaText = (fields[0] as string).trim();
  if (quotaText === '' && fields.length === 1) return { fault: 'empty' };
  let windowSeconds = 0;
  let unit: RateLimit['unit'] | null = null;
  let segment: string | null = null;
  for (let i = 1; i < fields.length; i += 1) {
    const field = fields[i] as string;
    const equals = field.indexOf('=');
    const name = (equals < 0 ? field : field.slice(0, equals)).trim().toLowerCase();
    const value = equals < 0 ? '' : field.slice(equals + 1).trim();
    if (name === 'w') {
      if (windowSeconds !== 0) return { fault: 'w is given twice' };
      windowSeconds = /^\d+$/.test(value) ? Number(value) : 0;
      if (!(windowSeconds >= 1 && windowSeconds <= MAX_WINDOW_SECONDS))
        return { fault: `w must be whole seconds from 1 to ${MAX_WINDOW_SECONDS}` };
    } else if (name === 'u') {
      if (unit !== null) return { fault: 'u is given twice' };
      unit = unitOf(value.toLowerCase());
      if (unit === null) return { fault: 'u must be request, cents or tokens' };
    } else if (name === 's') {
      if (segment !== null) return { fault: 's is given twice' };
      segment = value.toLowerCase();
      if (!SEGMENT.test(segment)) return { fault: 's must be user or the name of a property' };
    } else {
      return { fault: name === '' ? `field ${i} after the quota is empty` : unknownField(name) };
    }
  }
  const quota = readQuota(quotaText, unit ?? 'request');
  if ('fault' in quota) return quota;
  if (windowSeconds === 0) return { fault: 'w, the seconds of the window, is missing' };
  return { value: toRateLimit({ quota: quota.value, windowSeconds, unit: unit ?? 'request', segment }) };
}

/** Completes a limit by its normal form, which reads as the same limit again. */
export function toRateLimit(limit: Omit<RateLimit, 'text'>): RateLimit {
  const { quota, windowSeconds, unit, segment } = limit;
  const of = unit === 'request' ? '' : `;u=${unit}`;
  const by = segment === null ? '' : `;s=${segment}`;
  return { quota, windowSeconds, unit, segment, text: `${quota};w=${windowSeconds}${of}${by}` };
}

function unitOf(text: string): RateLimit['unit'] | null {
  return text === 'request' || text === 'cents' || text === 'tokens' ? text : null;
}

function readQuota(text: string, unit: RateLimit['unit']): Read<number> {
  // Six decimals: shorter numbers would be written with an exponent, and the normal form has none.
  if (!/^\d+(\.\d{1,6})?$/.test(text))
    return { fault: 'the quota must be a number above 0 with at most 6 decimals, such as 100' };
  if (unit !== 'cents' && text.includes('.')) return { fault: `the quota of u=${unit} must be a whole number` };
  const value = Number(text);
  const max = unit === 'cents' ? MAX_CENTS : MAX_QUOTA;
  return value > 0 && value <= max ? { value } : { fault: `the quota must be above 0 and at most ${max}` };
}

function unknownField(name: string): string {
  return `unknown field ${JSON.stringify(name.slice(0, 20))}; known are w, u and s`;
}
