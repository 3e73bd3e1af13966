import { isRecord } from './is-record.js';
import { headersOf, type LogMeta } from './log-meta.js';
import { uuidOr, uuidV7 } from './uuid-v7.js';
import { type LogWire, wireTime } from './wire.js';

interface Shape {
  provider: string;
  url: string;
  fits(response: Record<string, unknown>): boolean;
}

const OPENAI = 'https://api.openai.com/v1';
const GOOGLE = 'https://generativelanguage.googleapis.com/v1beta/models';

/** What answers look like, and which call gives such a one. */
const SHAPES: readonly Shape[] = [
  { provider: 'openai', url: `${OPENAI}/chat/completions`, fits: ({ object }) => object === 'chat.completion' },
  { provider: 'openai', url: `${OPENAI}/completions`, fits: ({ object }) => object === 'text_completion' },
  { provider: 'openai', url: `${OPENAI}/responses`, fits: ({ object }) => object === 'response' },
  {
    provider: 'openai',
    url: `${OPENAI}/embeddings`,
    fits: ({ object, data }) => object === 'list' && Array.isArray(data) && isRecord(data[0]) && 'embedding' in data[0],
  },
  { provider: 'anthropic', url: 'https://api.anthropic.com/v1/messages', fits: ({ type }) => type === 'message' },
  { provider: 'google', url: GOOGLE, fits: ({ candidates }) => Array.isArray(candidates) },
  { provider: 'google', url: GOOGLE, fits: ({ embeddings }) => Array.isArray(embeddings) },
];

/**
 * The log of a response that was not recorded by itself.
 *
 * @throws TypeError when nothing tells what it is an answer to.
 */
export function wireOfResponse(response: unknown, meta: LogMeta, headers: Record<string, string>): LogWire {
  const json = jsonOf(response);
  const shape = SHAPES.find(({ fits }) => fits(json));
  if (shape === undefined && meta.request === undefined) {
    throw new TypeError('log: this is no response of a model, and `request` does not say what it answers');
  }
  const model = json.model ?? json.modelVersion;
  const now = Date.now();
  const id = uuidV7(now);
  const request = meta.request === undefined ? { ...(typeof model === 'string' && { model }) } : { ...meta.request };
  return {
    id,
    provider: meta.provider ?? shape?.provider ?? 'custom',
    providerRequest: {
      url: urlOf(shape, request, model),
      json: request,
      meta: { ...headers, 'Helicone-Request-Id': uuidOr(meta.requestId, id), ...headersOf(meta) },
    },
    providerResponse: { status: 200, headers: { 'content-type': 'application/json' }, json },
    timing: {
      startTime: wireTime(timeOf(meta.startTime ?? meta.endTime, now, 'startTime')),
      endTime: wireTime(timeOf(meta.endTime, now, 'endTime')),
    },
  };
}

function jsonOf(response: unknown): Record<string, unknown> {
  if (typeof response === 'string') return { text: response };
  if (!isRecord(response) || Symbol.asyncIterator in response || response instanceof Response) {
    throw new TypeError('log: what was not recorded by itself must be given as the parsed body of an answer');
  }
  return response;
}

function urlOf(shape: Shape | undefined, request: Record<string, unknown>, model: unknown): string {
  if (shape === undefined) return 'custom-model-nopath';
  if (shape.provider !== 'google') return shape.url;
  return `${shape.url}/${String(request.model ?? model)}:${shape.fits({ candidates: [] }) ? 'generateContent' : 'embedContent'}`;
}

function timeOf(given: Date | number | undefined, now: number, name: string): number {
  const ms = given === undefined ? now : Number(given);
  if (!Number.isFinite(ms)) throw new TypeError(`log: ${name} must be a date or Unix ms`);
  return ms;
}
