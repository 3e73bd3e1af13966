import type { Call } from '../call.js';
import type { EngineResponse, Headers } from '../contract.js';
import { type ErrorCode, ProxyError } from '../errors.js';
import { firstValue } from '../policy/headers.js';
import type { Policy } from '../policy/policy.js';
import { secretsIn } from '../policy/secrets.js';
import type { WireFormat } from '../providers/wire.js';
import type { Capture } from '../stream/capture.js';
import type { CallFacts, CapturedBytes, Outcome } from './facts.js';

/** How a call ended: its answer, and what broke the answer's stream, if something did. */
export interface Ending {
  response: EngineResponse;
  error?: Error | undefined;
}

/** What the request thread knows of a call that ended. Offsets of the bodies are filled in at hand-over. */
export function factsOfCall(call: Call, ending: Ending): CallFacts {
  const { request, policy, target, requestCapture, responseCapture } = call;
  const { response } = ending;
  const streamed = response.body !== null && !(response.body instanceof Uint8Array);
  const code = endingCode(call, ending);
  const outcome = outcomeOf(code, response.status, streamed);
  const omitRequest = policy?.omitRequest ?? false;
  const omitResponse = policy?.omitResponse ?? false;
  return {
    id: call.id,
    requestId: call.requestId,
    tenant: call.caller?.tenant ?? 'default',
    createdAt: call.createdAt,
    method: request.method,
    path: call.route?.rest ?? request.path,
    provider: target?.provider ?? call.route?.provider?.name ?? 'gateway',
    wire: target?.wire ?? null,
    targetUrl: target === null ? '' : target.origin + target.path,
    userId: policy?.userId ?? null,
    properties: propertiesOf(policy, outcome),
    promptId: policy?.promptId ?? null,
    modelOverride: policy?.modelOverride ?? null,
    status: recordedStatus(outcome, response.status),
    outcome,
    error: code,
    delayMs: roundMs(performance.now() - call.startedAt),
    firstByteMs: responseCapture.arrivals?.[1] ?? null,
    arrivals: streamed ? responseCapture.arrivals : null,
    attempts: call.attempts,
    cacheEnabled: call.cached !== null,
    cacheReferenceId: call.cached?.referenceId ?? null,
    leftEarly: call.cached?.leftEarly ?? false,
    settles: call.settles,
    session: call.session,
    trace: call.span?.ids ?? null,
    observed: false,
    webhooks: policy?.webhooks ?? true,
    secrets: secretsOf(call),
    asked: call.asked,
    omitRequest,
    omitResponse,
    ...usageHeaders(target?.wire ?? null, response.headers),
    request: captured(requestCapture, request.headers),
    response: captured(responseCapture, response.headers),
  };
}

/** Whatever the call was given or showed, on its way out and on its way in. The server's own come first: there is a limit. */
function secretsOf({ request, headers, query, serverKeys, policy, target }: Call): string[] {
  const carried: Headers[] = target === null ? [] : [target.headers];
  for (const entry of policy?.fallbacks ?? []) carried.push(entry.headers);
  carried.push(headers, request.headers);
  return secretsIn({ headers: carried, queries: [query, request.query], serverKeys }) as string[];
}

/** Headers of answers that tell of usage, by the wire formats that have any. */
const USAGE_HEADERS: Partial<Record<WireFormat, readonly string[]>> = {
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
  'bedrock-invoke': [
    'x-amzn-bedrock-input-token-count',
    'x-amzn-bedrock-output-token-count',
    'x-amzn-bedrock-cache-read-input-token-count',
    'x-amzn-bedrock-cache-write-input-token-count',
    'x-amzn-bedrock-service-tier',
    'x-amzn-bedrock-performanceconfig-latency',
  ],
  'google-generate-content': ['x-gemini-service-tier'],
};

function usageHeaders(wire: WireFormat | null, headers: Headers): Pick<CallFacts, 'answerHeaders'> {
  const names = wire === null ? undefined : USAGE_HEADERS[wire];
  if (names === undefined) return {};
  const answerHeaders: Record<string, string> = {};
  for (const name of names) {
    const value = firstValue(headers[name]);
    if (value !== undefined) answerHeaders[name] = value;
  }
  return { answerHeaders };
}

/** Helicone keeps this property of refused calls; its dashboards and exports find them by it. */
const LIMITED = { 'helicone-rate-limit-status': 'bucket_rate_limited' } as const;

function propertiesOf(policy: Policy | null, outcome: Outcome): Readonly<Record<string, string>> {
  const properties = policy?.properties ?? {};
  return outcome === 'rate_limited' ? { ...properties, ...LIMITED } : properties;
}

function captured(capture: Capture, headers: Headers): CapturedBytes | null {
  if (capture.total === 0) return null;
  return {
    offset: 0,
    length: capture.kept,
    headLength: capture.headBytes,
    total: capture.total,
    type: firstValue(headers['content-type']) ?? '',
    encoding: firstValue(headers['content-encoding']) ?? '',
  };
}

/** The code of ours that ended the call; null when the upstream's own answer was passed on whole. */
function endingCode(call: Call, { error }: Ending): ErrorCode | null {
  // A client that left is the reason for whatever else went wrong, unless that came first.
  if (error === undefined && call.error === null) return call.request.signal.aborted ? 'client_closed' : null;
  const thrown = error ?? call.error;
  if (thrown instanceof ProxyError) return thrown.code;
  return call.request.signal.aborted ? 'client_closed' : 'upstream_reset';
}

const OUTCOMES: Record<ErrorCode, Outcome> = {
  invalid_header: 'blocked',
  invalid_target: 'blocked',
  invalid_body: 'blocked',
  prompt_flagged: 'blocked',
  prompt_threat: 'blocked',
  unauthorized: 'blocked',
  target_forbidden: 'blocked',
  provider_forbidden: 'blocked',
  read_forbidden: 'blocked',
  unknown_route: 'blocked',
  request_too_large: 'blocked',
  rate_limited: 'rate_limited',
  client_closed: 'client_closed',
  internal_error: 'blocked',
  upstream_unreachable: 'upstream_error',
  upstream_reset: 'upstream_error',
  circuit_open: 'blocked',
  overloaded: 'blocked',
  shutting_down: 'blocked',
  auth_unavailable: 'blocked',
  upstream_timeout: 'timeout',
};

function outcomeOf(code: ErrorCode | null, status: number, streamed: boolean): Outcome {
  if (code === null) return status < 400 ? 'success' : 'upstream_error';
  const cut = OUTCOMES[code] === 'upstream_error' || code === 'shutting_down';
  return streamed && cut ? 'truncated' : OUTCOMES[code];
}

/** Helicone's clients expect negative numbers where no HTTP status says what happened. */
function recordedStatus(outcome: Outcome, status: number): number {
  if (outcome === 'client_closed') return -3;
  return outcome === 'timeout' ? -1 : status;
}

/** To the microsecond, which is what the clock is good for. */
function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
