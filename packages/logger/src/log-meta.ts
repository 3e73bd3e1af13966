import { isRecord } from './is-record.js';

/** What `log` may say of a call. */
export interface LogMeta {
  /** Who the call was made for. */
  userId?: string;
  /** Properties to find the call by. */
  properties?: Record<string, string | number | boolean>;
  /** Session that the call belongs to. */
  sessionId?: string;
  sessionName?: string;
  /** Place of the call inside its session, such as `/outline/chapter-1`. */
  sessionPath?: string;
  /** Id of the prompt that was used. */
  promptId?: string;
  /** Body of the request; needed only for a response that was not recorded by itself. */
  request?: object;
  /** Provider's name; by default told by the response. Only for a response that was not recorded by itself. */
  provider?: string;
  /** When the call began: a date or Unix ms. Default when it ended. Only for a response that was not recorded by itself. */
  startTime?: Date | number;
  /** When it ended. Default now. Only for a response that was not recorded by itself. */
  endTime?: Date | number;
  /** UUID under which REST finds the call. Only for a response that was not recorded by itself. */
  requestId?: string;
}

/** The `Helicone-*` headers that say the same. Values that are no text, number or flag are left out. */
export function headersOf(meta: LogMeta): Record<string, string> {
  const headers: Record<string, string> = {};
  const set = (name: string, value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      headers[name] = `${value}`;
  };
  set('Helicone-User-Id', meta.userId);
  set('Helicone-Session-Id', meta.sessionId);
  set('Helicone-Session-Name', meta.sessionName);
  set('Helicone-Session-Path', meta.sessionPath);
  set('Helicone-Prompt-Id', meta.promptId);
  if (isRecord(meta.properties)) {
    for (const [name, value] of Object.entries(meta.properties)) set(`Helicone-Property-${name}`, value);
  }
  return headers;
}

/** Headers of a request that describe the call; credentials and what steers a proxy are none of them. */
const DESCRIBES =
  /^helicone-(user-id|property-.+|session-(id|name|path)|prompt-id|request-id|omit-(request|response)|model-override)$/i;

/** The describing `Helicone-*` headers of a request, as the SDKs hand them to `fetch`. */
export function metaOfRequest(headers: unknown): Record<string, string> {
  const meta: Record<string, string> = {};
  for (const [name, value] of entriesOf(headers)) {
    if (DESCRIBES.test(name) && typeof value === 'string') meta[name.toLowerCase()] = value;
  }
  return meta;
}

function entriesOf(headers: unknown): [string, unknown][] {
  if (headers === null || typeof headers !== 'object') return [];
  return Symbol.iterator in headers ? [...(headers as Iterable<[string, unknown]>)] : Object.entries(headers);
}
