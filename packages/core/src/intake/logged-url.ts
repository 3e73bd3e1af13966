import { providerAt } from './provider-name.js';

/** What a log's URL says; it need not be one. */
export interface LoggedUrl {
  path: string;
  /** Without query and credentials; empty when it is no http(s) URL. */
  targetUrl: string;
  /** Null when it is nobody's that we know. */
  provider: string | null;
}

const MAX_LENGTH = 2048;

/** Reads the URL of a logged call, of which neither query nor credentials are kept: both may hold keys. */
export function readLoggedUrl(text: string): LoggedUrl {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null) {
    // Helicone's loggers send `custom-model-nopath`.
    return { path: text.replace(/[?#].*$/s, '').slice(0, MAX_LENGTH), targetUrl: '', provider: null };
  }
  const path = url.pathname.slice(0, MAX_LENGTH);
  return { path, targetUrl: url.origin + path, provider: providerAt(url.origin) };
}
