import type { Policy } from '../policy/policy.js';
import type { CallFacts, CapturedBytes } from '../records/facts.js';
import type { RecordRow } from '../records/store.js';
import type { LoggedBody, LoggedCall } from './logged-call.js';

/** Whose log it is, and what is asked for it. */
export interface LogOwner {
  id: string;
  requestId: string;
  tenant: string;
  policy: Policy;
  /** Unix ms. */
  createdAt: number;
  /** Whether bodies are kept. */
  bodies: boolean;
  /** Credentials that the delivery came with. */
  secrets: readonly string[];
}

/** A logged call as the request thread would have told of it, had it been proxied; and the bytes of its bodies. */
export function factsOfLog(call: LoggedCall, owner: LogOwner): { facts: CallFacts; bytes: Buffer } {
  const { id, requestId, tenant, policy, createdAt, bodies } = owner;
  const { request, response } = call;
  const facts: CallFacts = {
    id,
    requestId,
    tenant,
    createdAt,
    method: 'POST',
    path: call.path,
    provider: call.provider,
    wire: call.wire,
    targetUrl: call.targetUrl,
    userId: policy.userId,
    properties: policy.properties,
    promptId: policy.promptId,
    modelOverride: policy.modelOverride,
    status: call.status,
    outcome: call.outcome,
    error: null,
    delayMs: call.delayMs,
    firstByteMs: call.firstTokenMs,
    arrivals: null,
    attempts: [],
    cacheEnabled: false,
    cacheReferenceId: null,
    // The log says itself that its client has left: a whole answer does not change that.
    leftEarly: true,
    settles: false,
    session: null,
    trace: call.trace,
    webhooks: policy.webhooks,
    secrets: [...owner.secrets, ...(call.secrets ?? [])],
    omitRequest: policy.omitRequest || !bodies,
    omitResponse: policy.omitResponse || !bodies,
    request: captured(request, 0),
    response: captured(response, request?.bytes.length ?? 0),
  };
  return { facts, bytes: Buffer.concat([request, response].flatMap((body) => body?.bytes ?? [])) };
}

function captured(body: LoggedBody | null, offset: number): CapturedBytes | null {
  if (body === null || body.bytes.length === 0) return null;
  const { length } = body.bytes;
  return { offset, length, headLength: length, total: length, type: body.type, encoding: '' };
}

/** The row with what only a log tells: figures of its own, and names of what is no model. */
export function withTold(row: RecordRow, call: LoggedCall): RecordRow {
  const { eventModel, costNanoUsd, firstTokenMs, stream, error } = call;
  return {
    ...row,
    model: row.modelOverride ?? eventModel ?? row.model,
    stream: row.stream || stream,
    timeToFirstTokenMs: firstTokenMs ?? row.timeToFirstTokenMs,
    error: row.outcome === 'success' ? row.error : (row.error ?? error),
    ...(costNanoUsd === null ? {} : { costNanoUsd, priceSource: 'intake' }),
  };
}
