import { isUuid } from '../policy/uuid.js';
import { wireForPath } from '../providers/wire-for-path.js';
import { asObject, asText, errorMessage, type JsonObject } from '../providers/wires/json-read.js';
import type { Outcome } from '../records/facts.js';
import { eventModel } from './event-model.js';
import { answerOfJson, answerOfText, firstLine, type LoggedAnswer } from './logged-answer.js';
import { LogFault, type LoggedBody, type LoggedCall } from './logged-call.js';
import { loggedSecrets } from './logged-secrets.js';
import { readLoggedUrl } from './logged-url.js';
import { providerName } from './provider-name.js';
import { readMeta } from './read-meta.js';
import { readStatus } from './read-status.js';
import { readTiming } from './read-timing.js';
import { wireOfRequest } from './wire-of-shape.js';

export interface LogContext {
  /** Provider that the route names; null: none. */
  provider: string | null;
  /** Helicone's typed route: what is optional elsewhere must be there, and times are ISO 8601. */
  strict: boolean;
  /** Unix ms. */
  now: number;
}

const MAX_PROVIDER_LENGTH = 64;

/** Reads one log as Helicone's loggers send it. @throws {LogFault} */
export function readLog(value: unknown, { provider: ofRoute, strict, now }: LogContext): LoggedCall {
  const log = asObject(value);
  if (log === null) throw new LogFault('body: a log is an object');
  const request = member(log, 'providerRequest');
  const response = member(log, 'providerResponse');
  const json = member(request, 'json', 'providerRequest.json');
  const url = readLoggedUrl(readUrl(request.url));
  const provider = readProvider(log.provider) ?? ofRoute ?? url.provider ?? 'custom';
  const { status, outcome } = readStatus(response.status);
  if (strict && asObject(response.headers) === null) throw new LogFault('providerResponse.headers: must be an object');
  const answer = readAnswer(response, strict);
  const event = eventModel(json);
  const wire =
    wireForPath(url.path, { name: provider, origin: url.targetUrl }) ?? answer?.wire ?? wireOfRequest(json, provider);
  return {
    key: readId(log.id),
    headers: readMeta(request.meta),
    provider,
    path: url.path,
    targetUrl: url.targetUrl,
    wire: event === null && answer?.opaque !== true ? wire : null,
    ...readTiming(log.timing, { now, iso: strict }),
    status,
    outcome,
    error: errorOf(outcome, answer),
    request: jsonBody(json),
    response: answer?.body ?? null,
    stream: answer?.stream ?? false,
    eventModel: event,
    costNanoUsd: readCost(response.cost),
    trace: null,
    secrets: loggedSecrets(readUrl(request.url), request.meta, request.headers, response.headers),
  };
}

function member(from: JsonObject, name: string, where = name): JsonObject {
  const object = asObject(from[name]);
  if (object === null) throw new LogFault(`${where}: must be an object`);
  return object;
}

function readId(given: unknown): string | null {
  if (given === undefined || given === null) return null;
  if (typeof given !== 'string' || !isUuid(given)) throw new LogFault('id: must be a UUID');
  return given.toLowerCase();
}

function readUrl(given: unknown): string {
  if (given === undefined || given === null) return '';
  if (typeof given !== 'string') throw new LogFault('providerRequest.url: must be text');
  return given;
}

function readProvider(given: unknown): string | null {
  if (given === undefined || given === null || given === '') return null;
  if (typeof given !== 'string' || given.length > MAX_PROVIDER_LENGTH) {
    throw new LogFault(`provider: must be text of at most ${MAX_PROVIDER_LENGTH} characters`);
  }
  return providerName(given);
}

/** Text wins over JSON: loggers send an empty object beside it. */
function readAnswer({ textBody, json }: JsonObject, strict: boolean): LoggedAnswer | null {
  if (textBody !== undefined && textBody !== null && typeof textBody !== 'string') {
    throw new LogFault('providerResponse.textBody: must be text');
  }
  if (typeof textBody === 'string' && textBody !== '') return answerOfText(textBody);
  if (json !== undefined && json !== null) return answerOfJson(json);
  if (strict && typeof textBody !== 'string')
    throw new LogFault('providerResponse: one of json and textBody is needed');
  return null;
}

function jsonBody(json: JsonObject): LoggedBody {
  return { bytes: Buffer.from(JSON.stringify(json)), type: 'application/json' };
}

/** What went wrong: our own word for what is no failure of a provider's, else what the answer says. */
function errorOf(outcome: Outcome, answer: LoggedAnswer | null): string | null {
  if (outcome === 'success') return null;
  if (outcome === 'client_closed') return 'client_closed';
  return messageOf(answer) ?? (outcome === 'timeout' ? 'upstream_timeout' : null);
}

/** The first line of a text (Helicone's log builder sends the error's stack), or the message in JSON. */
function messageOf(answer: LoggedAnswer | null): string | null {
  if (answer === null) return null;
  const text = answer.body.bytes.toString();
  if (answer.body.type.startsWith('text/plain')) return firstLine(text);
  if (answer.body.type !== 'application/json') return null;
  const value = asObject(JSON.parse(text));
  return errorMessage(value?.error) ?? asText(value?.message);
}

/** US dollars, as nano-USD. */
function readCost(given: unknown): number | null {
  if (given === undefined || given === null) return null;
  const nanoUsd = typeof given === 'number' ? Math.round(given * 1e9) : Number.NaN;
  if (!Number.isSafeInteger(nanoUsd) || nanoUsd < 0) {
    throw new LogFault('providerResponse.cost: must be US dollars, 0 or more');
  }
  return nanoUsd;
}
