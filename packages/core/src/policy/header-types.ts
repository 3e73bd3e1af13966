import { isUuid } from './uuid.js';

/** A value, or what is wrong with the text that should have been one. */
export type Read<T> = { readonly value: T } | { readonly fault: string };

/** How the text of a header becomes a value. */
export interface HeaderType<T> {
  /** What the text may be, for the documentation. */
  readonly takes: string;
  /** Reads text without white space around it. */
  read(text: string): Read<T>;
}

/** Reads the text that it read last without reading it again: an app sends the same policy with all its calls. For values that nobody changes. */
export function repeated<T>(read: (text: string) => Read<T>): (text: string) => Read<T> {
  let lastText: string | null = null;
  let last: Read<T> | null = null;
  return (text) => {
    if (last === null || text !== lastText) {
      last = read(text);
      lastText = text;
    }
    return last;
  };
}

/** Any text that is not empty. */
export const TEXT: HeaderType<string> = {
  takes: 'text',
  read: (text) => (text === '' ? { fault: 'empty' } : { value: text }),
};

/** A UUID of any version, lower-cased. */
export const UUID: HeaderType<string> = {
  takes: 'UUID',
  read: (text) => (isUuid(text) ? { value: text.toLowerCase() } : { fault: 'not a UUID' }),
};

/** On or off, in any case; empty is off. */
export const FLAG: HeaderType<boolean> = {
  takes: '`true` or `false`',
  read(text) {
    // Nearly all flags are written like this: no lower-casing for them.
    if (text === 'true' || text === '1') return { value: true };
    if (text === 'false' || text === '0' || text === '') return { value: false };
    const flag = text.toLowerCase();
    if (flag === 'true') return { value: true };
    return flag === 'false' ? { value: false } : { fault: 'must be true or false' };
  },
};

/** The origin of an http(s) URL; its path, query and fragment do not count. */
export const ORIGIN: HeaderType<string> = {
  takes: 'http(s) origin',
  read(text) {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return { fault: 'not an http(s) URL' };
    if (url.username !== '' || url.password !== '') return { fault: 'must not carry a user name or password' };
    return { value: url.origin };
  },
};

/** Digits alone, both ends included. `unit` is named in the documentation. */
export function wholeNumber(min: number, max: number, unit = ''): HeaderType<number> {
  return {
    takes: `${unit}${min} to ${max}`,
    read(text) {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      if (value >= min && value <= max) return { value };
      return { fault: `must be a whole number from ${min} to ${max}` };
    },
  };
}

/** Digits, with a point if need be; both ends included. */
export function decimal(min: number, max: number): HeaderType<number> {
  return {
    takes: `${min} to ${max}, decimals allowed`,
    read(text) {
      const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? { value } : { fault: `must be a number from ${min} to ${max}` };
    },
  };
}

/** One of these words, in any case. */
export function oneOf<const T extends string>(words: readonly T[]): HeaderType<T> {
  const list = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return {
    takes: list,
    read(text) {
      const word = words.find((each) => each === text.toLowerCase());
      return word === undefined ? { fault: `must be ${list}` } : { value: word };
    },
  };
}
