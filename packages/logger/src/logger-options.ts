import type { Destination } from './destination.js';
import { createHttpDestination } from './http-destination.js';
import { isRecord } from './is-record.js';
import { createProxyDestination, type LogProxy } from './proxy-destination.js';

/** Where logs go, and how many of them may wait. */
export interface LoggerOptions {
  /** Key of the log server. Default: `HELICONE_API_KEY` of the environment; none is sent where that is empty, too. */
  apiKey?: string;
  /** Address of the API, `https://your.host/helicone/api`. Default: `HELICONE_BASE_URL` of the environment. */
  baseUrl?: string;
  /** A `HeliconeProxy` of this process, to write straight into; nothing goes over HTTP then. */
  proxy?: LogProxy;
  /**
   * `Helicone-*` headers that describe every call (`Helicone-User-Id`, `Helicone-Property-*`, …); others go with every request to
   * the server, such as what a gateway before it asks for.
   */
  headers?: Record<string, string>;
  /** What may wait for the server; the oldest logs make room for new ones. Default 16 MiB, bytes. */
  maxQueueBytes?: number;
  /** How much of each body is kept. Default 1 MiB, bytes; of longer answers the last 64 KiB besides. */
  maxBodyBytes?: number;
  /** How long logs wait for others to go with. Default 1000, ms. */
  flushIntervalMs?: number;
  /** Hears of everything that goes wrong here. By default nobody does: no call ever fails for it, nothing is printed. */
  onError?: (error: Error) => void;
}

/** Options as the logger uses them. */
export interface LoggerSettings {
  destination: Destination;
  headers: Record<string, string>;
  maxQueueBytes: number;
  maxBodyBytes: number;
  flushIntervalMs: number;
  failed: (error: Error) => void;
}

const MIB = 1024 * 1024;

/**
 * Checks the options.
 *
 * @throws TypeError or RangeError that names the option that is wrong.
 */
export function readOptions(options: LoggerOptions): LoggerSettings {
  const { headers = {}, onError } = options;
  if (!isRecord(headers) || Object.values(headers).some((value) => typeof value !== 'string')) {
    throw new TypeError('headers: must be an object of texts');
  }
  if (onError !== undefined && typeof onError !== 'function') throw new TypeError('onError: must be a function');
  return {
    destination: destinationOf(options, headers),
    headers: describing(headers),
    maxQueueBytes: wholeNumber(options.maxQueueBytes ?? 16 * MIB, 'maxQueueBytes'),
    maxBodyBytes: wholeNumber(options.maxBodyBytes ?? MIB, 'maxBodyBytes'),
    flushIntervalMs: wholeNumber(options.flushIntervalMs ?? 1000, 'flushIntervalMs'),
    failed: (error) => {
      try {
        onError?.(error);
      } catch {
        // Theirs is no reason to fail a call, either.
      }
    },
  };
}

function destinationOf({ apiKey, baseUrl, proxy }: LoggerOptions, given: Record<string, string>): Destination {
  if (proxy !== undefined) {
    if (typeof proxy?.log !== 'function') throw new TypeError('proxy: must be a HeliconeProxy');
    return createProxyDestination(proxy);
  }
  const address = baseUrl ?? process.env.HELICONE_BASE_URL;
  if (address === undefined || address === '') {
    throw new TypeError(
      'baseUrl: needed, such as https://your.host/helicone/api (or HELICONE_BASE_URL in the environment, or proxy)',
    );
  }
  // Headers of a request describe all of its logs, over what a log says of itself.
  const headers = Object.fromEntries(Object.entries(given).filter(([name]) => !/^helicone-/i.test(name)));
  return createHttpDestination({ baseUrl: readBaseUrl(address), apiKey: readKey(apiKey), headers });
}

/** Key of the options or of the environment; null where neither has one. */
export function readKey(apiKey: string | undefined): string | null {
  if (apiKey !== undefined && typeof apiKey !== 'string') throw new TypeError('apiKey: must be a text');
  // A server takes several, separated by commas; as a client we show the first.
  const key = apiKey ?? process.env.HELICONE_API_KEY?.split(',')[0]?.trim() ?? '';
  if (/[^\x21-\x7e]/.test(key)) throw new TypeError('apiKey: has characters that no header may have');
  return key === '' ? null : key;
}

/** Address without a slash at its end, and without the paths that Helicone's own loggers were given. */
function readBaseUrl(address: string): string {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new TypeError('baseUrl: must be an http(s) address');
  return (url.origin + url.pathname).replace(/\/+$/, '').replace(/\/v1\/(trace\/)?log$/, '');
}

/** Of the headers those that describe calls. */
function describing(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^helicone-(?!auth$)/i.test(name)));
}

function wholeNumber(value: unknown, name: string): number {
  if (typeof value !== 'number') throw new TypeError(`${name}: must be a number`);
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name}: must be a whole number above 0`);
  return value;
}
