import { uuidV7 } from './uuid-v7.js';
import { type LogWire, wireTime } from './wire.js';

// A call as the methods of `HeliconeManualLogger` are told of it; the names are those of @helicone/helpers.

/** A request to a model. */
export interface HeliconeModelRequest {
  model: string;
  [key: string]: unknown;
}

/** A tool that was run. */
export interface HeliconeEventTool {
  _type: 'tool';
  toolName: string;
  input: unknown;
  [key: string]: unknown;
}

/** A question to, or a change of, a vector database. */
export interface HeliconeEventVectorDB {
  _type: 'vector_db';
  operation: 'search' | 'insert' | 'delete' | 'update';
  text?: string;
  vector?: number[];
  topK?: number;
  filter?: object;
  databaseName?: string;
  [key: string]: unknown;
}

/** Any other event. */
export interface HeliconeEventData {
  _type: 'data';
  name: string;
  meta?: Record<string, unknown>;
  [key: string]: unknown;
}

/** What a manual log is about. */
export type HeliconeLogRequest = HeliconeModelRequest | HeliconeEventTool | HeliconeEventVectorDB | HeliconeEventData;

/** What `sendLog` is told of a call besides its request and its response. */
export interface SendLogOptions {
  /** Unix ms. */
  startTime: number;
  /** Unix ms. */
  endTime: number;
  /** `Helicone-*` headers of this call; they go over those of the logger. */
  additionalHeaders?: Record<string, string>;
  /** ms */
  timeToFirstToken?: number;
  /** Default 200. -3: cancelled. */
  status?: number;
  /** `openai`, `anthropic`, `google`, or any other name. */
  provider?: string;
}

/** A call that somebody tells of. */
export interface ManualCall {
  request: HeliconeLogRequest;
  response: object | string;
  options: SendLogOptions;
}

/** The log of a call that somebody tells of; `headers` describe every call of the logger. */
export function manualWire({ request, response, options }: ManualCall, headers: Record<string, string>): LogWire {
  const { startTime, endTime, timeToFirstToken, status = 200, provider, additionalHeaders = {} } = options;
  const id = uuidV7(Date.now());
  const asText = typeof response === 'string';
  const { _type, toolName, name } = request as Partial<HeliconeEventTool & HeliconeEventData>;
  const meta = { 'Helicone-Request-Id': id, ...headers, ...additionalHeaders };
  return {
    id,
    ...(provider !== undefined && { provider }),
    providerRequest: { url: 'custom-model-nopath', json: { ...request }, meta: withoutCredentials(meta) },
    providerResponse: {
      headers: {},
      status,
      json: asText ? {} : { ...response, _type, toolName, name },
      ...(asText && { textBody: response }),
    },
    timing: {
      startTime: wireTime(startTime),
      endTime: wireTime(endTime),
      ...(timeToFirstToken !== undefined && { timeToFirstToken }),
    },
  };
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^helicone-(?!auth$)/i.test(name)));
}
