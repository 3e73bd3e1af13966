/** A moment as log intake wants it: seconds, and the milliseconds besides. */
export interface WireTime {
  seconds: number;
  milliseconds: number;
}

/** The JSON of one call at log intake. */
export interface LogWire {
  /** UUIDv7 of the record: the same log sent twice is one record. */
  id: string;
  /** Name of the provider. */
  provider?: string;
  providerRequest: {
    url: string;
    json: Record<string, unknown>;
    /** `Helicone-*` headers that describe the call. */
    meta: Record<string, string>;
  };
  providerResponse: {
    /** -3: the caller left first, -1: timed out. */
    status: number;
    headers: Record<string, string>;
    json?: Record<string, unknown>;
    /** Text of the answer: event stream, NDJSON or JSON. */
    textBody?: string;
  };
  timing: {
    startTime: WireTime;
    endTime: WireTime;
    /** ms */
    timeToFirstToken?: number;
  };
}

/** Unix ms as log intake wants them. */
export function wireTime(ms: number): WireTime {
  const seconds = Math.floor(ms / 1000);
  return { seconds, milliseconds: ms - seconds * 1000 };
}
