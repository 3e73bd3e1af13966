/** A point in time of a log: seconds and milliseconds since 1970, which add up, or ISO 8601. */
export type LoggedTime = { seconds: number; milliseconds: number } | string;

/** One log of a call, as the HTTP intake takes it in its body. */
export interface LogIntake {
  /** UUID of this log: sent again with the same start, it is the same record. */
  id?: string;
  providerRequest: {
    /** URL of the call; of one that is no http(s) URL the text is kept as the path. */
    url?: string;
    json: Record<string, unknown>;
    /** `Helicone-*` headers that describe the call. */
    meta?: Record<string, string>;
  };
  providerResponse: {
    /** HTTP status; -1 for a timeout, -3 where the caller gave up. */
    status: number;
    /** The answer, or `{ streamed_data: […] }` with the chunks of one. */
    json?: unknown;
    /** The answer as text: an event stream, JSON, one JSON chunk a line, anything. Wins over `json` unless it is empty. */
    textBody?: string;
    headers?: Record<string, string>;
    /** What the call cost, US dollars. Left out: it is priced like any other. */
    cost?: number;
  };
  timing?: {
    startTime?: LoggedTime;
    endTime?: LoggedTime;
    /** ms after the start. */
    timeToFirstToken?: number;
  };
  /** Name of the provider, in any case. Default: told by the URL, else `custom`. */
  provider?: string;
  /** Only where `proxy.log` is called: whose record it becomes. Default `default`. */
  tenant?: string;
}
